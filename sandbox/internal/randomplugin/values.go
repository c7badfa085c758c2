package randomplugin

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// values reads checked inputs: what is missing or unknown reads as the zero value.
type values struct{ m resource.PropertyMap }

func (v values) get(name string) resource.PropertyValue {
	return plain(v.m[resource.PropertyKey(name)])
}

func (v values) str(name string) string {
	if p := v.get(name); p.IsString() {
		return p.StringValue()
	}
	return ""
}

func (v values) int(name string) int {
	if p := v.get(name); p.IsNumber() {
		return int(p.NumberValue())
	}
	return 0
}

func (v values) bool(name string) bool {
	p := v.get(name)
	return p.IsBool() && p.BoolValue()
}

func (v values) strings(name string) []string {
	p := v.get(name)
	if !p.IsArray() {
		return nil
	}
	var out []string
	for _, e := range p.ArrayValue() {
		if e = plain(e); e.IsString() {
			out = append(out, e.StringValue())
		}
	}
	return out
}

// known says whether every input has a value already.
func (v values) known() bool { return !v.m.ContainsUnknowns() }

// plain is the value without the mark that it is a secret.
func plain(v resource.PropertyValue) resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	return v
}
