package component

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// This is the only file of the program that calls ApplyT, and its functions are pure:
// they may run zero times (preview) or once, and create nothing.

// JSON renders a document that mentions resources which do not exist yet.
func JSON(refs pulumi.StringArray, doc func(refs []string) any) pulumi.StringOutput {
	return refs.ToStringArrayOutput().ApplyT(func(v []string) (string, error) {
		b, err := json.Marshal(doc(v))
		return string(b), err
	}).(pulumi.StringOutput)
}

// Pick reads the string at path from a nested output of another stack, such as
// keys -> cluster -> eu-south-1. from names the stack in the error.
func Pick(from string, nested pulumi.AnyOutput, path ...string) pulumi.StringOutput {
	return nested.ApplyT(func(v any) (string, error) {
		at := v
		for i, key := range path {
			m, ok := at.(map[string]any)
			if !ok || m[key] == nil {
				return "", fmt.Errorf("stack %s has no output %v: bring that stack up first, with this version of the program", from, path[:i+1])
			}
			at = m[key]
		}
		s, ok := at.(string)
		if !ok {
			return "", fmt.Errorf("stack %s: output %v is %T, want a string", from, path, at)
		}
		return s, nil
	}).(pulumi.StringOutput)
}
