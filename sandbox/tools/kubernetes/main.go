// Command pitboss-kube is one Kubernetes control plane in one binary: the real
// kube-apiserver, kube-controller-manager and kube-scheduler, an embedded etcd,
// and the kwok controller that plays the kubelets. It plays itself what a cloud
// runs beside them: the names of load balancers, and KEDA.
//
// "pitboss-kube run" is the supervisor of one cluster: it makes the cluster's
// keys, starts the parts as children of its own and keeps them running. The
// other subcommands are those parts; only the supervisor calls them.
//
// Nobody imports this module. The sandbox starts the binary through
// pitboss/sandbox/internal/kube.
package main

import (
	"fmt"
	"os"
)

const usage = `pitboss-kube: a Kubernetes control plane on the loopback address

  pitboss-kube run --dir DIR --name NAME [--version 1.35] [--port 0]
      start the cluster whose state is in DIR and keep it running until SIGTERM.
      DIR/cluster.json says where it is as soon as its API answers.
  pitboss-kube version
      the versions that --version accepts

The parts (started by "run", flags as in Kubernetes' own binaries):
  etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok
`

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	command, args := os.Args[1], os.Args[2:]
	switch command {
	case "run":
		exitOn(run(args))
	case "version":
		fmt.Println(supportedVersions())
	case "help", "-h", "--help":
		fmt.Print(usage)
	default:
		part, ok := parts[command]
		if !ok {
			fmt.Fprintf(os.Stderr, "pitboss-kube: unknown command %q\n\n%s", command, usage)
			os.Exit(2)
		}
		// The parts parse os.Args themselves or through cobra: give each what
		// its own binary would see.
		os.Args = append([]string{command}, args...)
		os.Exit(part(args))
	}
}

func exitOn(err error) {
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "pitboss-kube: %v\n", err)
	os.Exit(1)
}
