// Package pluginhost serves a Pulumi resource provider the way the engine
// expects of a plugin: a gRPC server on loopback whose port is the first line
// on standard output. The sandbox's plugins import it; nothing else should.
package pluginhost

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Serve runs provider until the engine ends the process or interrupts it. The
// port is written to out, which must be the process's standard output.
func Serve(ctx context.Context, out io.Writer, provider pulumirpc.ResourceProviderServer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, provider)
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("serve the plugin: %w", err)
	}
	if _, err := fmt.Fprintf(out, "%d\n", handle.Port); err != nil {
		return fmt.Errorf("tell the engine the plugin's port: %w", err)
	}
	select {
	case err := <-handle.Done:
		return err
	case <-ctx.Done():
		close(cancel)
		return <-handle.Done
	}
}
