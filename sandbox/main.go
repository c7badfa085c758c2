// Command sandbox is the offline cloud that `make up` runs on, and each of the
// plugins that the Pulumi engine starts there: which one it is, it tells from
// the name that it was started by.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"pitboss/sandbox/internal/awsplugin"
	"pitboss/sandbox/internal/awstoken"
	"pitboss/sandbox/internal/cli"
	"pitboss/sandbox/internal/kubeplugin"
	"pitboss/sandbox/internal/randomplugin"
)

func main() {
	switch filepath.Base(os.Args[0]) {
	case "pulumi-resource-aws":
		exit(awsplugin.Main())
	case "pulumi-resource-kubernetes":
		os.Exit(kubeplugin.Main())
	case "pulumi-resource-random":
		os.Exit(randomplugin.Main())
	case "aws":
		exit(awstoken.Run(os.Args[1:], os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	os.Exit(0)
}
