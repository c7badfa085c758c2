package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const checkedIn = "config:\n  aws:region: eu-south-1 # a comment\n  pitboss:market: mt\n"

func mirrored(t *testing.T, stackYAML string) mirror {
	t.Helper()
	project := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(project, "stacks"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), []byte("name: pitboss\nruntime: go\nstackConfigDir: stacks\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(project, "stacks", "Pulumi.mt.yaml"), []byte(stackYAML), 0o600))
	m, err := newMirror(project, filepath.Join(project, ".pitboss"))
	require.NoError(t, err)
	require.NoError(t, m.copyStack("mt"))
	return m
}

func TestMirrorRunsTheRealProgram(t *testing.T) {
	m := mirrored(t, checkedIn)
	proj, err := workspace.LoadProject(filepath.Join(m.dir, "Pulumi.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "pitboss", string(proj.Name))
	assert.Equal(t, m.project, proj.Main, "the program runs in the real folder")
	assert.Empty(t, proj.StackConfigDir, "the Automation API looks beside Pulumi.yaml")
}

func TestMirrorIsIgnoredByGit(t *testing.T) {
	m := mirrored(t, checkedIn)
	raw, err := os.ReadFile(filepath.Join(m.project, ".pitboss", ".gitignore"))
	require.NoError(t, err)
	assert.Equal(t, "*\n", string(raw))
}

func TestRestore(t *testing.T) {
	state := func(typ, doc string) *apitype.SecretsProvidersV1 {
		return &apitype.SecretsProvidersV1{Type: typ, State: json.RawMessage(doc)}
	}
	cases := map[string]struct {
		reason         string
		file           string
		from           *apitype.SecretsProvidersV1
		salt, url, key string
	}{
		"Passphrase": {"the salt comes back from the state", checkedIn, state("passphrase", `{"salt":"v1:s"}`), "v1:s", "", ""},
		"CloudKey":   {"so does a wrapped data key", checkedIn, state("cloud", `{"url":"awskms://k","encryptedkey":"e"}`), "", "awskms://k", "e"},
		"Checked in": {"what the checked-in file says wins", checkedIn + "encryptionsalt: v1:mine\n", state("passphrase", `{"salt":"v1:s"}`), "v1:mine", "", ""},
		"Service":    {"the backend keeps the key", checkedIn, state("service", `{}`), "", "", ""},
		"New":        {"a stack without state", checkedIn, nil, "", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := mirrored(t, c.file)
			require.NoError(t, m.restore("mt", c.from))
			ps, err := m.load("mt")
			require.NoError(t, err)
			assert.Equal(t, c.salt, ps.EncryptionSalt, c.reason)
			assert.Equal(t, c.url, ps.SecretsProvider, c.reason)
			assert.Equal(t, c.key, ps.EncryptedKey, c.reason)
			assert.Len(t, ps.Config, 2, "the configuration itself stays")
			raw, err := os.ReadFile(filepath.Join(m.project, "stacks", "Pulumi.mt.yaml"))
			require.NoError(t, err)
			assert.Equal(t, c.file, string(raw), "the checked-in file is never touched")
		})
	}
}

func TestMissingFilesSayWhatToDo(t *testing.T) {
	m := mirrored(t, checkedIn)
	assert.ErrorContains(t, m.copyStack("absent"), "pitboss market new")
	_, err := newMirror(t.TempDir(), t.TempDir())
	assert.ErrorContains(t, err, "--dir")
}
