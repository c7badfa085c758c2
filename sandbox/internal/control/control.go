// Package control starts, describes and stops a sandbox: it builds the tools,
// lays out the folders that the Pulumi engine looks into, runs sandboxd and
// writes the file by which the command line finds it all. The sandbox's command
// imports it.
package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/daemon"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/procs"
	"pitboss/sandbox/internal/toolchain"
)

// Sandbox is one checkout's sandbox.
type Sandbox struct {
	Layout layout.Layout
	// Self is the sandbox's own binary, which is every plugin too.
	Self string
	// Log receives progress.
	Log io.Writer
}

// Up builds what is missing, repairs what a crash left, and returns once
// sandboxd answers. A sandbox that is up already is left as it is.
func (s Sandbox) Up(ctx context.Context) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	tools, err := toolchain.Ensure(ctx, s.Layout.Cache, filepath.Join(s.Layout.Project, "sandbox"), s.Log)
	if err != nil {
		return err
	}
	provider, providerErr := toolchain.FindProvider(bridge.ProviderVersion)
	if providerErr != nil && !errors.As(providerErr, new(*toolchain.ProviderNotFoundError)) {
		return providerErr
	}
	if err := s.lay(tools, provider); err != nil {
		return err
	}
	if err := s.runDaemon(ctx, tools, providerErr != nil); err != nil {
		return err
	}
	if providerErr != nil { // perhaps the bridge can download it
		fmt.Fprintf(s.Log, "Terraform's AWS provider %s is in no mirror of this machine: downloading it (some 150 MB)\n", bridge.ProviderVersion)
		if err := client.New(s.Layout.Socket()).Call(ctx, "/v1/bridge", bridge.Config{Region: "us-east-1", Args: map[string]any{"region": "us-east-1"}}, &bridge.Session{}); err != nil {
			return errors.Join(fmt.Errorf("%w\nDownloading it failed as well: %w", providerErr, err), s.stop())
		}
	}
	if err := client.New(s.Layout.Socket()).Call(ctx, "/v1/repair", struct{}{}, &struct{}{}); err != nil {
		return fmt.Errorf("bring the clusters back: %w", err)
	}
	if err := s.writeEngine(); err != nil {
		return err
	}
	if err := client.New(s.Layout.Socket()).Call(ctx, "/v1/data/resume", struct{}{}, &struct{}{}); err != nil {
		return fmt.Errorf("the sandbox is up, but not its data plane, which was: %w\n  next: `sandbox data up`, or `sandbox data down` to go on without it", err)
	}
	return nil
}

// lock lets one command at a time start or stop this sandbox: two would end each
// other's daemon.
func (s Sandbox) lock(ctx context.Context) (unlock func(), err error) {
	return toolchain.Lock(ctx, filepath.Join(s.Layout.State, lockFile), func() {
		fmt.Fprintln(s.Log, "another command is starting or stopping this sandbox; waiting for it")
	})
}

const lockFile = "sandbox.lock"

// runDaemon starts sandboxd unless the one that runs is this very build.
func (s Sandbox) runDaemon(ctx context.Context, tools toolchain.Paths, download bool) error {
	want, err := s.stamp(tools)
	if err != nil {
		return err
	}
	sandboxd := client.New(s.Layout.Socket())
	have, _ := os.ReadFile(s.stampFile()) //nolint:errcheck // no stamp: not ours
	if sandboxd.Alive(ctx) && string(have) == want {
		return nil
	}
	if n, err := procs.End(s.Layout.State, 10*time.Second); err != nil {
		return err
	} else if n > 0 {
		fmt.Fprintf(s.Log, "repairing: ended %d processes of an earlier sandbox\n", n)
	}
	logFile, err := os.OpenFile(filepath.Join(s.Layout.Logs(), "sandboxd.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer logFile.Close() //nolint:errcheck // the daemon has its own descriptor
	provider := s.providerLink()
	if download {
		provider = ""
	}
	cmd := exec.Command(s.Self, "daemon", "--bridge", tools["pulumi-terraform-bridge"], "--provider", provider,
		"--kubernetes", tools["pitboss-kube"], "--state", tools["pitboss-state"], "--definitions", tools[toolchain.Definitions])
	cmd.Dir = s.Layout.Project
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.Env = append(os.Environ(), procs.Mark(s.Layout.State))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // outlives this command and its terminal
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start sandboxd: %w", err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		if sandboxd.Alive(ctx) {
			return os.WriteFile(s.stampFile(), []byte(want), 0o600)
		}
		select {
		case err := <-exited:
			return fmt.Errorf("sandboxd ended at once (%v); its last words in %s:\n%s", err, logFile.Name(), tail(logFile.Name()))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("sandboxd did not answer within 2 minutes; see %s", logFile.Name())
}

func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-1500):])
}

// Down ends every process of the sandbox and removes all that it remembers.
// Only the cache of built tools stays. It removes nothing that is not its own:
// PITBOSS_SANDBOX_DIR may name any folder.
func (s Sandbox) Down(ctx context.Context) error {
	if _, err := os.Stat(s.Layout.State); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.stop(); err != nil {
		return err
	}
	own := []string{
		"answers", "aws-schema.json", "aws.address", "bin", "cloud.db", "clusters", "data", "door.address", "engine.json", "kubeconfigs", "logs", "pitboss",
		"policy", "programs", "prometheus.address", "pulumi",
		"sandboxd.sock", "sandboxd.stamp", "state", "state.address", "state.token", "terraform", lockFile,
	}
	for _, name := range own {
		if err := os.RemoveAll(filepath.Join(s.Layout.State, name)); err != nil {
			return err
		}
	}
	if err := os.Remove(s.Layout.Socket()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Remove(s.Layout.State); err != nil {
		return fmt.Errorf("the sandbox is gone, but its folder holds something else, which was left alone: %w", err)
	}
	return nil
}

func (s Sandbox) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	sandboxd := client.New(s.Layout.Socket())
	if sandboxd.Alive(ctx) {
		if err := sandboxd.Call(ctx, "/v1/shutdown", struct{}{}, &struct{}{}); err != nil {
			fmt.Fprintln(s.Log, err)
		}
	}
	for ctx.Err() == nil {
		if left, err := procs.Find(s.Layout.State); err != nil || len(left) == 0 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	_, err := procs.End(s.Layout.State, 5*time.Second)
	return err
}

// Report is the sandbox as `sandbox status --json` prints it.
type Report struct {
	Up        bool            `json:"up"`
	State     string          `json:"state"`
	Daemon    *daemon.Status  `json:"daemon,omitempty"`
	Processes []procs.Process `json:"processes"`
	RSS       int64           `json:"rss"` // bytes, of all processes
}

// Status describes the sandbox.
func (s Sandbox) Status(ctx context.Context) (Report, error) {
	r := Report{State: s.Layout.State}
	sandboxd := client.New(s.Layout.Socket())
	if r.Up = sandboxd.Alive(ctx); r.Up {
		r.Daemon = &daemon.Status{}
		if err := sandboxd.Call(ctx, "/v1/status", struct{}{}, r.Daemon); err != nil {
			return r, err
		}
	}
	var err error
	r.Processes, err = procs.Find(s.Layout.State)
	for _, p := range r.Processes {
		r.RSS += p.RSS
	}
	return r, err
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
