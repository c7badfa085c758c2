// Package randomplugin is the sandbox's Pulumi plugin for the package random: the
// resources of pulumi-random with their own semantics, and nothing simulated
// about them. Only the sandbox's plugin binary imports it.
package randomplugin

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"pitboss/sandbox/internal/pluginhost"
)

// Version is the release of pulumi-random that this plugin stands in for.
const Version = "4.19.0"

// Main serves the plugin until the engine ends it; the answer is the exit code.
func Main() int {
	if err := pluginhost.Serve(context.Background(), os.Args[1:], os.Stdout, NewProvider()); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-random: %v\n", err)
		return 1
	}
	return 0
}

// Provider serves Pulumi's resource provider protocol.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer
}

// NewProvider returns a provider that needs no configuration.
func NewProvider() *Provider { return &Provider{} }

// GetPluginInfo reports the version.
func (*Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// GetSchema names the package and no more: nothing generates code from it.
func (*Provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":"random","version":%q}`, Version)}, nil
}

// CheckConfig accepts any configuration: there is none.
func (*Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// DiffConfig never asks for anything: there is no configuration.
func (*Provider) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

// Configure tells the engine that secrets and previews are understood.
func (*Provider) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

// Delete has nothing to delete.
func (*Provider) Delete(context.Context, *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Cancel has nothing to wait for.
func (*Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
