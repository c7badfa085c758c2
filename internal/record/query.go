package record

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Type is a resource of this type: the last part of the token is enough, such as
// "Subnet" for aws:ec2/subnet:Subnet.
func (r Recording) Type(suffix string) []Resource {
	var out []Resource
	for _, one := range r.Resources {
		if one.Is(suffix) {
			out = append(out, one)
		}
	}
	return out
}

// Named is the resource with this name, and whether there is exactly one.
func (r Recording) Named(name string) (Resource, bool) {
	var found []Resource
	for _, one := range r.Resources {
		if one.Name == name {
			found = append(found, one)
		}
	}
	if len(found) != 1 {
		return Resource{}, false
	}
	return found[0], true
}

// Region is where the provider of a resource works: empty without an explicit AWS
// provider. The resource's own "region", if it had one, would overrule it.
func (r Recording) Region(of Resource) string {
	provider, ok := r.Named(of.Provider)
	if !ok {
		return ""
	}
	return provider.Text("region")
}

// Is says whether r has this type, see Recording.Type.
func (r Resource) Is(suffix string) bool {
	return r.Type == suffix || strings.HasSuffix(r.Type, ":"+suffix)
}

// Get is the input at path: names of properties and indices of lists. It is nil where
// there is nothing.
func (r Resource) Get(path ...any) any {
	var at any = r.Inputs
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, _ := at.(map[string]any)
			at = m[key]
		case int:
			l, _ := at.([]any)
			if key >= len(l) {
				return nil
			}
			at = l[key]
		}
	}
	return at
}

// Text is the input at path as a string; empty where there is nothing.
func (r Resource) Text(path ...any) string {
	v := r.Get(path...)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// Texts is the list of strings at path.
func (r Resource) Texts(path ...any) []string {
	l, _ := r.Get(path...).([]any)
	var out []string
	for _, one := range l {
		out = append(out, fmt.Sprint(one))
	}
	return out
}

// JSON decodes the document at path into v.
func (r Resource) JSON(v any, path ...any) error {
	if err := json.Unmarshal([]byte(r.Text(path...)), v); err != nil {
		return fmt.Errorf("%s: %v is not JSON: %w", r.Name, path, err)
	}
	return nil
}
