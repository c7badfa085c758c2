package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConsents(t *testing.T) {
	c := openConsents(t.TempDir())
	list, err := c.read("mt")
	require.NoError(t, err)
	assert.Empty(t, list)
	require.NoError(t, c.add("mt", consented{}))
	assert.NoFileExists(t, c.path("mt"), "nothing was named")
	require.NoError(t, c.add("mt", consented{Named: []string{"b", "a"}, Guarded: []string{"a"}, Shielded: []string{"b"}}))
	require.NoError(t, c.add("mt", consented{Named: []string{"b", "c"}}))
	list, err = c.read("mt")
	require.NoError(t, err)
	assert.Equal(t, consented{Named: []string{"a", "b", "c"}, Guarded: []string{"a"}, Shielded: []string{"b"}}, list, "what a run that was stopped dead let go is not forgotten by the next")
	require.NoError(t, c.forget("mt"))
	require.NoError(t, c.forget("mt"), "twice is once")
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "mt.json"), []byte("{"), 0o600))
	_, err = c.read("mt")
	require.ErrorContains(t, err, "pitboss up", "a list that is broken may not mean that everything may go")
}

// TestConsentedIsProtected: what a run that was stopped dead has unprotected and left.
func TestConsentedIsProtected(t *testing.T) {
	bare := stateOf(t, `{"urn":"urn:pulumi:mt::p::aws:ec2/vpc:Vpc::vpc","type":"aws:ec2/vpc:Vpc"}`)
	assert.Empty(t, bare.Protected)
	s := newState(bare.raw, "urn:pulumi:mt::p::aws:ec2/vpc:Vpc::vpc", "urn:pulumi:mt::p::aws:kms/key:Key::gone")
	assert.Equal(t, []string{"urn:pulumi:mt::p::aws:ec2/vpc:Vpc::vpc"}, s.Protected)
	assert.Len(t, lost(s.PlanDestroy().List, nil), 1)
	assert.Empty(t, s.guarded(), "there is nothing that the engine must be told")
}

func TestAttached(t *testing.T) {
	const group, replicator = "aws:globalaccelerator/endpointGroup:EndpointGroup", "aws:msk/replicator:Replicator"
	one := func(typ, name, more string) string {
		return `{"urn":"urn:pulumi:mt::p::` + typ + `::` + name + `","type":"` + typ + `"` + more + `}`
	}
	s := stateOf(t, one(group, "here", `,"outputs":{"endpointGroupRegion":"eu-central-1"}`)+","+
		one(group, "there", `,"outputs":{"endpointGroupRegion":"eu-south-1"}`)+","+
		one(group, "by-its-inputs", `,"inputs":{"endpointGroupRegion":"eu-central-1"}`)+","+
		one(replicator, "copy", "")+","+one(replicator, "copy", `,"delete":true`)+","+
		one("aws:route53/record:Record", "api", `,"outputs":{"endpointGroupRegion":"eu-central-1"}`))
	base := "urn:pulumi:mt::p::"
	assert.Equal(t, []string{base + group + "::by-its-inputs", base + group + "::here", base + replicator + "::copy"}, s.Attached("eu-central-1"),
		"the other region keeps its own, and each is named once")
	assert.Len(t, s.Attached("eu-south-1"), 2)
}
