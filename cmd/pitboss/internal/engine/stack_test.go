package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// backend stands for a pulumi with a backend: a stack is a file. It answers exports only when
// $READERS of them run at the same time, and writes down what it is asked.
const backend = `
shift # --non-interactive
echo "$@" >> "$BACKEND/asked"
case "$1 $2" in
"version "*) echo v` + MinimumVersion + ` ;;
"stack export")
	if [ -n "$READERS" ]; then
		touch "$BACKEND/reads-$4"
		n=0
		while [ "$(ls "$BACKEND" | grep -c '^reads-')" -lt "$READERS" ]; do
			n=$((n+1)); [ $n -lt 30 ] || { echo "error: the others do not come" >&2; exit 1; }
			sleep 0.1
		done
	fi
	[ -f "$BACKEND/stack-$4" ] || { echo "error: no stack named '$4' found" >&2; exit 255; }
	echo '{"version":3,"deployment":{"resources":[{"urn":"urn:pulumi:s::p::t::r","type":"t","custom":true}]}}' ;;
"stack select") [ -f "$BACKEND/stack-$4" ] || { echo "error: no stack named '$4' found" >&2; exit 255; } ;;
"stack init") touch "$BACKEND/stack-$3" ;;
*) echo "error: unexpected: $*" >&2; exit 1 ;;
esac
`

// workspaceOver is a project with three stacks in such a backend, and the folder of that.
func workspaceOver(t *testing.T, readers string, there ...string) (*Workspace, string) {
	t.Helper()
	project, folder := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), []byte("name: pitboss\nruntime: go\nstackConfigDir: stacks\n"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(project, "stacks"), 0o700))
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, os.WriteFile(filepath.Join(project, "stacks", stackFile(name)), []byte("config: {}\n"), 0o600))
	}
	for _, name := range there {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "stack-"+name), nil, 0o600))
	}
	e := Engine{Pulumi: script(t, nil, backend).path, Dir: t.TempDir(), environ: append(os.Environ(), "BACKEND="+folder, "READERS="+readers, "PULUMI_BACKEND_URL=file://x")}
	w, err := Open(t.Context(), project, e, nil)
	require.NoError(t, err)
	return w, folder
}

// TestStacksThatExistAreReadAtTheSameTime also wants none of them selected: parallel runs
// share the file that says which one is.
func TestStacksThatExistAreReadAtTheSameTime(t *testing.T) {
	w, folder := workspaceOver(t, "3", "a", "b", "c")
	open, err := w.OpenStacks(t.Context(), "a", "b", "c")
	require.NoError(t, err)
	require.Len(t, open, 3)
	for name, s := range open {
		assert.Equal(t, name, s.Name)
		assert.Equal(t, 1, s.State.Resources)
	}
	asked, err := os.ReadFile(filepath.Join(folder, "asked"))
	require.NoError(t, err)
	assert.NotContains(t, string(asked), "select")
	assert.NotContains(t, string(asked), "init")
	assert.Equal(t, 3, strings.Count(string(asked), "stack export"))
}

func TestAStackThatIsMissingIsMade(t *testing.T) {
	w, folder := workspaceOver(t, "", "a")
	open, err := w.OpenStacks(t.Context(), "a", "b")
	require.NoError(t, err)
	require.Equal(t, 1, open["b"].State.Resources, "it is read once it is there")
	asked, err := os.ReadFile(filepath.Join(folder, "asked"))
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(asked), "stack init"))
	assert.Contains(t, string(asked), "stack init b")
	assert.NotContains(t, string(asked), "select --stack a")
}

// TestAStateThatCannotBeReadIsAnError wants no stack made in its place.
func TestAStateThatCannotBeReadIsAnError(t *testing.T) {
	w, folder := workspaceOver(t, "1000", "a", "b")
	_, err := w.OpenStacks(t.Context(), "a", "b")
	require.ErrorContains(t, err, "cannot read the state of a: the others do not come")
	asked, err := os.ReadFile(filepath.Join(folder, "asked"))
	require.NoError(t, err)
	assert.NotContains(t, string(asked), "init")
}
