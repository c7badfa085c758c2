package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Spec says which control plane to run.
type Spec struct {
	Binary  string // path of pitboss-kube; required
	Dir     string // folder of the cluster's state; made if missing; required
	Name    string // the cluster's name; required
	Version string // Kubernetes minor version: "1.35"; required
	// Definitions is a folder of CustomResourceDefinitions in YAML: the cluster
	// serves their kinds when Start returns. Default: none.
	Definitions string
	// Env is added to the environment of the supervisor, and PITBOSS_SANDBOX_MARK
	// of it to its children's.
	Env []string
}

func (s Spec) validate() error {
	var problems []error
	for _, f := range []struct{ name, value string }{
		{"Binary", s.Binary}, {"Dir", s.Dir}, {"Name", s.Name}, {"Version", s.Version},
	} {
		if f.value == "" {
			problems = append(problems, fmt.Errorf("kube.Spec.%s is empty: it is required", f.name))
		}
	}
	return errors.Join(problems...)
}

// Info is a cluster that has been started: the content of its cluster.json.
type Info struct {
	Name       string `json:"name"`
	Version    string `json:"version"`    // minor version it serves
	Endpoint   string `json:"endpoint"`   // https://127.0.0.1:port; the same for the cluster's life
	CAPEM      string `json:"caPEM"`      // certificate authority; the same for the cluster's life
	Token      string `json:"token"`      // bearer token of an administrator; likewise
	Kubeconfig string `json:"kubeconfig"` // path of an administrator's kubeconfig
	PID        int    `json:"pid"`        // supervisor's; 0 when stopped
	Ready      bool   `json:"ready"`      // the API has answered since the supervisor started
	// ReadySeconds is how long the API took to answer after the start.
	ReadySeconds float64 `json:"readySeconds"`
}

const (
	// startWithin bounds Start: the supervisor itself gives up after two minutes.
	startWithin = 150 * time.Second
	// repairAfter is how long a running cluster may leave its API unanswered
	// before it counts as half dead: its supervisor restarts a crashed part
	// within 15 s.
	repairAfter = 30 * time.Second
	// stopWithin is how long a supervisor gets to stop its parts.
	stopWithin = 20 * time.Second
	poll       = 50 * time.Millisecond
)

// Start makes sure that the cluster runs, at the version asked for, and that its
// API answers. A cluster that already does is adopted as it is. One at another
// version, or one that has stopped answering, is stopped and started again with
// its state, as an upgrade of a control plane is on EKS.
func Start(ctx context.Context, spec Spec) (*Info, error) {
	info, err := run(ctx, spec)
	if err != nil || spec.Definitions == "" {
		return info, err
	}
	if err := info.define(ctx, spec.Definitions); err != nil {
		return nil, err
	}
	return info, nil
}

func run(ctx context.Context, spec Spec) (*Info, error) {
	if err := spec.validate(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(spec.Dir, "logs"), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of cluster %s: %w", spec.Name, err)
	}
	if info := adopt(ctx, spec); info != nil {
		return info, nil
	}
	if err := Stop(spec.Dir); err != nil {
		return nil, err
	}
	return launch(ctx, spec)
}

// adopt returns the running cluster, nil if there is none fit to be kept.
func adopt(ctx context.Context, spec Spec) *Info {
	deadline := time.Now().Add(repairAfter)
	for supervised(spec.Dir) && ctx.Err() == nil && time.Now().Before(deadline) {
		info, err := Load(spec.Dir)
		switch {
		case err != nil: // just started by somebody else, or stopping
		case info.Version != spec.Version:
			return nil
		case info.PID != 0 && info.healthy(ctx) == nil:
			return info
		}
		sleep(ctx, poll)
	}
	return nil
}

func launch(ctx context.Context, spec Spec) (*Info, error) {
	logPath := filepath.Join(spec.Dir, "logs", "supervisor.log")
	// Started anew each time: what it says is about this run.
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(spec.Binary, "run", "--dir", spec.Dir, "--name", spec.Name, "--version", spec.Version)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append([]string{"PATH=/usr/bin:/bin"}, spec.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // outlives us and our terminal
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the control plane of cluster %s: %w; build the binary first (see sandbox/tools/kubernetes)",
			spec.Name, err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	return awaitReady(ctx, spec, cmd.Process.Pid, ended, logPath)
}

func awaitReady(ctx context.Context, spec Spec, pid int, ended <-chan struct{}, logPath string) (*Info, error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		select {
		case <-ended:
			return nil, fmt.Errorf("the control plane of cluster %s ended while it started; it said:\n%s",
				spec.Name, tail(logPath))
		case <-ctx.Done():
			// Nobody would know of it: an unadopted cluster is not left behind.
			return nil, errors.Join(
				fmt.Errorf("cluster %s was not ready (%w); its logs are in %s", spec.Name, ctx.Err(), filepath.Dir(logPath)),
				Stop(spec.Dir))
		case <-time.After(poll):
		}
		if info, err := Load(spec.Dir); err == nil && info.PID == pid && info.Ready {
			return info, nil
		}
	}
}

// Stop ends the cluster in dir and everything it started; its state stays. It is
// no error if none runs.
func Stop(dir string) error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if !supervised(dir) {
			return nil
		}
		pid, err := supervisorPID(dir)
		if err != nil {
			return err
		}
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the cluster in %s (pid %d): %w", dir, pid, err)
		}
		for deadline := time.Now().Add(stopWithin); supervised(dir) && time.Now().Before(deadline); {
			time.Sleep(poll)
		}
	}
	if supervised(dir) {
		return fmt.Errorf("the cluster in %s did not stop, not even when killed: see %s for its pid", dir, lockPath(dir))
	}
	return nil
}

// Alive says whether the cluster in dir runs and its API answers.
func Alive(dir string) bool {
	if !supervised(dir) {
		return false
	}
	info, err := Load(dir)
	return err == nil && info.PID != 0 && info.healthy(context.Background()) == nil
}

// Load reads what is known of the cluster in dir, running or not. The error is
// fs.ErrNotExist if there never was one.
func Load(dir string) (*Info, error) {
	path := filepath.Join(dir, "cluster.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	info := new(Info)
	if err := json.Unmarshal(data, info); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w): start the cluster again, it is written anew", path, err)
	}
	return info, nil
}
