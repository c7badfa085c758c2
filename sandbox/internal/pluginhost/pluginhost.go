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
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// interval is how often a plugin looks whether its engine is still there: one
// that was killed hard leaves its plugins behind.
const interval = 10 * time.Second

// Serve runs provider until the engine ends the process, interrupts it, or is
// gone. args are the process's arguments, the first of which is the engine's
// address. The port is written to out, which must be the standard output.
func Serve(ctx context.Context, args []string, out io.Writer, provider pulumirpc.ResourceProviderServer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) > 0 {
		if err := rpcutil.Healthcheck(ctx, args[0], interval, stop); err != nil {
			return fmt.Errorf("watch the engine at %s: %w", args[0], err)
		}
	}
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
