package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/tally"
)

func stateOf(t *testing.T, resources string) State {
	t.Helper()
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal([]byte(`{"resources":[
{"urn":"urn:pulumi:mt::p::pulumi:pulumi:Stack::p-mt","type":"pulumi:pulumi:Stack"},
{"urn":"urn:pulumi:mt::p::pulumi:providers:aws::default_6","type":"pulumi:providers:aws","custom":true},`+resources+`]}`), &d))
	return newState(d)
}

const mixed = `{"urn":"urn:pulumi:mt::p::aws:kms/key:Key::key","type":"aws:kms/key:Key","protect":true},
{"urn":"urn:pulumi:mt::p::aws:rds/globalCluster:GlobalCluster::global","type":"aws:rds/globalCluster:GlobalCluster","protect":true,"retainOnDelete":true,"outputs":{"deletionProtection":true}},
{"urn":"urn:pulumi:mt::p::aws:rds/cluster:Cluster::ledger","type":"aws:rds/cluster:Cluster","protect":true,"outputs":{"deletionProtection":true}},
{"urn":"urn:pulumi:mt::p::aws:lb/loadBalancer:LoadBalancer::web","type":"aws:lb/loadBalancer:LoadBalancer","outputs":{"enableDeletionProtection":true}},
{"urn":"urn:pulumi:mt::p::aws:lb/loadBalancer:LoadBalancer::media","type":"aws:lb/loadBalancer:LoadBalancer","outputs":{"enableDeletionProtection":false}},
{"urn":"urn:pulumi:mt::p::aws:rds/cluster:Cluster::replaced","type":"aws:rds/cluster:Cluster","delete":true,"outputs":{"deletionProtection":true}},
{"urn":"urn:pulumi:mt::p::aws:ec2/vpc:Vpc::vpc","type":"aws:ec2/vpc:Vpc"}`

// TestShielded: AWS's protection comes off what is about to be deleted, and stays on what
// only leaves the stack.
func TestShielded(t *testing.T) {
	s := stateOf(t, mixed)
	assert.Equal(t, []string{"urn:pulumi:mt::p::aws:rds/cluster:Cluster::ledger", "urn:pulumi:mt::p::aws:lb/loadBalancer:LoadBalancer::web"}, s.Shielded())
	assert.Len(t, s.guarded(), 3)
	assert.Len(t, s.Protected, 4, "what AWS alone protects must be named too")
	assert.Empty(t, stateOf(t, `{"urn":"urn:pulumi:mt::p::aws:ec2/vpc:Vpc::vpc","type":"aws:ec2/vpc:Vpc"}`).Shielded())
}

func TestPlanDestroy(t *testing.T) {
	plan := stateOf(t, mixed).PlanDestroy()
	assert.Equal(t, tally.Changes{Deletes: 7}, plan.Changes, "the stack itself and the engine's own provider do not count")
	require.Len(t, plan.List, 7)
	assert.Equal(t, "vpc", plan.List[0].Name, "the last made goes first")
	assert.Equal(t, tally.Change{
		Op: "delete", Type: "aws:rds/globalCluster:GlobalCluster", Name: "global", URN: "urn:pulumi:mt::p::aws:rds/globalCluster:GlobalCluster::global", Protected: true, Retained: true,
	}, plan.List[5])
}

// TestLost: what was named goes, and nothing else that is protected.
func TestLost(t *testing.T) {
	s := stateOf(t, mixed)
	assert.Empty(t, lost(s.PlanDestroy().List, s.Protected))
	left := lost(s.PlanDestroy().List, s.Protected[:3])
	require.Len(t, left, 1)
	assert.Equal(t, "web", left[0].Name)
	assert.Len(t, lost(s.PlanDestroy().List, nil), 4)
}

// TestUnprotectedConfig: the setting is in a copy, and survives being read back as text.
func TestUnprotectedConfig(t *testing.T) {
	m := mirrored(t, checkedIn+"encryptionsalt: v1:s\n")
	path, err := m.unprotected("mt")
	require.NoError(t, err)
	assert.Equal(t, m.dir, filepath.Dir(path))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(raw), `pitboss:deletionProtection: "off"`, "in quotes: it is no boolean")
	assert.Contains(t, string(raw), "pitboss:market: mt")
	assert.Contains(t, string(raw), "encryptionsalt: v1:s", "secrets in the state stay readable")
	for _, kept := range []string{filepath.Join(m.dir, "Pulumi.mt.yaml"), filepath.Join(m.stacks, "Pulumi.mt.yaml")} {
		raw, err := os.ReadFile(kept)
		require.NoError(t, err)
		assert.NotContains(t, string(raw), "deletionProtection")
	}
}

func TestAdoptedIDOfARecord(t *testing.T) {
	record := func(inputs map[string]any) map[string]any {
		return map[string]any{"type": "aws:route53/record:Record", "inputs": inputs}
	}
	whole := map[string]any{"zoneId": "Z1", "name": "api.mt.example.com", "type": "CNAME", "setIdentifier": "eu-south-1"}
	assert.Equal(t, "Z1_api.mt.example.com_CNAME_eu-south-1", adoptedID(record(whole)))
	delete(whole, "setIdentifier")
	assert.Equal(t, "Z1_api.mt.example.com_CNAME", adoptedID(record(whole)), "a record of its own, like <region>-direct, has none")
	whole["setIdentifier"] = map[string]any{"4dabf18193072939515e22adb298388d": "secret"}
	assert.Empty(t, adoptedID(record(whole)), "one that cannot be read is not one that is not there")
	delete(whole, "zoneId")
	assert.Empty(t, adoptedID(record(whole)))
}
