package cloud

// sensitive is the attributes whose values are secrets, whichever type has them
// and however deep. A test holds it against what Terraform's provider calls
// sensitive.
var sensitive = map[string]bool{
	"authToken": true, "clientSecret": true, "masterPassword": true, "masterPasswordWo": true, "password": true, "passwords": true,
	"secretBinary": true, "secretString": true, "secretStringWo": true, "token": true,
}

// Hidden stands where a secret was.
const Hidden = "[secret]"

// Masked is r without its secrets, for everybody to see.
func Masked(r Resource) Resource {
	r.Props, _ = masked(r.Props).(map[string]any)
	r.Planned, _ = masked(r.Planned).(map[string]any)
	return r
}

func masked(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = masked(e)
			if sensitive[k] && e != nil && e != "" {
				out[k] = Hidden
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = masked(e)
		}
		return out
	}
	return v
}

// Secrets are the secret values in v, by the names of their attributes.
func Secrets(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			if sensitive[k] {
				out = append(out, texts(v[k])...)
			} else {
				out = append(out, Secrets(v[k])...)
			}
		}
	case []any:
		for _, e := range v {
			out = append(out, Secrets(e)...)
		}
	}
	return out
}

// texts is every string in v that could be a secret.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		if len(v) > 3 && v != Unknown { // shorter ones are no secret, and part of many a word
			return []string{v}
		}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, texts(e)...)
		}
		return out
	}
	return nil
}
