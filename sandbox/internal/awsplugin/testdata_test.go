//go:build integration

package awsplugin

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the cloud's testdata anew")

const testdata = "../cloud/testdata/schema.json"

// TestTheCloudIsTestedWithTheRealSchema compares the schema that the simulated
// cloud's unit tests use with the bridge's own. After a change of the table:
// go test -tags integration -run TheCloudIsTested ./internal/awsplugin -update
func TestTheCloudIsTestedWithTheRealSchema(t *testing.T) {
	data, err := os.ReadFile(realSchemaFile(t))
	require.NoError(t, err)
	var full map[string]any
	require.NoError(t, json.Unmarshal(data, &full))
	types, _ := full["types"].(map[string]any)
	reduced := map[string]map[string]any{"resources": {}, "types": {}}
	resources, _ := full["resources"].(map[string]any)
	for token, r := range resources {
		reduced["resources"][token] = shapeOnly(r)
	}
	for grown := true; grown; { // what resources refer to, and what that refers to
		grown = false
		text, err := json.Marshal(reduced)
		require.NoError(t, err)
		for token, v := range types {
			if _, have := reduced["types"][token]; !have && strings.Contains(string(text), `"#/types/`+token+`"`) {
				reduced["types"][token], grown = shapeOnly(v), true
			}
		}
	}
	want := onePerLine(t, reduced)
	if *update {
		require.NoError(t, os.WriteFile(testdata, want, 0o600))
	}
	have, err := os.ReadFile(testdata)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, have), "the bridge's schema is another one now: run this test with -update")
}

// shapeOnly keeps what says how a value looks.
func shapeOnly(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			switch k {
			case "properties", "inputProperties":
				properties := map[string]any{}
				for name, p := range e.(map[string]any) {
					properties[name] = shapeOnly(p)
				}
				out[k] = properties
			case "type", "$ref", "items", "additionalProperties":
				out[k] = shapeOnly(e)
			case "secret":
				out[k] = e
			}
		}
		return out
	case string:
		return v
	}
	return nil
}

// onePerLine writes a type a line, so that a change of one is a change of one.
func onePerLine(t *testing.T, schema map[string]map[string]any) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("{")
	for i, part := range []string{"resources", "types"} {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n\"" + part + "\": {")
		for j, token := range keysOf(schema[part]) {
			if j > 0 {
				out.WriteString(",")
			}
			line, err := json.Marshal(schema[part][token])
			require.NoError(t, err)
			out.WriteString("\n\"" + token + "\": " + string(line))
		}
		out.WriteString("\n}")
	}
	out.WriteString("\n}\n")
	return out.Bytes()
}
