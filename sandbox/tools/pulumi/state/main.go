// Command state keeps the state of Pulumi's stacks for one sandbox. It answers the part
// of Pulumi Cloud's API that the Pulumi CLI needs to create, preview, update, repair and
// remove stacks, with the journal that Pulumi Cloud keeps: what a step of an update costs
// does not grow with the stack. The engine's own file backend writes the whole state twice
// a resource, which for a region of a market is four fifths of the time that it takes.
//
// What a journal means is Pulumi's own code, of the same release as the engine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	dir := flag.String("dir", "", "the folder that keeps the stacks; one process at a time may use it")
	listen := flag.String("listen", "127.0.0.1:0", "the loopback address to answer on")
	tokenFile := flag.String("token", "", "the file that holds the access token that callers must show")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir, *listen, *tokenFile); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, listen, tokenFile string) error {
	raw, err := os.ReadFile(tokenFile)
	if err != nil {
		return err
	}
	token := strings.TrimSpace(string(raw))
	if token == "" {
		return fmt.Errorf("%s is empty: it must hold an access token", tokenFile)
	}
	s, err := open(dir)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Println("serving", dir, "on", listener.Addr())
	server := &http.Server{Handler: newService(s, token), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
