package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACopyHoldsNoSecret(t *testing.T) {
	raw, err := readable("mt-gslb", []byte(`{"version":3,"deployment":{"secrets_providers":{"type":"service","state":{"url":"https://x"}},
		"pending_operations":[{"type":"creating"}],
		"resources":[{"urn":"u","inputs":{"open":"yes","list":[{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"v1:abc"}]}}]}}`))
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "v1:abc")
	assert.NotContains(t, string(raw), "secrets_providers", "nobody has its key")
	assert.NotContains(t, string(raw), "pending_operations")
	var got struct {
		Version    int
		Deployment struct {
			Resources []struct{ Inputs map[string]any }
		}
	}
	require.NoError(t, json.Unmarshal(raw, &got))
	assert.Equal(t, 3, got.Version)
	inputs := got.Deployment.Resources[0].Inputs
	assert.Equal(t, "yes", inputs["open"])
	assert.Equal(t, `"`+veil+`"`, inputs["list"].([]any)[0].(map[string]any)["plaintext"], "a secret still")
}

func TestUnusableStatesSayWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"NotJSON":  {"resources:", "it is no state"},
		"Newer":    {`{"version":99,"deployment":{}}`, "newer engine"},
		"Nothing":  {`{}`, "no deployment"},
		"NoObject": {`{"version":3,"deployment":[]}`, "no deployment"},
	} {
		_, err := readable("mt-gslb", []byte(c.raw))
		require.ErrorContains(t, err, c.want, name)
		require.ErrorContains(t, err, "next:", name)
	}
}

func TestReadStates(t *testing.T) {
	dir := t.TempDir()
	stacks := []string{"mt-foundation", "mt-gslb"}
	_, err := ReadStates(dir, stacks)
	require.ErrorContains(t, err, "no state of mt-foundation, mt-gslb")
	_, err = ReadStates(filepath.Join(dir, "gone"), stacks)
	require.ErrorContains(t, err, "no folder")
	none, err := ReadStates("none", stacks)
	require.NoError(t, err)
	require.Empty(t, none)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mt-gslb.json"), []byte("{}"), 0o600))
	some, err := ReadStates(dir, stacks)
	require.NoError(t, err)
	require.Len(t, some, 1)
}

func TestNoCredentialIsPassedOn(t *testing.T) {
	got := withoutCredentials([]string{"PATH=/bin", "AWS_PROFILE=prod", "AWS_ACCESS_KEY_ID=a", "AWS_EC2_METADATA_DISABLED=true", "KUBECONFIG=k",
		"PULUMI_ACCESS_TOKEN=t", "PULUMI_CONFIG_PASSPHRASE_FILE=f", "PULUMI_HOME=h"})
	assert.Equal(t, []string{"PATH=/bin", "AWS_EC2_METADATA_DISABLED=true", "PULUMI_HOME=h"}, got)
}
