// Package layout says where the sandbox keeps what it builds and what it
// remembers. Every other package of the sandbox asks here and invents no path.
package layout

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Layout is the folders of one sandbox.
type Layout struct {
	// Project is the checkout: the folder that holds Pulumi.yaml.
	Project string
	// State is everything one sandbox remembers, removed by `make down`.
	State string
	// Cache is the built tools, shared by every checkout and kept by `make down`.
	Cache string
}

// Find returns the layout of the checkout that dir lies in.
// PITBOSS_SANDBOX_DIR moves the state, PITBOSS_CACHE the cache.
func Find(dir string) (Layout, error) {
	project, err := findProject(dir)
	if err != nil {
		return Layout{}, err
	}
	l := Layout{Project: project, State: filepath.Join(project, ".sandbox")}
	if s := os.Getenv("PITBOSS_SANDBOX_DIR"); s != "" {
		if l.State, err = filepath.Abs(s); err != nil {
			return Layout{}, fmt.Errorf("PITBOSS_SANDBOX_DIR %q: %w", s, err)
		}
	}
	if l.Cache = os.Getenv("PITBOSS_CACHE"); l.Cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return Layout{}, fmt.Errorf("no folder for built tools: %w; set PITBOSS_CACHE to one", err)
		}
		l.Cache = filepath.Join(base, "pitboss")
	}
	if l.Cache, err = filepath.Abs(l.Cache); err != nil {
		return Layout{}, fmt.Errorf("PITBOSS_CACHE: %w", err)
	}
	return l, nil
}

func findProject(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := start; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "Pulumi.yaml")); err == nil {
			return d, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no Pulumi.yaml in %s or any folder above it: run this inside a checkout of Pitboss", start)
		}
	}
}

// Bin is the folder that comes first on the sandbox's PATH.
func (l Layout) Bin() string { return filepath.Join(l.State, "bin") }

// Home is the sandbox's PULUMI_HOME.
func (l Layout) Home() string { return filepath.Join(l.State, "pulumi") }

// Backend is the folder of the stacks' states.
func (l Layout) Backend() string { return filepath.Join(l.State, "state") }

// StateAddress is the file with the loopback address of the service that keeps the stacks'
// states. It never changes: every state says where its secrets are decrypted.
func (l Layout) StateAddress() string { return filepath.Join(l.State, "state.address") }

// StateToken is the file with the token that this service wants to see.
func (l Layout) StateToken() string { return filepath.Join(l.State, "state.token") }

// AWSAddress is the file with the loopback address where the simulated cloud speaks AWS's own
// protocols. It is chosen once: whoever was told it finds it again.
func (l Layout) AWSAddress() string { return filepath.Join(l.State, "aws.address") }

// DoorAddress is the file with the loopback address of the market's front door.
func (l Layout) DoorAddress() string { return filepath.Join(l.State, "door.address") }

// PrometheusAddress is the file with the loopback address of the market's Prometheus.
func (l Layout) PrometheusAddress() string { return filepath.Join(l.State, "prometheus.address") }

// Data is the folder of the data plane: databases, objects, and what plays on them.
func (l Layout) Data() string { return filepath.Join(l.State, "data") }

// Answers is what Terraform's provider said of differences.
func (l Layout) Answers() string { return filepath.Join(l.State, "answers") }

// Logs is the folder of every process's log.
func (l Layout) Logs() string { return filepath.Join(l.State, "logs") }

// Clusters is the folder of the control planes, one folder a cluster.
func (l Layout) Clusters() string { return filepath.Join(l.State, "clusters") }

// Kubeconfigs is the folder of <cluster>.yaml files ready for kubectl.
func (l Layout) Kubeconfigs() string { return filepath.Join(l.State, "kubeconfigs") }

// Database is the simulated cloud's memory.
func (l Layout) Database() string { return filepath.Join(l.State, "cloud.db") }

// Socket is where sandboxd answers. A Unix socket's path may be 107 bytes at
// most, so a deep checkout gets one in the temporary folder instead.
func (l Layout) Socket() string {
	s := filepath.Join(l.State, "sandboxd.sock")
	if len(s) <= 100 {
		return s
	}
	return filepath.Join(os.TempDir(), "pitboss-"+shortHash(l.State)+".sock")
}

// Engine is the file that tells the command line how to drive this sandbox.
func (l Layout) Engine() string { return filepath.Join(l.State, "engine.json") }

// Policy is the folder of the policy pack.
func (l Layout) Policy() string { return filepath.Join(l.State, "policy") }

// Analyzer is the compiled policy pack.
func (l Layout) Analyzer() string { return filepath.Join(l.Programs(), "policy") }

// Programs is the folder of what is compiled before every run, in one go.
func (l Layout) Programs() string { return filepath.Join(l.State, "programs") }

// Program is the compiled Pulumi program.
func (l Layout) Program() string { return filepath.Join(l.Programs(), "pitboss") }
