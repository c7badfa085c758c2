// Command pitboss builds and runs the platform of a regulated casino, market
// by market. It drives the Pulumi engine and links none of Pulumi's own SDKs of a cloud: a
// drill alone calls AWS and Kubernetes, with small clients.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"pitboss/cmd/pitboss/internal/cli"
	"pitboss/cmd/pitboss/internal/terminal"
)

func main() {
	terminal.Restore()
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	ctx, kill := interrupts()
	os.Exit(cli.Run(ctx, os.Args[1:], cli.Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Now: time.Now, Getenv: os.Getenv, Environ: os.Environ(), Dir: dir, Kill: kill,
	}))
}

// interrupts returns a context that the first signal cancels, and a channel
// that the second one closes. A reader of our output that went away is no
// reason to stop half-way, so SIGPIPE is not one either.
func interrupts() (context.Context, <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	kill := make(chan struct{})
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals
		_, _ = os.Stderr.WriteString("\ninterrupted: finishing what is in flight and saving the state; interrupt again to stop dead\n")
		cancel()
		<-signals
		close(kill)
	}()
	return ctx, kill
}
