package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/backend/httpstate/client"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
)

// The tests call the service with Pulumi's own client.

var mt = client.StackIdentifier{Owner: organization, Project: "pitboss", Stack: tokens.MustParseStackName("mt-foundation")}

type token string

func (t token) GetToken(context.Context) (string, error) { return string(t), nil }

// dial opens a folder and answers from it; the client shows the token that it is given.
func dial(t *testing.T, dir, shown string) *client.Client {
	t.Helper()
	s, err := open(dir)
	require.NoError(t, err)
	server := httptest.NewServer(newService(s, "secret"))
	t.Cleanup(server.Close)
	return client.NewClient(server.URL, shown, false, diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: "never"}))
}

func create(t *testing.T, c *client.Client) {
	t.Helper()
	_, _, err := c.CreateStack(t.Context(), mt, nil, nil, nil, nil)
	require.NoError(t, err)
}

func propose(t *testing.T, c *client.Client, kind apitype.UpdateKind) client.UpdateIdentifier {
	t.Helper()
	project := &workspace.Project{Name: "pitboss", Runtime: workspace.NewProjectRuntimeInfo("go", nil)}
	u, _, err := c.CreateUpdate(t.Context(), kind, mt, project, nil, apitype.UpdateMetadata{}, engine.UpdateOptions{}, false)
	require.NoError(t, err)
	return u
}

func start(t *testing.T, c *client.Client, kind apitype.UpdateKind) (client.UpdateIdentifier, token) {
	t.Helper()
	u := propose(t, c, kind)
	_, shown, journal, err := c.StartUpdate(t.Context(), u, nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, journal)
	return u, token(shown)
}

func urn(name string) resource.URN {
	return resource.URN("urn:pulumi:mt-foundation::pitboss::test:index:Thing::" + name)
}

// creation is the two entries of a resource that depends on others.
func creation(operation int64, name string, on ...resource.URN) []apitype.JournalEntry {
	state := apitype.ResourceV3{URN: urn(name), Type: "test:index:Thing", Custom: true, ID: resource.ID(name), Dependencies: on}
	return []apitype.JournalEntry{
		{Version: 1, Kind: apitype.JournalEntryKindBegin, SequenceID: 2 * operation, OperationID: operation, Operation: &apitype.OperationV2{Resource: state, Type: apitype.OperationTypeCreating}},
		{Version: 1, Kind: apitype.JournalEntryKindSuccess, SequenceID: 2*operation + 1, OperationID: operation, State: &state},
	}
}

// recorded is the names of the resources and of the pending operations, in order.
func recorded(t *testing.T, c *client.Client) (resources, pending []string) {
	t.Helper()
	export, err := c.ExportStackDeployment(t.Context(), mt, nil)
	require.NoError(t, err)
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(export.Deployment, &d))
	for _, r := range d.Resources {
		resources = append(resources, r.URN.Name())
	}
	for _, op := range d.PendingOperations {
		pending = append(pending, op.Resource.URN.Name())
	}
	return resources, pending
}

func TestEntriesMayComeInAnyOrderAndTwice(t *testing.T) {
	c := dial(t, t.TempDir(), "secret")
	create(t, c)
	u, mine := start(t, c, apitype.UpdateUpdate)
	a, b := creation(1, "a"), creation(2, "b", urn("a"))
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, []apitype.JournalEntry{b[1], b[0]}, mine))
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, []apitype.JournalEntry{a[1], b[0], b[1], a[0]}, mine))
	resources, pending := recorded(t, c)
	require.Equal(t, []string{"a", "b"}, resources, "what others depend on comes first, while the update runs")
	require.Empty(t, pending)
	require.NoError(t, c.CompleteUpdate(t.Context(), u, apitype.UpdateStatusSucceeded, mine))
	resources, _ = recorded(t, c)
	require.Equal(t, []string{"a", "b"}, resources)
	history, err := c.GetStackUpdates(t.Context(), mt, 1, 1)
	require.NoError(t, err)
	require.Len(t, history, 1)
	require.Equal(t, apitype.SucceededResult, history[0].Result)
}

