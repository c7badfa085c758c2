package awsplugin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"
)

// judge counts how often it is asked, and finds a change where the inputs differ.
type judge struct {
	pulumirpc.ResourceProviderClient
	asked int
	err   error
}

func (j *judge) Diff(_ context.Context, req *pulumirpc.DiffRequest, _ ...grpc.CallOption) (*pulumirpc.DiffResponse, error) {
	j.asked++
	if j.err != nil {
		return nil, j.err
	}
	resp := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true}
	if req.News.String() != req.OldInputs.String() {
		resp.Changes, resp.Diffs = pulumirpc.DiffResponse_DIFF_SOME, []string{"password"}
		resp.DetailedDiff = map[string]*pulumirpc.PropertyDiff{"password": {Kind: pulumirpc.PropertyDiff_UPDATE_REPLACE}}
	}
	return resp, nil
}

// TestAQuestionIsAskedOnce: the same question has the same answer, and whatever differs in
// it, or in the provider's configuration, is another question.
func TestAQuestionIsAskedOnce(t *testing.T) {
	dir, j := filepath.Join(t.TempDir(), "answers"), &judge{}
	m, err := newMemory(j, dir, "eu-south-1")
	require.NoError(t, err)
	question := func(id, news string) *pulumirpc.DiffRequest {
		props := func(password string) *structpb.Struct {
			s, err := structpb.NewStruct(map[string]any{"password": password, "a": 1.0, "b": 2.0, "c": []any{"x"}})
			require.NoError(t, err)
			return s
		}
		return &pulumirpc.DiffRequest{Id: id, Urn: "urn", Olds: props("hunter2"), OldInputs: props("hunter2"), News: props(news)}
	}
	first, err := m.Diff(t.Context(), question("a", "hunter3"))
	require.NoError(t, err)
	for range 20 { // maps are in another order each time
		again, err := m.Diff(t.Context(), question("a", "hunter3"))
		require.NoError(t, err)
		assert.Equal(t, first.String(), again.String())
	}
	assert.Equal(t, 1, j.asked)
	for i, q := range []*pulumirpc.DiffRequest{question("b", "hunter3"), question("a", "hunter2"), {Id: "a", Urn: "urn", IgnoreChanges: []string{"password"}}} {
		_, err = m.Diff(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, i+2, j.asked)
	}
	elsewhere, err := newMemory(j, dir, "eu-central-1")
	require.NoError(t, err)
	_, err = elsewhere.Diff(t.Context(), question("a", "hunter3"))
	require.NoError(t, err)
	assert.Equal(t, 5, j.asked, "another provider may say something else")

	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 5)
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		assert.False(t, strings.Contains(string(raw), "hunter"), "no value gets to the disk")
	}
	j.err = errors.New("the bridge is gone")
	for range 2 {
		_, err = m.Diff(t.Context(), question("c", ""))
		assert.ErrorIs(t, err, j.err)
	}
	assert.Equal(t, 7, j.asked, "a failure is not remembered")
}
