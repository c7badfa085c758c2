//go:build integration

package awsplugin

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/tooltest"
)

// logsService is as much of CloudWatch Logs as a log group's life takes: a
// stand-in for LocalStack and its like, which speak AWS's protocol too.
type logsService struct {
	mu     sync.Mutex
	groups map[string]int // name -> retention in days
	calls  []string
}

func (s *logsService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	s.calls = append(s.calls, operation)
	body, _ := io.ReadAll(r.Body) //nolint:errcheck // an empty body decodes to nothing
	var in struct {
		LogGroupName       string
		LogGroupNamePrefix string
		RetentionInDays    int
	}
	_ = json.Unmarshal(body, &in)
	out := map[string]any{}
	switch operation {
	case "CreateLogGroup":
		s.groups[in.LogGroupName] = 0
	case "PutRetentionPolicy":
		s.groups[in.LogGroupName] = in.RetentionInDays
	case "DeleteLogGroup":
		delete(s.groups, in.LogGroupName)
	case "DescribeLogGroups":
		found := []any{}
		for name, days := range s.groups {
			if strings.HasPrefix(name, in.LogGroupNamePrefix) {
				found = append(found, map[string]any{"logGroupName": name, "retentionInDays": days, "logGroupClass": "STANDARD",
					"arn": "arn:aws:logs:eu-south-1:111122223333:log-group:" + name + ":*"})
			}
		}
		out["logGroups"] = found
	case "ListTagsForResource":
		out["tags"] = map[string]string{}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(out)
}

// TestApplyAgainstAnEndpoint drives create, read, update and delete of a log
// group over the plugin's own methods; Terraform's provider calls the endpoint.
func TestApplyAgainstAnEndpoint(t *testing.T) {
	service := &logsService{groups: map[string]int{}}
	server := httptest.NewServer(service)
	defer server.Close()
	t.Setenv(endpointEnv, server.URL)
	file := filepath.Join(t.TempDir(), "schema.json")
	manager, err := bridge.NewManager(bridge.Options{
		Binary: tooltest.Path(t, "pulumi-terraform-bridge"), Provider: tooltest.Provider(t),
		Resources: []string{"aws_cloudwatch_log_group"}, Logs: t.TempDir(), Cache: t.TempDir(), Schema: file,
	})
	require.NoError(t, err)
	defer manager.Close()
	c, err := readConfig(map[string]any{"region": "eu-south-1"})
	require.NoError(t, err)
	session, err := manager.Open(t.Context(), c.bridge)
	require.NoError(t, err)
	schema, err := awsschema.Load(file)
	require.NoError(t, err)
	conn, err := grpc.NewClient(session.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	p := &provider{config: c, bridge: pulumirpc.NewResourceProviderClient(conn), schema: schema}

	urn := "urn:pulumi:s::p::aws:cloudwatch/logGroup:LogGroup::trail"
	inputs := object(t, map[string]any{"name": "/pitboss/trail", "retentionInDays": 30})
	made, err := p.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Name: "trail", Properties: inputs, Timeout: 60})
	require.NoError(t, err)
	require.Equal(t, "/pitboss/trail", made.Id)
	require.Equal(t, map[string]int{"/pitboss/trail": 30}, service.groups, "the endpoint has it: %v", service.calls)

	changed := object(t, map[string]any{"name": "/pitboss/trail", "retentionInDays": 60})
	_, err = p.Update(t.Context(), &pulumirpc.UpdateRequest{Id: made.Id, Urn: urn, Name: "trail", Olds: made.Properties, News: changed, OldInputs: inputs, Timeout: 60})
	require.NoError(t, err)
	require.Equal(t, 60, service.groups["/pitboss/trail"])

	service.groups["/pitboss/trail"] = 7 // drift
	read, err := p.Read(t.Context(), &pulumirpc.ReadRequest{Id: made.Id, Urn: urn, Name: "trail", Properties: made.Properties, Inputs: changed})
	require.NoError(t, err)
	require.InDelta(t, 7, read.Properties.AsMap()["retentionInDays"], 0)

	_, err = p.Delete(t.Context(), &pulumirpc.DeleteRequest{Id: made.Id, Urn: urn, Name: "trail", Properties: read.Properties, Timeout: 60})
	require.NoError(t, err)
	require.Empty(t, service.groups)
}

func object(t *testing.T, m map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(m)
	require.NoError(t, err)
	return s
}
