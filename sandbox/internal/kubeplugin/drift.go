package kubeplugin

import (
	"encoding/base64"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	quantity "k8s.io/apimachinery/pkg/api/resource"
)

// drifted is inputs, with the values that the live object has instead. What only
// the live object has is not the program's business.
func drifted(inputs, live resource.PropertyMap) resource.PropertyMap {
	return driftedValue(resource.NewProperty(inputs), resource.NewProperty(withStringData(live))).ObjectValue()
}

// withStringData adds a Secret's data as text too: stringData is write-only.
func withStringData(live resource.PropertyMap) resource.PropertyMap {
	if text(live["kind"]) != "Secret" || !live["data"].IsObject() {
		return live
	}
	out, decoded := live.Copy(), resource.PropertyMap{}
	for k, v := range live["data"].ObjectValue() {
		if raw, err := base64.StdEncoding.DecodeString(text(v)); err == nil {
			decoded[k] = resource.NewProperty(string(raw))
		}
	}
	out["stringData"] = resource.NewProperty(decoded)
	return out
}

func driftedValue(in, live resource.PropertyValue) resource.PropertyValue {
	switch {
	case in.IsSecret():
		return resource.MakeSecret(driftedValue(in.SecretValue().Element, live))
	case in.IsObject() && live.IsObject():
		out := resource.PropertyMap{}
		for k, v := range in.ObjectValue() {
			if now, there := live.ObjectValue()[k]; there {
				out[k] = driftedValue(v, now)
			} else if empty(plainValue(v)) {
				out[k] = v // the API server does not keep what is empty
			}
		}
		return resource.NewProperty(out)
	case in.IsArray() && live.IsArray():
		return driftedList(in.ArrayValue(), live)
	case same(in, live):
		return in
	}
	return live
}

// driftedList pairs elements by name where they have one: admission may have
// added some, as a sidecar. Otherwise by place.
func driftedList(in []resource.PropertyValue, live resource.PropertyValue) resource.PropertyValue {
	now := live.ArrayValue()
	named := map[string]resource.PropertyValue{}
	for _, e := range now {
		if e.IsObject() && text(e.ObjectValue()["name"]) != "" {
			named[text(e.ObjectValue()["name"])] = e
		}
	}
	if len(named) == 0 && len(in) != len(now) {
		return live
	}
	var out []resource.PropertyValue
	for i, e := range in {
		if len(named) == 0 {
			out = append(out, driftedValue(e, now[i]))
			continue
		}
		p := plainValue(e)
		if !p.IsObject() {
			return live
		}
		if match, there := named[text(p.ObjectValue()["name"])]; there {
			out = append(out, driftedValue(e, match))
		}
	}
	return resource.NewProperty(out)
}

func empty(v resource.PropertyValue) bool {
	return v.IsNull() || v.IsString() && v.StringValue() == "" || v.IsBool() && !v.BoolValue() ||
		v.IsNumber() && v.NumberValue() == 0 || v.IsArray() && len(v.ArrayValue()) == 0 ||
		v.IsObject() && len(v.ObjectValue()) == 0
}

// same says whether the API server may have written one value for the other:
// 0.5 and 500m are the same quantity.
func same(in, live resource.PropertyValue) bool {
	if in.DeepEquals(live) {
		return true
	}
	a, errA := quantity.ParseQuantity(written(in))
	b, errB := quantity.ParseQuantity(written(live))
	return errA == nil && errB == nil && a.Cmp(b) == 0
}

// written is a scalar as YAML would show it.
func written(v resource.PropertyValue) string {
	if v.IsNumber() {
		return strconv.FormatFloat(v.NumberValue(), 'f', -1, 64)
	}
	return text(v)
}
