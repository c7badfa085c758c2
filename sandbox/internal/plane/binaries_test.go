package plane

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func programs(t *testing.T, dir string, names ...string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, name := range names {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o755))
	}
}

func TestLookTakesPathFirstAndTheNewestPostgres(t *testing.T) {
	root, bin := t.TempDir(), t.TempDir()
	require.Equal(t, []string{"postgresql", "redis-server", "prometheus"}, look(root, bin).missing())

	all := []string{"postgres", "initdb", "pg_basebackup", "pg_rewind", "pg_controldata"}
	for _, version := range []string{"9.6", "12", "15", "17"} {
		programs(t, filepath.Join(root, "usr/lib/postgresql", version, "bin"), all...)
	}
	programs(t, filepath.Join(root, "usr/lib/postgresql/18/bin"), "postgres") // half of it
	programs(t, filepath.Join(root, "usr/bin"), "redis-server", "prometheus")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "usr/lib/x86_64-linux-gnu"), 0o755))
	found := look(root, bin)
	require.Empty(t, found.missing())
	require.Equal(t, filepath.Join(root, "usr/lib/postgresql/17/bin"), found.Postgres)
	require.Equal(t, []string{"LD_LIBRARY_PATH=" + filepath.Join(root, "usr/lib/x86_64-linux-gnu")}, found.Environ())

	programs(t, bin, "redis-server")
	found = look(root, bin)
	require.Equal(t, filepath.Join(bin, "redis-server"), found.Redis)
	require.Equal(t, filepath.Join(root, "usr/bin/prometheus"), found.Prometheus)
	require.Empty(t, look(t.TempDir(), bin).with(found).missing())
}

func TestAProgramThatDoesNotRunIsNamed(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"postgres", "redis-server"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o755))
	}
	broken := filepath.Join(bin, "prometheus")
	require.NoError(t, os.WriteFile(broken, []byte("#!/bin/sh\necho no libfoo >&2\nexit 127\n"), 0o755))
	err := Binaries{Postgres: bin, Redis: filepath.Join(bin, "redis-server"), Prometheus: broken}.prove(t.Context())
	require.ErrorContains(t, err, broken+" does not run")
	require.ErrorContains(t, err, "no libfoo")
}

// script is a program of the test's own on PATH.
func script(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o755))
}

func TestWhatIsMissingIsUnpackedOnceAndAgainWhenItIsBroken(t *testing.T) {
	bin, system, root := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "debian")
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	programs(t, filepath.Join(system, "usr/lib/postgresql/15/bin"), "initdb", "pg_basebackup", "pg_rewind", "pg_controldata")
	script(t, filepath.Join(system, "usr/lib/postgresql/15/bin"), "postgres", "")
	script(t, bin, "prometheus", "")
	script(t, bin, "apt-get", `case "$1" in
install) echo "Inst libfoo (1 Debian)"; echo "Inst libjs-x (1 Debian)"; echo "Inst redis-server (7 Debian)"; echo "Conf libfoo (1 Debian)" ;;
download) shift 2; for p in "$@"; do echo "$p" > "$p.deb"; echo "$p" >> `+bin+`/downloaded; done ;;
esac`)
	script(t, bin, "dpkg-deb", `mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
p="$3/usr/bin/$(cat "$2")"; echo '#!/bin/sh' > "$p"; chmod +x "$p"`)
	downloads := func() string {
		data, err := os.ReadFile(filepath.Join(bin, "downloaded"))
		require.NoError(t, err)
		return string(data)
	}

	var log strings.Builder
	b, err := find(t.Context(), system, root, &log)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(root, "redis-server/usr/bin/redis-server"), b.Redis)
	require.Len(t, b.Libraries, 1)
	require.Equal(t, "libfoo\nredis-server\n", downloads(), "pages for browsers are not needed")
	require.Contains(t, log.String(), "unpacking Debian's redis-server")
	_, err = find(t.Context(), system, root, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "libfoo\nredis-server\n", downloads())

	script(t, filepath.Dir(b.Redis), "redis-server", "exit 127")
	_, err = find(t.Context(), system, root, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "libfoo\nredis-server\nlibfoo\nredis-server\n", downloads())
	left, err := filepath.Glob(filepath.Join(root, "download-*"))
	require.NoError(t, err)
	require.Empty(t, left)

	script(t, bin, "apt-get", "echo 'E: no network' >&2; exit 100")
	require.NoError(t, os.RemoveAll(root))
	_, err = find(t.Context(), system, root, io.Discard)
	require.ErrorContains(t, err, "no network")
	require.ErrorContains(t, err, "install redis-server, or put the programs on PATH")
}
