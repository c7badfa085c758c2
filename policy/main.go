// Command policy is the policy pack: it judges every preview and every update by the rules
// of policy/rules. The engine starts it; see PulumiPolicy.yaml.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

func main() {
	// The engine asks one thing at a time, and waits, twice for every resource. On one thread
	// an answer passes from goroutine to goroutine without waking another: half a second of a
	// region's preview.
	runtime.GOMAXPROCS(1)
	if err := serve(newServer(option(os.Args[1:], "project"))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers until it is killed, on a port of the system's choice, which it prints.
func serve(s *server) error {
	handle, err := listen(s)
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

func listen(s *server) (rpcutil.ServeHandle, error) {
	return rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(srv *grpc.Server) error {
			pulumirpc.RegisterAnalyzerServer(srv, s)
			return nil
		},
		// A goroutine that stays has its stack already, where one for each question grows its
		// own: a seventh of what the pack computes.
		Options: []grpc.ServerOption{grpc.NumStreamWorkers(1)},
	})
}

// option is the value of a -name=value that PulumiPolicy.yaml's runtime options give.
func option(args []string, name string) string {
	for _, a := range args {
		if value, ok := strings.CutPrefix(a, "-"+name+"="); ok {
			return value
		}
	}
	return ""
}

// projectOf is the folder of the project: the one that is named, else the first above the
// pack that has markets.
func projectOf(named, pack string) (string, error) {
	if named != "" {
		return named, nil
	}
	for dir := pack; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(filepath.Join(dir, "stacks", "markets")); err == nil && info.IsDir() {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no stacks/markets in %s or any folder above it: the policy pack lies in the project that it judges, or is told it by the runtime option `project`", pack)
		}
	}
}
