package engine

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const urnBase = "urn:pulumi:mt::pitboss::"

// export is a state in which a killed run left creations open.
const export = `{"version":3,"deployment":{"fromTheFuture":{"big":12345678901234567890},"resources":[
{"urn":"urn:pulumi:mt::pitboss::aws:kms/key:Key::ledger","type":"aws:kms/key:Key","id":"k"}],
"pending_operations":[
{"type":"creating","resource":{"urn":"urn:pulumi:mt::pitboss::pitboss:c:Pools$aws:eks/nodeGroup:NodeGroup::api","type":"aws:eks/nodeGroup:NodeGroup","inputs":{"clusterName":"mt-c","nodeGroupName":"api"}}},
{"type":"creating","resource":{"urn":"urn:pulumi:mt::pitboss::aws:ec2/vpc:Vpc::net","type":"aws:ec2/vpc:Vpc","inputs":{"cidrBlock":"10.0.0.0/16"}}},
{"type":"creating","resource":{"urn":"urn:pulumi:mt::pitboss::aws:iam/role:Role::r","type":"aws:iam/role:Role","inputs":{}}}]}}`

func TestSettle(t *testing.T) {
	out, plan, err := settle([]byte(export))
	require.NoError(t, err)
	assert.Equal(t, []string{urnBase + "pitboss:c:Pools$aws:eks/nodeGroup:NodeGroup::api"}, plan.adopted)
	assert.Equal(t, []string{
		`aws:eks/nodeGroup:NodeGroup api was cut off while creating: looking for it as "mt-c:api"`,
		"aws:ec2/vpc:Vpc net was cut off while creating: doing it anew; if the cloud had finished the first one, that is left over there",
		"aws:iam/role:Role r was cut off while creating: doing it anew; if the cloud had finished the first one, that is left over there",
	}, plan.notes, "nothing is settled without saying so")

	var got struct {
		Deployment struct {
			FromTheFuture     map[string]json.Number `json:"fromTheFuture"`
			PendingOperations []any                  `json:"pending_operations"`
			Resources         []struct{ URN, ID string }
		}
	}
	require.NoError(t, json.Unmarshal(out, &got))
	assert.Empty(t, got.Deployment.PendingOperations)
	assert.Equal(t, "12345678901234567890", got.Deployment.FromTheFuture["big"].String(), "what is not understood is kept to the digit")
	require.Len(t, got.Deployment.Resources, 2)
	assert.Equal(t, "mt-c:api", got.Deployment.Resources[1].ID, "adopted under the id that AWS must have given it")
}

func TestChanging(t *testing.T) {
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal([]byte(`{"resources":[
{"urn":"urn:pulumi:mt::p::pulumi:pulumi:Stack::p-mt","type":"pulumi:pulumi:Stack"},
{"urn":"urn:pulumi:mt::p::aws:kms/key:Key::a","type":"aws:kms/key:Key"}],"pending_operations":[
{"type":"updating","resource":{"urn":"urn:pulumi:mt::p::aws:kms/key:Key::a","type":"aws:kms/key:Key"}},
{"type":"deleting","resource":{"urn":"urn:pulumi:mt::p::aws:kms/key:Key::gone","type":"aws:kms/key:Key"}},
{"type":"creating","resource":{"urn":"urn:pulumi:mt::p::aws:ec2/vpc:Vpc::n","type":"aws:ec2/vpc:Vpc"}}]}`), &d))
	targets, notes := newState(d).changing()
	assert.Equal(t, []string{"urn:pulumi:mt::p::pulumi:pulumi:Stack::p-mt", "urn:pulumi:mt::p::aws:kms/key:Key::a"}, targets,
		"the stack itself is always among them: a refresh without targets would read everything")
	assert.Equal(t, []string{"aws:kms/key:Key a was cut off while updating: read what is there", "aws:kms/key:Key gone was cut off while deleting: forgotten"}, notes)
}

func TestSettleTwiceIsOnce(t *testing.T) {
	once, _, err := settle([]byte(export))
	require.NoError(t, err)
	twice, plan, err := settle(once)
	require.NoError(t, err)
	assert.JSONEq(t, string(once), string(twice))
	assert.Empty(t, plan.notes)
}

func TestNewState(t *testing.T) {
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal([]byte(`{"resources":[
{"urn":"urn:pulumi:mt::p::pulumi:pulumi:Stack::p-mt","type":"pulumi:pulumi:Stack","outputs":{"cluster":{"name":"mt-c"}}},
{"urn":"urn:pulumi:mt::p::pulumi:providers:aws::default_6","type":"pulumi:providers:aws","custom":true},
{"urn":"urn:pulumi:mt::p::pulumi:providers:aws::aws-eu-south-1","type":"pulumi:providers:aws","custom":true},
{"urn":"urn:pulumi:mt::p::aws:kms/key:Key::a","type":"aws:kms/key:Key","custom":true,"protect":true,"retainOnDelete":true}],
"pending_operations":[{"type":"creating","resource":{"urn":"urn:x","type":"t"}}]}`), &d))
	s := newState(d)
	assert.Equal(t, 2, s.Resources, "the stack itself and the engine's own provider do not count")
	assert.Equal(t, []string{"urn:pulumi:mt::p::aws:kms/key:Key::a"}, s.Protected)
	assert.Equal(t, s.Protected, s.Retained)
	assert.Equal(t, []Pending{{"urn:x", "creating"}}, s.Pending)
	assert.Contains(t, s.Outputs, "cluster")
}

func TestLockWords(t *testing.T) {
	words := "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
		"  file:///s/.pulumi/locks/organization/pitboss/mt/1.json: created by root@box (pid 4711) at 2026-11-21T20:38:50Z"
	assert.True(t, isLocked(words))
	h := holder.FindStringSubmatch(words)
	require.NotNil(t, h)
	assert.Equal(t, []string{"root", "box", "4711"}, h[1:4])
	assert.False(t, isLocked("error: update failed"))
}

// TestStrangers: a name can be taken by somebody else's resource, which must
// not be rewritten and destroyed as if it were ours.
func TestStrangers(t *testing.T) {
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal([]byte(`{"resources":[
{"urn":"urn:pulumi:mt::pitboss::aws:iam/role:Role::ours","type":"aws:iam/role:Role","outputs":{"tagsAll":{"pitboss:stack":"mt"}}},
{"urn":"urn:pulumi:mt::pitboss::aws:iam/role:Role::theirs","type":"aws:iam/role:Role","outputs":{"tagsAll":{}}},
{"urn":"urn:pulumi:mt::pitboss::aws:iam/role:Role::old","type":"aws:iam/role:Role","outputs":{"tagsAll":{}}},
{"urn":"urn:pulumi:mt::pitboss::aws:kms/alias:Alias::untagged","type":"aws:kms/alias:Alias","outputs":{"name":"alias/x"}}]}`), &d))
	adopted := []string{urnBase + "aws:iam/role:Role::ours", urnBase + "aws:iam/role:Role::theirs", urnBase + "aws:kms/alias:Alias::untagged"}
	assert.Equal(t, []string{urnBase + "aws:iam/role:Role::theirs"}, newState(d).strangers("mt", adopted))
}
