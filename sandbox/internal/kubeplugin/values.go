package kubeplugin

import (
	"math"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/types/known/structpb"
)

var keepEverything = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true}

func unmarshal(s *structpb.Struct) (resource.PropertyMap, error) {
	m, err := plugin.UnmarshalProperties(s, keepEverything)
	if m == nil {
		m = resource.PropertyMap{}
	}
	return m, err
}

func marshal(m resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(m, keepEverything)
}

// plain drops the marks of secrets at every depth.
func plain(m resource.PropertyMap) resource.PropertyMap {
	out := make(resource.PropertyMap, len(m))
	for k, v := range m {
		out[k] = plainValue(v)
	}
	return out
}

func plainValue(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return plainValue(v.SecretValue().Element)
	case v.IsOutput() && v.OutputValue().Known:
		return plainValue(v.OutputValue().Element)
	case v.IsObject():
		return resource.NewProperty(plain(v.ObjectValue()))
	case v.IsArray():
		list := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			list[i] = plainValue(e)
		}
		return resource.NewProperty(list)
	}
	return v
}

// toJSON turns plain, known properties into what Kubernetes' clients take.
// Numbers without a fraction become integers: Kubernetes refuses 3.0 for 3.
func toJSON(v resource.PropertyValue) any {
	switch {
	case v.IsObject():
		out := make(map[string]any, len(v.ObjectValue()))
		for k, e := range v.ObjectValue() {
			if !e.IsNull() {
				out[string(k)] = toJSON(e)
			}
		}
		return out
	case v.IsArray():
		out := make([]any, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = toJSON(e)
		}
		return out
	case v.IsNumber():
		if n := v.NumberValue(); n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return int64(n)
		}
		return v.NumberValue()
	case v.IsBool():
		return v.BoolValue()
	case v.IsString():
		return v.StringValue()
	}
	return nil // assets have no place in an object; null is nothing
}

// fromJSON is the way back.
func fromJSON(v any) resource.PropertyValue {
	switch v := v.(type) {
	case map[string]any:
		out := make(resource.PropertyMap, len(v))
		for k, e := range v {
			out[resource.PropertyKey(k)] = fromJSON(e)
		}
		return resource.NewProperty(out)
	case []any:
		out := make([]resource.PropertyValue, len(v))
		for i, e := range v {
			out[i] = fromJSON(e)
		}
		return resource.NewProperty(out)
	case int64:
		return resource.NewProperty(float64(v))
	}
	return resource.NewPropertyValue(v)
}

// withSecretsOf marks values of an object as secret where the inputs that they
// came from were.
func withSecretsOf(inputs, v resource.PropertyValue) resource.PropertyValue {
	switch {
	case inputs.IsSecret():
		return resource.MakeSecret(plainValue(v))
	case inputs.IsObject() && v.IsObject():
		out := v.ObjectValue().Copy()
		for k, e := range out {
			if in, ok := inputs.ObjectValue()[k]; ok {
				out[k] = withSecretsOf(in, e)
			}
		}
		return resource.NewProperty(out)
	case inputs.IsArray() && v.IsArray():
		out := append([]resource.PropertyValue(nil), v.ArrayValue()...)
		for i := range min(len(out), len(inputs.ArrayValue())) {
			out[i] = withSecretsOf(inputs.ArrayValue()[i], out[i])
		}
		return resource.NewProperty(out)
	}
	return v
}
