package awsplugin

import (
	"context"
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumitokens "github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

const password = "hunter2-hunter2-hunter2"

// direct is the plugin as the engine's side of the protocol calls it, without
// the network between; what the plugin does not judge itself, it echoes.
type direct struct {
	pulumirpc.ResourceProviderClient
	state *structpb.Struct
}

func (d *direct) Configure(context.Context, *pulumirpc.ConfigureRequest, ...grpc.CallOption) (*pulumirpc.ConfigureResponse, error) {
	return configured(), nil
}

func (d *direct) GetPluginInfo(context.Context, *emptypb.Empty, ...grpc.CallOption) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

func (d *direct) Create(_ context.Context, req *pulumirpc.CreateRequest, _ ...grpc.CallOption) (*pulumirpc.CreateResponse, error) {
	for _, v := range req.Properties.Fields {
		if v.GetStructValue() != nil {
			return nil, errors.New("the plugin got a secret in its wrapping")
		}
	}
	d.state = req.Properties
	return &pulumirpc.CreateResponse{Id: "id", Properties: req.Properties}, nil
}

func (d *direct) Read(context.Context, *pulumirpc.ReadRequest, ...grpc.CallOption) (*pulumirpc.ReadResponse, error) {
	return &pulumirpc.ReadResponse{Id: "id", Properties: d.state, Inputs: d.state}, nil
}

// TestTheEngineKeepsSecretsSecret: the plugin says that it takes no secrets, so
// the engine unwraps them on the way in and wraps what comes back under the same
// name, at creation and at refresh.
func TestTheEngineKeepsSecretsSecret(t *testing.T) {
	ctx, err := plugin.NewContextWithHost(t.Context(), nil, nil, &plugin.MockHost{}, t.TempDir(), t.TempDir(), nil)
	require.NoError(t, err)
	p := plugin.NewProviderWithClient(ctx, &direct{}, false)
	self, name, kind, id := resource.URN("urn:pulumi:s::p::pulumi:providers:aws::aws"), "aws", pulumitokens.Type("pulumi:providers:aws"), resource.ID("1")
	_, err = p.Configure(t.Context(), plugin.ConfigureRequest{URN: &self, Name: &name, Type: &kind, ID: &id})
	require.NoError(t, err)
	inputs := resource.PropertyMap{"clusterIdentifier": resource.NewProperty("c"), "masterPassword": resource.MakeSecret(resource.NewProperty(password))}
	urn := resource.URN("urn:pulumi:s::p::aws:rds/cluster:Cluster::c")
	made, err := p.Create(t.Context(), plugin.CreateRequest{URN: urn, Name: "c", Type: urn.Type(), Properties: inputs})
	require.NoError(t, err)
	require.True(t, made.Properties["masterPassword"].IsSecret(), "as the state will hold it")
	require.False(t, made.Properties["clusterIdentifier"].IsSecret())
	read, err := p.Read(t.Context(), plugin.ReadRequest{URN: urn, Name: "c", Type: urn.Type(), ID: "id", Inputs: inputs, State: made.Properties})
	require.NoError(t, err)
	require.True(t, read.Outputs["masterPassword"].IsSecret(), "after a refresh too")
	require.True(t, read.Inputs["masterPassword"].IsSecret())
}

func TestErrorsQuoteNoSecret(t *testing.T) {
	props, err := structpb.NewStruct(map[string]any{"name": "n", "masterPassword": password, "auths": []any{map[string]any{"password": "other-" + password}}})
	require.NoError(t, err)
	target, err := newTarget("urn:pulumi:s::p::aws:rds/cluster:Cluster::c")
	require.NoError(t, err)
	failure := asFailure("create", target, errors.New(`expected length of "`+password+`" or "other-`+password+`" for n`), props, nil)
	require.NotContains(t, failure.Error(), "hunter2")
	require.ErrorContains(t, failure, "for n")
}
