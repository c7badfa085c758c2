// Package kubeplugin is the sandbox's Pulumi plugin for the package kubernetes. It
// is thin: nothing is simulated, every object goes to a real API server by
// server-side apply, and what that server refuses is refused in its own words.
// It behaves as pulumi-kubernetes does wherever a program can tell: autonaming,
// what replaces an object, what is waited for.
//
// Kinds need no list here: an object's apiVersion and kind say what it is. Helm
// charts, YAML files, Patch and List types are components or special cases of
// the real provider that the sandbox does not have.
//
// Only the sandbox's plugin binary imports it.
package kubeplugin

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"pitboss/sandbox/internal/pluginhost"
)

// Version is the release of pulumi-kubernetes that this plugin stands in for.
const Version = "4.30.0"

// Main serves the plugin until the engine ends it; the answer is the exit code.
func Main() int {
	provider := NewProvider()
	if len(os.Args) > 1 {
		provider.log.connect(os.Args[1]) // the engine gives its address as first argument
	}
	if err := pluginhost.Serve(context.Background(), os.Args[1:], os.Stdout, provider); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-kubernetes: %v\n", err)
		return 1
	}
	return 0
}

// Provider serves Pulumi's resource provider protocol for one configuration.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer

	settings settings
	cluster  *cluster
	log      *engineLog
	stop     context.CancelFunc // ends every wait
	running  context.Context
}

// NewProvider returns a provider that Configure must configure.
func NewProvider() *Provider {
	running, stop := context.WithCancel(context.Background())
	log := &engineLog{}
	return &Provider{cluster: &cluster{warnings: log}, log: log, running: running, stop: stop}
}

// GetPluginInfo reports the version.
func (*Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// GetSchema names the package and no more: nothing generates code from it.
func (*Provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":"kubernetes","version":%q}`, Version)}, nil
}

// Cancel ends every wait for readiness: the user pressed Ctrl-C.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.stop()
	return &emptypb.Empty{}, nil
}

// Attach tells where the engine is when it did not start the plugin itself.
func (p *Provider) Attach(_ context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	p.log.connect(req.GetAddress())
	return &emptypb.Empty{}, nil
}

// until is ctx, ended too when the user cancels.
func (p *Provider) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(p.running, cancel)
	return ctx, func() { release(); cancel() }
}
