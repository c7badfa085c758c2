package layout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	project := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), nil, 0o600))
	deep := filepath.Join(project, "a", "b")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	l, err := Find(deep)
	require.NoError(t, err)
	require.Equal(t, project, l.Project)
	require.Equal(t, filepath.Join(project, ".sandbox"), l.State)

	t.Setenv("PITBOSS_SANDBOX_DIR", filepath.Join(project, "elsewhere"))
	t.Setenv("PITBOSS_CACHE", filepath.Join(project, "cache"))
	l, err = Find(deep)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(project, "elsewhere"), l.State)
	require.Equal(t, filepath.Join(project, "cache"), l.Cache)

	_, err = Find(t.TempDir())
	require.ErrorContains(t, err, "no Pulumi.yaml")
}

func TestTheSocketsPathFitsTheKernel(t *testing.T) {
	short, long := Layout{State: "/s"}, Layout{State: "/" + strings.Repeat("d", 200)}
	require.Equal(t, "/s/sandboxd.sock", short.Socket())
	require.LessOrEqual(t, len(long.Socket()), 107)
	require.NotEqual(t, long.Socket(), Layout{State: "/" + strings.Repeat("e", 200)}.Socket(), "each sandbox has its own")
}
