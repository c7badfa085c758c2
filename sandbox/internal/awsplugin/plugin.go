// Package awsplugin is the sandbox's pulumi-resource-aws. It serves Pulumi's
// provider protocol for package aws: Check, Diff and every plan come from
// Terraform's own AWS provider, through the bridge that sandboxd keeps; only
// "apply" goes to the simulated cloud. The sandbox's command imports it.
package awsplugin

import (
	"context"
	"fmt"
	"os"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/pluginhost"
)

// Version is the release of pulumi-aws that the program is written with.
const Version = "6.83.2"

// Main serves the plugin until the engine stops it.
func Main() error {
	socket := os.Getenv(socketEnv)
	if socket == "" {
		return fmt.Errorf("%s is not set: this plugin works only inside the sandbox; start it with `make up`", socketEnv)
	}
	return pluginhost.Serve(context.Background(), os.Args[1:], os.Stdout, &provider{daemon: daemon{client.New(socket)}})
}

type provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	daemon daemon
	config config
	bridge pulumirpc.ResourceProviderClient
	schema *awsschema.Schema
}

// GetPluginInfo tells the engine this plugin's version.
func (p *provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// Attach has nothing to do: the plugin never talks back to the engine.
func (p *provider) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Cancel lets calls under way finish: they are quick, and their results matter.
func (p *provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// CheckConfig refuses a configuration before anything is planned with it.
func (p *provider) CheckConfig(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	c, err := readConfig(req.News.AsMap())
	if err == nil {
		err = c.check()
	}
	if err == nil {
		_, err = p.daemon.session(ctx, c.bridge)
	}
	if err != nil {
		return &pulumirpc.CheckResponse{Inputs: req.News, Failures: []*pulumirpc.CheckFailure{{Reason: err.Error()}}}, nil
	}
	return &pulumirpc.CheckResponse{Inputs: req.News}, nil
}

// DiffConfig: a provider of another region is another provider, as in pulumi-aws.
func (p *provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, news := req.Olds.AsMap(), req.News.AsMap()
	out := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	for _, k := range keysOf(olds, news) {
		if fmt.Sprint(olds[k]) == fmt.Sprint(news[k]) {
			continue
		}
		out.Changes = pulumirpc.DiffResponse_DIFF_SOME
		out.Diffs = append(out.Diffs, k)
		if k == "region" {
			out.Replaces = append(out.Replaces, k)
		}
	}
	return out, nil
}

// Configure connects to the bridge for this configuration.
func (p *provider) Configure(ctx context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	var err error
	if p.config, err = readConfig(req.Args.AsMap()); err != nil {
		return nil, err
	}
	session, err := p.daemon.session(ctx, p.config.bridge)
	if err != nil {
		return nil, err
	}
	if p.schema, err = awsschema.Load(session.Schema); err != nil {
		return nil, err
	}
	conn, err := bridge.Dial(session.Address)
	if err != nil {
		return nil, err
	}
	p.bridge = pulumirpc.NewResourceProviderClient(conn)
	if p.simulates() && session.Answers != "" { // a daemon of an older version has no such folder
		p.bridge, err = newMemory(p.bridge, session.Answers, p.config.bridge)
	}
	return configured(), err
}

// configured is what the plugin says of itself. Secrets are not accepted, so the
// engine keeps track of them by itself and nothing here has to understand their
// encoding.
func configured() *pulumirpc.ConfigureResponse {
	return &pulumirpc.ConfigureResponse{SupportsPreview: true, SupportsAutonamingConfiguration: true}
}

// Invoke refuses: the program calls no AWS data source (architecture, law 1).
func (p *provider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, status.Errorf(codes.Unimplemented,
		"%s is a cloud lookup: the program makes none, so that a preview needs no credentials; take the fact from the catalogue or the market's file", req.Tok)
}

// target is one request's resource in both worlds.
type target struct{ tfType, urn, token string }

func newTarget(urn string) (target, error) {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return target{}, fmt.Errorf("malformed URN %q", urn)
	}
	chain := strings.Split(parts[2], "$")
	t, err := TerraformType(chain[len(chain)-1])
	if err != nil {
		return target{}, status.Error(codes.Unimplemented, err.Error())
	}
	token := awsschema.Token(t)
	return target{tfType: t, token: token, urn: strings.Join([]string{parts[0], parts[1], token, strings.Join(parts[3:], "::")}, "::")}, nil
}

func (t target) in(s *structpb.Struct) (*structpb.Struct, error) {
	if s == nil {
		return nil, nil
	}
	return structpb.NewStruct(toBridge(t.tfType, s.AsMap()))
}

func (t target) out(m map[string]any) (*structpb.Struct, error) {
	return structpb.NewStruct(fromBridge(t.tfType, m))
}

func keysOf(maps ...map[string]any) []string {
	seen := map[string]bool{}
	for _, m := range maps {
		for k := range m {
			seen[k] = true
		}
	}
	return sorted(seen)
}
