package ledger

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// Main is the process of one region: `--config <file>`. It returns when it is told to end.
func Main(args []string) error {
	flags := flag.NewFlagSet("casino", flag.ContinueOnError)
	file := flags.String("config", "", "the region's configuration, as ledger.Config writes it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, err := ReadConfig(*file)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Serve(ctx, config)
}

// Serve runs one region until ctx ends.
func Serve(ctx context.Context, c Config) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("casino: the ledger of %s: %w", c.Region, err)
	}
	store, err := OpenPostgres(ctx, c.Ledger, c.Region)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer store.Close()
	sessions := OpenRedis(c.Sessions)
	defer sessions.Close()
	watch := NewWatch(c.Kubeconfig, c.Namespace)
	service := New(c, watch, store, sessions)
	server := &http.Server{Handler: service.Handler(), ReadHeaderTimeout: 5 * time.Second}
	var wg sync.WaitGroup
	wg.Go(func() { watch.Run(ctx) })
	wg.Go(func() { service.Run(ctx) })
	wg.Go(func() {
		<-ctx.Done()
		_ = server.Close() // whoever is not answered asks again, with the same id
	})
	err = server.Serve(listener)
	cancel()
	wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
