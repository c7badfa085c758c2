package main

import (
	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // as Kubernetes' own main packages do
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// Names of the parts: subcommands of this binary, and of their log files.
const (
	partEtcd        = "etcd"
	partAPIServer   = "kube-apiserver"
	partControllers = "kube-controller-manager"
	partScheduler   = "kube-scheduler"
	partKwok        = "kwok"
)

// parts maps a subcommand to what runs it in this process until it is told to
// stop; the answer is the exit code.
var parts = map[string]func(args []string) int{
	partEtcd:        runEtcd,
	partAPIServer:   kubernetesPart(apiserver.NewAPIServerCommand),
	partControllers: kubernetesPart(controllers.NewControllerManagerCommand),
	partScheduler:   kubernetesPart(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	partKwok:        runKwok,
}

func kubernetesPart(command func() *cobra.Command) func([]string) int {
	return func(args []string) int {
		presentVersion()
		cmd := command()
		cmd.SetArgs(args)
		return cli.Run(cmd)
	}
}
