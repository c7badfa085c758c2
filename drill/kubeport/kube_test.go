package kubeport

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/drill/conformance"
	"pitboss/drill/port"
	"pitboss/regions"
)

func TestWorkloadsConform(t *testing.T) {
	c := running(t)
	conformance.Workloads(t, conformance.Mode{Full: true}, c.start(t), home, standby)
	for _, one := range c.patched {
		assert.NotContains(t, one, "kube-system", "not a namespace of ours")
	}
}

func TestFlag(t *testing.T) {
	c := running(t)
	w := c.start(t)
	require.NoError(t, w.SetFlag(t.Context(), home, port.Flag{Forward: standby}))
	assert.Equal(t, map[string]any{"role": "active", "writes": "false", "forward": standby.String()}, c.objects["/api/v1/configmaps"][0]["data"])
	require.NoError(t, w.SetFlag(t.Context(), home, port.Flag{}))
	assert.Equal(t, map[string]any{"role": "active", "writes": "false"}, c.objects["/api/v1/configmaps"][0]["data"], "the key is gone, as the program has it")

	c.refuse = "/api/v1/namespaces/games/configmaps/role" // the first by name
	require.ErrorContains(t, w.SetFlag(t.Context(), home, port.Flag{Writes: true}), "denied request")
	f, agreed, err := w.Flag(t.Context(), home)
	require.NoError(t, err)
	assert.False(t, agreed)
	assert.True(t, f.Writes, "wallet was told all the same, and one that may write is enough")

	c.objects["/api/v1/configmaps"][0]["data"] = map[string]any{"writes": "maybe"}
	_, _, err = w.Flag(t.Context(), home)
	require.ErrorContains(t, err, "maybe")
	c.objects["/api/v1/configmaps"] = []map[string]any{}
	_, _, err = w.Flag(t.Context(), home)
	require.ErrorContains(t, err, "no ConfigMap")
	require.Error(t, w.SetFlag(t.Context(), home, port.Flag{}), "nobody was told")
}

func floor(namespace, kind, name string, least int) port.Floor {
	return port.Floor{Namespace: namespace, Kind: kind, Name: name, Min: least}
}

func TestFloors(t *testing.T) {
	c := running(t)
	w := c.start(t)
	got, err := w.Floors(t.Context(), home)
	require.NoError(t, err)
	floors := []port.Floor{floor("games", kindScaledObject, "settlement", 3), floor("wallet", kindDeployment, "ledger-writer", 3), floor("wallet", kindAutoscaler, "wallet", 4)}
	assert.Equal(t, floors, got, "each service once: not KEDA's own autoscaler, no placeholder, nothing that is scaled")
	require.NoError(t, w.SetFloors(t.Context(), home, floors))
	assert.Equal(t, []string{
		"/apis/keda.sh/v1alpha1/namespaces/games/scaledobjects/settlement " + `{"spec":{"minReplicaCount":3}}`,
		"/apis/apps/v1/namespaces/wallet/deployments/ledger-writer " + `{"spec":{"replicas":3}}`,
		"/apis/autoscaling/v2/namespaces/wallet/horizontalpodautoscalers/wallet " + `{"spec":{"minReplicas":4}}`,
	}, c.patched)
	c.refuse = "/apis/apps/v1/namespaces/wallet/deployments/ledger-writer"
	require.ErrorContains(t, w.SetFloors(t.Context(), home, floors), "Forbidden: ValidatingAdmissionPolicy 'budget' denied request")
	require.ErrorContains(t, w.SetFloors(t.Context(), home, []port.Floor{floor("live", "DaemonSet", "edge", 1)}), "DaemonSet")
	delete(c.objects, kedaPath)
	_, err = w.Floors(t.Context(), home)
	require.NoError(t, err, "a cluster without the kind")
	delete(c.objects, scalePath)
	_, err = w.Floors(t.Context(), home)
	require.ErrorIs(t, err, port.ErrNotFound, "one that every cluster has")
}

func TestWaiting(t *testing.T) {
	c := running(t)
	w := c.start(t)
	waits := func(wanted ...string) {
		t.Helper()
		got, err := w.Waiting(t.Context(), home)
		require.NoError(t, err)
		assert.Equal(t, append([]string{}, wanted...), got)
	}
	waits()
	scaler := c.objects[scalePath][0]
	scaler["spec"].(map[string]any)["minReplicas"] = 6
	waits("Deployment wallet/wallet has 4 of 6 pods ready") // before the autoscaler has acted
	scaler["status"] = map[string]any{}
	waits() // nobody acts on it
	wallet := c.objects[appsPath+"deployments"][0]
	wallet["metadata"].(map[string]any)["generation"] = 2
	wallet["status"].(map[string]any)["observedGeneration"] = 1
	c.objects[appsPath+"daemonsets"][0]["status"].(map[string]any)["numberReady"] = 1
	c.objects["/api/v1/pods"] = append(c.objects["/api/v1/pods"],
		service(t, "wallet", "wallet-2", "money", `"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes:\n  too few CPUs"}]}`),
		service(t, "wallet", "wallet-3", "money", `"spec":{"nodeName":"n"},"status":{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff","message":"no"}}}]}`),
		service(t, "capacity", "placeholder-1", "placeholder", `"status":{"phase":"Pending"}`))
	waits("Deployment wallet/wallet was changed, and nobody has acted on it yet", "DaemonSet live/edge has 1 of 2 pods ready",
		"pod wallet/wallet-2: Unschedulable: 0/3 nodes: too few CPUs", "pod wallet/wallet-3: ImagePullBackOff: no")
}