func TestAKilledRunLosesNothing(t *testing.T) {
	dir := t.TempDir()
	c := dial(t, dir, "secret")
	create(t, c)
	u, mine := start(t, c, apitype.UpdateUpdate)
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, append(creation(1, "made"), creation(2, "begun")[0]), mine))
	// What was being written when the service died.
	journal := filepath.Join(dir, "pitboss", "mt-foundation", "journal.ndjson")
	f, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"version":1,"kind":1,"seq`)
	require.NoError(t, err)
	require.NoError(t, f.Close())

	c = dial(t, dir, "secret")
	resources, pending := recorded(t, c)
	require.Equal(t, []string{"made"}, resources)
	require.Equal(t, []string{"begun"}, pending)

	_, _, _, err = c.StartUpdate(t.Context(), propose(t, c, apitype.UpdateUpdate), nil)
	require.ErrorContains(t, err, "Another update is currently in progress")
	// The words by which the command line tells a run that lives from one that is dead.
	holder := regexp.MustCompile(`created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)`).FindStringSubmatch(err.Error())
	require.NotNil(t, holder, err.Error())
	require.Equal(t, strconv.Itoa(os.Getpid()), holder[3])
	_, err = c.ImportStackDeployment(t.Context(), mt, &apitype.UntypedDeployment{Version: 3})
	require.ErrorContains(t, err, "Another update is currently in progress")

	// The engine that waited for the service goes on with the token that it has.
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, creation(2, "begun")[1:], mine))
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, creation(3, "next")[:1], mine))
	require.NoError(t, c.CancelUpdate(t.Context(), u))
	resources, pending = recorded(t, c)
	require.Equal(t, []string{"made", "begun"}, resources)
	require.Equal(t, []string{"next"}, pending, "nobody knows how it ended")
	require.Error(t, c.SaveJournalEntries(t.Context(), u, creation(3, "next")[1:], mine), "a cancelled update writes no more")
	require.Error(t, c.CancelUpdate(t.Context(), u))
	_, _ = start(t, c, apitype.DestroyUpdate)
}

// The service died between saving the state and forgetting the journal: what is in the
// state is not applied to it a second time.
func TestAnUpdateIsAppliedOnce(t *testing.T) {
	dir := t.TempDir()
	c := dial(t, dir, "secret")
	create(t, c)
	u, mine := start(t, c, apitype.UpdateUpdate)
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, creation(1, "a"), mine))
	folder := filepath.Join(dir, "pitboss", "mt-foundation")
	kept := map[string][]byte{}
	for _, name := range []string{"running.json", "journal.ndjson"} {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		kept[name] = raw
	}
	require.NoError(t, c.CompleteUpdate(t.Context(), u, apitype.UpdateStatusSucceeded, mine))
	for name, raw := range kept {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), raw, 0o600))
	}
	c = dial(t, dir, "secret")
	resources, _ := recorded(t, c)
	require.Equal(t, []string{"a"}, resources)
	start(t, c, apitype.UpdateUpdate)
}

func TestAPreviewHoldsNothing(t *testing.T) {
	c := dial(t, t.TempDir(), "secret")
	create(t, c)
	u, mine := start(t, c, apitype.UpdateUpdate)
	p, shown := start(t, c, apitype.PreviewUpdate)
	require.Error(t, c.SaveJournalEntries(t.Context(), p, creation(1, "a"), mine), "another update's token")
	require.NoError(t, c.RecordEngineEvents(t.Context(), p, apitype.EngineEventBatch{}, shown))
	require.NoError(t, c.CompleteUpdate(t.Context(), p, apitype.UpdateStatusSucceeded, shown))
	require.NoError(t, c.SaveJournalEntries(t.Context(), u, creation(1, "a"), mine))
	require.NoError(t, c.CompleteUpdate(t.Context(), u, apitype.UpdateStatusFailed, mine))
	resources, _ := recorded(t, c)
	require.Equal(t, []string{"a"}, resources)
	history, err := c.GetStackUpdates(t.Context(), mt, 10, 1)
	require.NoError(t, err)
	require.Len(t, history, 1)
	require.Equal(t, apitype.FailedResult, history[0].Result)
}

