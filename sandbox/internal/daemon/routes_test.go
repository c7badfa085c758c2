package daemon

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/cloud"
)

// answering is a sandboxd without bridges or clusters.
func answering(t *testing.T) func(path string, request any) (int, string) {
	t.Helper()
	c, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.db"), cloud.Options{
		Schema: func() (*awsschema.Schema, error) { return awsschema.Load("../cloud/testdata/schema.json") },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	handler := (&daemon{cloud: c}).routes()
	return func(path string, request any) (int, string) {
		t.Helper()
		body, err := json.Marshal(request)
		require.NoError(t, err)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
		return w.Code, w.Body.String()
	}
}

func TestSecretsAreShownOnlyOnRequest(t *testing.T) {
	ask := answering(t)
	const password = "hunter2-hunter2"
	create := cloud.Request{Account: "111122223333", Region: "eu-south-1", Type: "aws_secretsmanager_secret", Planned: map[string]any{"name": "n", "arn": cloud.Unknown}}
	code, body := ask("/v1/resources/create", create)
	require.Equal(t, http.StatusOK, code, body)
	var secret cloud.Resource
	require.NoError(t, json.Unmarshal([]byte(body), &secret))
	create.Type, create.Planned = "aws_secretsmanager_secret_version", map[string]any{"secretId": secret.ID, "secretString": password}
	code, body = ask("/v1/resources/create", create)
	require.Equal(t, http.StatusOK, code, body)
	var version cloud.Resource
	require.NoError(t, json.Unmarshal([]byte(body), &version))

	_, body = ask("/v1/list", ListRequest{})
	require.NotContains(t, body, password)
	require.Contains(t, body, cloud.Hidden)
	_, body = ask("/v1/list", ListRequest{ShowSecrets: true})
	require.Contains(t, body, password)
	code, body = ask("/v1/drift", Drift{Account: version.Account, Region: version.Region, Type: version.Type, ID: version.ID, Set: map[string]json.RawMessage{"versionStages": []byte("[]")}})
	require.Equal(t, http.StatusOK, code, body)
	require.NotContains(t, body, password)
}

func TestAWSAnswersInItsOwnForm(t *testing.T) {
	ask := answering(t)
	code, body := ask("/v1/aws", cloud.Call{Service: "rds", Operation: "DescribeGlobalClusters", Region: "eu-south-1", Account: "111122223333"})
	require.Equal(t, http.StatusOK, code)
	require.JSONEq(t, `{"GlobalClusters":[]}`, body)
	code, body = ask("/v1/aws", cloud.Call{Service: "rds", Operation: "Dance", Region: "eu-south-1"})
	require.Equal(t, http.StatusUnprocessableEntity, code)
	require.Contains(t, body, "rds SwitchoverGlobalCluster")
	_, body = ask("/v1/aws", cloud.Call{Service: "rds", Operation: "DescribeGlobalClusters", Region: "eu-south-1", Account: "1", Params: map[string]any{"GlobalClusterIdentifier": "none"}})
	require.Contains(t, body, "GlobalClusterNotFoundFault")
}

func TestSpeed(t *testing.T) {
	for text, want := range map[string]float64{"": cloud.DefaultSpeed, "1": 1, "0.5": 0.5, "600": 600} {
		speed, err := readSpeed(text)
		require.NoError(t, err)
		require.InDelta(t, want, speed, 0)
	}
	for _, text := range []string{"0", "-1", "fast", "Inf", "NaN"} {
		_, err := readSpeed(text)
		require.ErrorContains(t, err, "PITBOSS_SANDBOX_SPEED="+text)
	}
}
