//go:build integration

package awsplugin

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/sdkshape"
	"pitboss/sandbox/internal/tooltest"
)

// TestTheTableIsComplete compares every property, at every depth, of every type
// in the table: as the Go SDK's source has it, after the table's rewriting, and
// as the real bridge reports it.
func TestTheTableIsComplete(t *testing.T) {
	out, err := exec.Command("go", "list", "-C", checkout, "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	sdk, err := sdkshape.Open(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	schema := realSchema(t)
	for _, token := range sortedTokens() {
		module, name := moduleAndName(token)
		ours, err := sdk.Resource(module, name)
		require.NoError(t, err)
		theirs, err := schema.Resource(tokens[token])
		require.NoError(t, err)
		for _, side := range []struct {
			name   string
			sdk, b map[string]*awsschema.Type
		}{{"input", ours.Inputs, theirs.Inputs}, {"output", ours.Outputs, theirs.Outputs}} {
			want := rewriteShape(&awsschema.Type{Kind: awsschema.Object, Fields: side.sdk}, shapes[tokens[token]], nil)
			for _, problem := range differences("", want, &awsschema.Type{Kind: awsschema.Object, Fields: side.b}, 0) {
				t.Errorf("%s %s %s: add a row to shapes.go", token, side.name, problem)
			}
		}
	}
}

func realSchema(t *testing.T) *awsschema.Schema {
	t.Helper()
	schema, err := awsschema.Load(realSchemaFile(t))
	require.NoError(t, err)
	return schema
}

func realSchemaFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "schema.json")
	manager, err := bridge.NewManager(bridge.Options{
		Binary: tooltest.Path(t, "pulumi-terraform-bridge"), Provider: tooltest.Provider(t),
		Resources: TerraformTypes(), Logs: t.TempDir(), Cache: t.TempDir(), Schema: file,
	})
	require.NoError(t, err)
	t.Cleanup(manager.Close)
	c, err := readConfig(map[string]any{"region": "eu-south-1", "defaultTags": map[string]any{"tags": map[string]any{"a": "b"}}})
	require.NoError(t, err)
	_, err = manager.Open(t.Context(), c.bridge)
	require.NoError(t, err)
	return file
}

func sortedTokens() []string {
	set := map[string]bool{}
	for t := range tokens {
		set[t] = true
	}
	return sorted(set)
}

// rewriteShape does to a shape what toBridge does to values.
func rewriteShape(t *awsschema.Type, table []shape, at []string) *awsschema.Type {
	if t == nil || len(at) > 6 {
		return t
	}
	switch t.Kind {
	case awsschema.List:
		return &awsschema.Type{Kind: t.Kind, Elem: rewriteShape(t.Elem, table, append(slices.Clone(at), "*"))}
	case awsschema.Object:
	default:
		return t
	}
	out := &awsschema.Type{Kind: awsschema.Object, Fields: map[string]*awsschema.Type{}}
	for name, f := range t.Fields {
		out.Fields[name] = rewriteShape(f, table, append(slices.Clone(at), name))
	}
	for _, s := range table {
		f, ok := out.Fields[s.sdk]
		if !ok || !slices.Equal(s.path, at) {
			continue
		}
		delete(out.Fields, s.sdk)
		switch s.form {
		case same:
			out.Fields[s.bridge] = f
		case bridgeHasList:
			out.Fields[s.bridge] = &awsschema.Type{Kind: awsschema.List, Elem: f}
		case sdkHasList:
			out.Fields[s.bridge] = f.Elem
		case bridgeHasText:
			out.Fields[s.bridge] = &awsschema.Type{Kind: awsschema.String}
		}
	}
	return out
}

// differences lists where want is not found in have. The bridge may know more.
func differences(path string, want, have *awsschema.Type, depth int) []string {
	switch {
	case have == nil:
		return []string{fmt.Sprintf("%s: the bridge has no such property", path)}
	case want.Kind != have.Kind:
		return []string{fmt.Sprintf("%s: %s in the SDK, %s in the bridge", path, want.Kind, have.Kind)}
	case depth > 6:
		return nil
	}
	var out []string
	if want.Elem != nil {
		out = append(out, differences(path+"[]", want.Elem, have.Elem, depth+1)...)
	}
	names := map[string]bool{}
	for n := range want.Fields {
		names[n] = true
	}
	for _, n := range sorted(names) {
		out = append(out, differences(path+"."+n, want.Fields[n], have.Fields[n], depth+1)...)
	}
	return out
}