func TestSecretsBelongToOneStack(t *testing.T) {
	dir := t.TempDir()
	sealed, err := dial(t, dir, "secret").EncryptValue(t.Context(), mt, []byte("hunter2"))
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "hunter2")
	c := dial(t, dir, "secret") // the key is kept
	plain, err := c.DecryptValue(t.Context(), mt, sealed)
	require.NoError(t, err)
	require.Equal(t, "hunter2", string(plain))
	other := mt
	other.Stack = tokens.MustParseStackName("gb-foundation")
	_, err = c.DecryptValue(t.Context(), other, sealed)
	require.ErrorContains(t, err, "not a ciphertext of stack pitboss/gb-foundation")
	both, err := c.BatchEncrypt(t.Context(), mt, [][]byte{[]byte("a"), []byte("b")})
	require.NoError(t, err)
	opened, err := c.BatchDecryptValue(t.Context(), mt, both)
	require.NoError(t, err)
	require.Len(t, opened, 2)
}

func TestNothingIsAnsweredWithoutTheToken(t *testing.T) {
	dir := t.TempDir()
	create(t, dial(t, dir, "secret"))
	s, err := open(dir)
	require.NoError(t, err)
	routes := newService(s, "secret")
	const here = "/api/stacks/organization/pitboss/mt-foundation"
	for _, header := range []string{"", "token ", "token wrong", "update-token ", "update-token secret"} {
		for _, route := range []string{
			"GET /api/user", "GET /api/user/stacks", "GET " + here, "DELETE " + here, "GET " + here + "/export", "POST " + here + "/import",
			"POST " + here + "/batch-decrypt", "POST " + here + "/update", "POST " + here + "/update/x", "POST " + here + "/update/x/cancel",
			"PATCH " + here + "/update/x/journalentries", "POST " + here + "/update/x/complete", "POST " + here + "/preview/x/events/batch",
		} {
			method, path, _ := strings.Cut(route, " ")
			r := httptest.NewRequest(method, path, strings.NewReader("{}"))
			r.Header.Set("Authorization", header)
			w := httptest.NewRecorder()
			routes.ServeHTTP(w, r)
			require.Contains(t, []int{401, 403}, w.Code, "%s with %q: %s", route, header, w.Body)
		}
	}
}

func TestAStackWithResourcesStays(t *testing.T) {
	c := dial(t, t.TempDir(), "secret")
	create(t, c)
	_, _, err := c.CreateStack(t.Context(), mt, nil, nil, nil, nil)
	require.ErrorContains(t, err, "exists already")
	raw := fmt.Appendf(nil, `{"resources":[{"urn":%q,"type":"test:index:Thing"}]}`, urn("a"))
	imported, err := c.ImportStackDeployment(t.Context(), mt, &apitype.UntypedDeployment{Version: 3, Deployment: raw})
	require.NoError(t, err)
	waited, err := c.GetUpdateEvents(t.Context(), imported, nil)
	require.NoError(t, err)
	require.Equal(t, apitype.StatusSucceeded, waited.Status)
	has, err := c.DeleteStack(t.Context(), mt, false)
	require.Error(t, err)
	require.True(t, has, "the CLI says what is wrong in its own words")
	_, err = c.DeleteStack(t.Context(), mt, true)
	require.NoError(t, err)
	_, err = c.GetStack(t.Context(), mt)
	require.ErrorContains(t, err, "404")
	bad := mt
	bad.Project = ".."
	_, _, err = c.CreateStack(t.Context(), bad, nil, nil, nil, nil)
	require.Error(t, err)
	require.False(t, strings.Contains(fmt.Sprint(err), "500"), err)
}
