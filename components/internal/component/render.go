package component

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

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
		at, err := reach(from, v, path)
		if err != nil {
			return "", err
		}
		s, ok := at.(string)
		if !ok {
			return "", fmt.Errorf("stack %s: output %v is %T, want a string", from, path, at)
		}
		return s, nil
	}).(pulumi.StringOutput)
}

// PickList is Pick for a list of strings, such as subnet ids.
func PickList(from string, nested pulumi.AnyOutput, path ...string) pulumi.StringArrayOutput {
	return nested.ApplyT(func(v any) ([]string, error) {
		at, err := reach(from, v, path)
		if err != nil {
			return nil, err
		}
		list, ok := at.([]any)
		out := make([]string, len(list))
		for i, one := range list {
			s, isString := one.(string)
			ok, out[i] = ok && isString, s
		}
		if !ok || len(list) == 0 {
			return nil, fmt.Errorf("stack %s: output %v is %v, want a list of strings", from, path, at)
		}
		return out, nil
	}).(pulumi.StringArrayOutput)
}

// reach is what is at path in v.
func reach(from string, v any, path []string) (any, error) {
	for i, key := range path {
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			return nil, fmt.Errorf("stack %s has no output %v: bring that stack up first, with this version of the program", from, path[:i+1])
		}
		v = m[key]
	}
	return v, nil
}

// Relocated is arn in another region: what AWS copies to a region under the same name,
// such as the replica of a secret, differs in nothing else.
func Relocated(arn pulumi.StringOutput, region string) pulumi.StringOutput {
	return arn.ApplyT(func(v string) (string, error) {
		parts := strings.SplitN(v, ":", 6)
		if len(parts) < 6 || parts[0] != "arn" {
			return "", fmt.Errorf("%q is no ARN: cannot say what it is called in %s", v, region)
		}
		parts[3] = region
		return strings.Join(parts, ":"), nil
	}).(pulumi.StringOutput)
}

// Checksum is the same text for the same data and for nothing else: what carries it changes
// when the data does.
func Checksum(data pulumi.StringMap) pulumi.StringOutput {
	return data.ToStringMapOutput().ApplyT(func(v map[string]string) (string, error) {
		b, err := json.Marshal(v) // sorts its keys
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:16]), err
	}).(pulumi.StringOutput)
}

// PublicKey is the Ed25519 key, in base64, of the pair that a seed in words makes: its
// private half is of the words' SHA-256. It is not secret, though the words are.
func PublicKey(words pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.Unsecret(words.ApplyT(func(v string) string {
		seed := sha256.Sum256([]byte(v))
		public, _ := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
		return base64.StdEncoding.EncodeToString(public)
	})).(pulumi.StringOutput)
}
