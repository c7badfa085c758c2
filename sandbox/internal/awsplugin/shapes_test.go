package awsplugin

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/sdkshape"
)

func TestX(t *testing.T) {
	out, err := exec.Command("go", "list", "-C", "../../..", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	sdk, err := sdkshape.Open(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	schema, err := awsschema.Load(os.Getenv("SCHEMA"))
	require.NoError(t, err)
	var toks []string
	for k := range tokens {
		toks = append(toks, k)
	}
	slices.Sort(toks)
	for _, tok := range toks {
		m, n := moduleAndName(tok)
		r, err := sdk.Resource(m, n)
		require.NoError(t, err)
		d, err := schema.Resource(tokens[tok])
		require.NoError(t, err)
		compare(tok+" in ", r.Inputs, d.Inputs)
		compare(tok+" out ", r.Outputs, d.Outputs)
	}
}

func compare(path string, a, b map[string]*awsschema.Type) {
	for k, ta := range a {
		if strings.Contains(path, k+".") {
			continue
		}
		tb, ok := b[k]
		if !ok {
			fmt.Println(path, k, "missing", ta.Kind)
			continue
		}
		cmp(path+k, ta, tb, 0)
	}
}

func cmp(path string, a, b *awsschema.Type, depth int) {
	if depth > 8 {
		return
	}
	if a.Kind != b.Kind {
		fmt.Println(path, "sdk", a.Kind, "bridge", b.Kind)
		return
	}
	if a.Elem != nil {
		cmp(path+"[]", a.Elem, b.Elem, depth+1)
	}
	for k, f := range a.Fields {
		g, ok := b.Fields[k]
		if !ok {
			fmt.Println(path+"."+k, "missing", f.Kind)
			continue
		}
		cmp(path+"."+k, f, g, depth+1)
	}
}
