//go:build integration

package awsplugin

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/tooltest"
)

const home, standby = "eu-south-1", "eu-central-1"

// stage is the whole of AWS in the sandbox, the daemon's process left out: the
// plugin, one for each region, the real bridges, and the simulated cloud.
type stage struct {
	*testing.T
	cloud     *cloud.Cloud
	logs      string
	providers map[string]*provider
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{T: t, logs: t.TempDir(), providers: map[string]*provider{}}
	file := filepath.Join(t.TempDir(), "schema.json")
	manager, err := bridge.NewManager(bridge.Options{
		Binary: tooltest.Path(t, "pulumi-terraform-bridge"), Provider: tooltest.Provider(t),
		Resources: TerraformTypes(), Logs: s.logs, Cache: t.TempDir(), Schema: file,
	})
	require.NoError(t, err)
	t.Cleanup(manager.Close)
	socket := s.serve()
	for _, region := range []string{home, standby} {
		c, err := readConfig(map[string]any{"region": region, "allowedAccountIds": `["111122223333"]`,
			"defaultTags": map[string]any{"tags": map[string]any{"pitboss:market": "mt"}}})
		require.NoError(t, err)
		session, err := manager.Open(t.Context(), c.bridge)
		require.NoError(t, err)
		schema, err := awsschema.Load(file)
		require.NoError(t, err)
		if s.cloud == nil {
			s.cloud, err = cloud.Open(filepath.Join(t.TempDir(), "cloud.db"), cloud.Options{
				Schema: func() (*awsschema.Schema, error) { return schema, nil }, Speed: 600,
			})
			require.NoError(t, err)
		}
		conn, err := grpc.NewClient(session.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		s.providers[region] = &provider{config: c, bridge: pulumirpc.NewResourceProviderClient(conn), schema: schema, daemon: daemon{client.New(socket)}}
	}
	return s
}

// serve answers as sandboxd does about resources.
func (s *stage) serve() string {
	dir, err := os.MkdirTemp("", "sock") // a socket's path must be short
	require.NoError(s, err)
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	listener, err := net.Listen("unix", socket)
	require.NoError(s, err)
	answer := func(f func(context.Context, cloud.Request) (cloud.Resource, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var q cloud.Request
			_ = json.NewDecoder(r.Body).Decode(&q)
			a, err := f(r.Context(), q)
			if err != nil {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_ = json.NewEncoder(w).Encode(client.Failure{Message: err.Error(), NotFound: cloud.IsNotFound(err)})
				return
			}
			_ = json.NewEncoder(w).Encode(a)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/resources/create", answer(func(ctx context.Context, q cloud.Request) (cloud.Resource, error) { return s.cloud.Create(ctx, q) }))
	mux.HandleFunc("/v1/resources/update", answer(func(ctx context.Context, q cloud.Request) (cloud.Resource, error) { return s.cloud.Update(ctx, q) }))
	mux.HandleFunc("/v1/resources/read", answer(func(_ context.Context, q cloud.Request) (cloud.Resource, error) {
		return s.cloud.Read(q.Account, q.Region, q.Type, q.ID)
	}))
	mux.HandleFunc("/v1/resources/delete", answer(func(ctx context.Context, q cloud.Request) (cloud.Resource, error) {
		return cloud.Resource{}, s.cloud.Delete(ctx, q.Account, q.Region, q.Type, q.ID)
	}))
	mux.HandleFunc("/v1/resources/known", answer(func(_ context.Context, q cloud.Request) (cloud.Resource, error) {
		return cloud.Resource{}, s.cloud.Known(q.Account, q.Region, q.Type, q.ID)
	}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	s.Cleanup(func() { _ = server.Close() })
	return socket
}

// thing is one resource as the engine's state has it.
type thing struct {
	*stage
	region, token, name, urn string
	id                       string
	given                    map[string]any // by the program
	inputs, state            *structpb.Struct
	ignores                  []string
}

func (x *thing) out(name string) any { return x.state.AsMap()[name] }

func (x *thing) arn() string { s, _ := x.out("arn").(string); return s }

// check is the engine's first step; it fails the test on a refusal.
func (x *thing) check(given map[string]any) *structpb.Struct {
	x.Helper()
	news, err := structpb.NewStruct(given)
	require.NoError(x, err)
	resp, err := x.providers[x.region].Check(x.Context(), &pulumirpc.CheckRequest{
		Urn: x.urn, Name: x.name, Type: x.token, Olds: x.inputs, News: news, RandomSeed: []byte("0123456789abcdef0123456789abcdef"),
	})
	require.NoError(x, err, x.token)
	require.Empty(x, resp.Failures, x.token)
	return resp.Inputs
}

// make creates a resource as `pulumi up` would.
func (s *stage) make(region, token, name string, given map[string]any, ignores ...string) *thing {
	s.Helper()
	x := &thing{stage: s, region: region, token: token, name: name, urn: "urn:pulumi:s::p::" + token + "::" + name, given: given, ignores: ignores}
	x.inputs = x.check(given)
	made, err := s.providers[region].Create(s.Context(), &pulumirpc.CreateRequest{Urn: x.urn, Name: name, Type: token, Properties: x.inputs, Timeout: 60})
	require.NoError(s, err, token)
	x.id, x.state = made.Id, made.Properties
	return x
}

// diff is what `pulumi preview` would find; the program says what it said before.
func (x *thing) diff(ignores []string, changes map[string]any) *pulumirpc.DiffResponse {
	x.Helper()
	given := map[string]any{}
	for k, v := range x.given {
		given[k] = v
	}
	for k, v := range changes {
		given[k] = v
	}
	news := x.check(given)
	for _, name := range ignores { // the engine's own part of it
		if old, ok := x.inputs.Fields[name]; ok {
			news.Fields[name] = old
		} else {
			delete(news.Fields, name)
		}
	}
	resp, err := x.providers[x.region].Diff(x.Context(), &pulumirpc.DiffRequest{
		Id: x.id, Urn: x.urn, Name: x.name, Type: x.token, Olds: x.state, News: news, OldInputs: x.inputs, IgnoreChanges: ignores,
	})
	require.NoError(x, err, x.token)
	return resp
}

// clean asserts that nothing would change.
func (x *thing) clean(when string) {
	x.Helper()
	resp := x.diff(x.ignores, nil)
	if resp.Changes != pulumirpc.DiffResponse_DIFF_NONE {
		x.Errorf("%s %s: %s: changes %v, replaces %v", x.region, x.token, when, resp.Diffs, resp.Replaces)
	}
}

// refresh reads what exists now into the state.
func (x *thing) refresh() *thing {
	x.Helper()
	resp, err := x.providers[x.region].Read(x.Context(), &pulumirpc.ReadRequest{Id: x.id, Urn: x.urn, Name: x.name, Type: x.token, Properties: x.state, Inputs: x.inputs})
	require.NoError(x, err, x.token)
	require.NotEmpty(x, resp.Id, x.token)
	x.state, x.inputs = resp.Properties, resp.Inputs
	return x
}

// update applies a change.
func (x *thing) update(changes map[string]any) error {
	x.Helper()
	given := map[string]any{}
	for k, v := range x.given {
		given[k] = v
	}
	for k, v := range changes {
		given[k] = v
	}
	news := x.check(given)
	resp, err := x.providers[x.region].Update(x.Context(), &pulumirpc.UpdateRequest{Id: x.id, Urn: x.urn, Name: x.name, Type: x.token,
		Olds: x.state, News: news, OldInputs: x.inputs, Timeout: 60, IgnoreChanges: x.ignores})
	if err == nil {
		x.state, x.inputs, x.given = resp.Properties, news, given
	}
	return err
}

func (s *stage) delete(x *thing) error {
	_, err := s.providers[x.region].Delete(s.Context(), &pulumirpc.DeleteRequest{Id: x.id, Urn: x.urn, Name: x.name, Type: x.token, Properties: x.state, OldInputs: x.inputs, Timeout: 60})
	return err
}