func TestImages(t *testing.T) {
	got, err := running(t).start(t).Images(t.Context(), home)
	require.NoError(t, err)
	const image = "r/i@sha256:1"
	assert.Equal(t, map[string]string{"wallet/wallet": image, "wallet/ledger-writer": image, "games/settlement": image, "live/edge": image, "reports/daily": image}, got)
}

func TestSecretsMissing(t *testing.T) {
	c := running(t)
	w := c.start(t)
	missing := func(wanted ...string) {
		t.Helper()
		got, err := w.SecretsMissing(t.Context(), home)
		require.NoError(t, err)
		assert.Equal(t, append([]string{}, wanted...), got)
	}
	missing()
	c.objects[secretPath] = append(c.objects[secretPath], service(t, "wallet", "wallet-db", "money", `"status":{}`),
		service(t, "wallet", "wallet-kyc", "money", `"status":{"conditions":[{"type":"Ready","status":"False","reason":"SecretSyncedError","message":"no such secret"}]}`))
	c.objects["/api/v1/secrets"] = []map[string]any{}
	missing("wallet/wallet-db: secret wallet-db was never read from the secrets manager",
		"wallet/wallet-kyc: secret wallet-kyc is not read from the secrets manager: SecretSyncedError: no such secret",
		"wallet/wallet-psp: Secret wallet-psp is missing, though it was read")
	for _, e := range c.objects[secretPath] {
		delete(e, "status")
	}
	missing() // no operator
	delete(c.objects, secretPath)
	missing() // no such kind
}

// TestDenied: the authorizer is asked of everything that is done, and one that cannot tell
// has not said no.
func TestDenied(t *testing.T) {
	c := running(t)
	w := c.start(t)
	got, err := w.Denied(t.Context(), home)
	require.NoError(t, err)
	assert.Empty(t, got)

	floors, err := w.Floors(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, w.SetFloors(t.Context(), home, floors))
	require.NoError(t, w.SetFlag(t.Context(), home, port.Flag{}))
	_, err = w.Waiting(t.Context(), home)
	require.NoError(t, err)
	_, err = w.Images(t.Context(), home)
	require.NoError(t, err)
	_, err = w.SecretsMissing(t.Context(), home)
	require.NoError(t, err)
	_, err = w.VCPUs(t.Context(), home)
	require.NoError(t, err)
	require.NotEmpty(t, c.done)
	assert.Subset(t, c.asked, c.done)

	c.forbid = "patch horizontalpodautoscalers.autoscaling"
	got, err = w.Denied(t.Context(), home)
	require.NoError(t, err)
	assert.Equal(t, []string{c.forbid}, got)
	c.unsure = true
	_, err = w.Denied(t.Context(), home)
	require.ErrorContains(t, err, "no webhook")
	_, err = w.Denied(t.Context(), elsewhere)
	require.ErrorContains(t, err, "no cluster")
}

func TestVCPUs(t *testing.T) {
	c := running(t)
	w := c.start(t)
	got, err := w.VCPUs(t.Context(), home)
	require.NoError(t, err)
	assert.Equal(t, 12, got, "spot has a quota of its own, and a node without the label counts")
	c.objects["/api/v1/nodes"][1]["status"] = map[string]any{}
	_, err = w.VCPUs(t.Context(), home)
	require.ErrorContains(t, err, "ws-1", "a node that does not say is no node without any")
	c.objects["/api/v1/nodes"] = []map[string]any{}
	_, err = w.VCPUs(t.Context(), home)
	require.ErrorContains(t, err, "no nodes")
}

func TestNoAnswer(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	path := filepath.Join(t.TempDir(), "kubeconfig.yaml")
	require.NoError(t, os.WriteFile(path, kubeconfig(gone.URL), 0o600))
	w := New(map[regions.Region]Kubeconfig{home: {Path: path}, standby: {Path: filepath.Join(t.TempDir(), "absent")}})
	_, _, err := w.Flag(t.Context(), home)
	require.ErrorIs(t, err, port.ErrUnreachable)
	_, err = w.Floors(t.Context(), standby)
	require.ErrorContains(t, err, "absent")
	_, err = w.Floors(t.Context(), elsewhere)
	require.ErrorContains(t, err, "no cluster")
}
