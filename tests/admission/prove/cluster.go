package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"pitboss/components/services"
	"pitboss/tests/admission"
)

// start runs an API server in a folder of its own. stop ends it and deletes the folder.
func start(ctx context.Context, kube string) (kubeconfig string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "prove")
	if err != nil {
		return "", nil, err
	}
	server := exec.CommandContext(ctx, kube, "run", "--dir", dir, "--name", "prove")
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		os.RemoveAll(dir)
		return "", nil, fmt.Errorf("-kube %q: %w", kube, err)
	}
	stop = func() {
		server.Process.Signal(syscall.SIGTERM)
		server.Wait()
		os.RemoveAll(dir)
	}
	err = eventually(func() error {
		var info struct {
			Ready      bool   `json:"ready"`
			Kubeconfig string `json:"kubeconfig"`
		}
		b, err := os.ReadFile(filepath.Join(dir, "cluster.json"))
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b, &info); err != nil {
			return err
		}
		if !info.Ready {
			return fmt.Errorf("%s: the API server does not answer", dir)
		}
		kubeconfig = info.Kubeconfig
		return nil
	})
	if err != nil {
		stop()
		return "", nil, err
	}
	return kubeconfig, stop, nil
}

// furnish makes what the platform's clusters have and the corpus stands in: namespaces,
// priorities, and a wallet that runs.
func furnish(ctx context.Context, s *admission.Server) error {
	for _, name := range []string{"wallet", "gaming", "engagement", "live", "reporting", "capacity"} {
		o := admission.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": admission.Object{
			"name": name, "labels": admission.Object{"pitboss.io/domain": name, "pitboss.io/owner": name},
		}}
		if err := apply(ctx, s, o); err != nil {
			return err
		}
	}
	value := -10
	for _, tier := range []services.Tier{"placeholder", services.Batch, services.Async, services.Realtime, services.Money} {
		o := admission.Object{
			"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": value, "metadata": admission.Object{"name": tier.PriorityClass()},
		}
		if err := apply(ctx, s, o); err != nil {
			return err
		}
		value += 1000
	}
	return eventually(func() error { return apply(ctx, s, admission.RunningPod()) }) // its service account takes a moment
}
