package control

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"

	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/procs"
	"pitboss/sandbox/internal/toolchain"
)

// engineFile is the contract with the command line; see cmd/pitboss.
type engineFile struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Pulumi      string            `json:"pulumi"`
	Socket      string            `json:"socket"`
	Env         map[string]string `json:"env"`
	Prepare     [][]string        `json:"prepare"`
	Kubeconfigs string            `json:"kubeconfigs"`
	Account     string            `json:"account"`
	PolicyPack  string            `json:"policyPack"`
	Drill       drillPart         `json:"drill"`
}

// drillPart is what a drill needs to be rehearsed here rather than done.
type drillPart struct {
	// Env is added to the environment of a drill: AWS's SDK then calls the simulated cloud.
	Env map[string]string `json:"env"`
	// Prometheus, Door and Witness are base URLs.
	Prometheus string `json:"prometheus"`
	Door       string `json:"door"`
	Witness    string `json:"witness"`
}

func (s Sandbox) writeEngine() error {
	l := s.Layout
	env, err := environment(l)
	if err != nil {
		return err
	}
	drill, err := drillOf(l)
	if err != nil {
		return err
	}
	return writeJSON(l.Engine(), engineFile{
		Name:        "sandbox",
		Description: "simulated AWS and real Kubernetes control planes, offline, in " + l.State,
		Pulumi:      filepath.Join(l.Bin(), "pulumi"),
		Socket:      l.Socket(),
		Kubeconfigs: l.Kubeconfigs(),
		Account:     os.Getenv("PITBOSS_SANDBOX_ACCOUNT"),
		PolicyPack:  l.Policy(),
		Prepare:     [][]string{{"go", "build", "-o", l.Programs() + string(os.PathSeparator), ".", "./policy"}},
		Env:         env,
		Drill:       drill,
	})
}

func drillOf(l layout.Layout) (drillPart, error) {
	var said [4]string
	for i, file := range []string{l.AWSAddress(), l.StateToken(), l.PrometheusAddress(), l.DoorAddress()} {
		data, err := os.ReadFile(file)
		if err != nil {
			return drillPart{}, err
		}
		said[i] = string(data)
	}
	aws, token, prometheus, door := said[0], said[1], said[2], said[3]
	return drillPart{
		Env: map[string]string{
			"AWS_ENDPOINT_URL": "http://" + aws, "AWS_ACCESS_KEY_ID": token, "AWS_SECRET_ACCESS_KEY": token,
			"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		},
		Prometheus: "http://" + prometheus, Door: "http://" + door, Witness: "http://" + door + "/witness",
	}, nil
}

// goFlags are a person's own with those that everything here is built with.
func goFlags(own string) string {
	if strings.Contains(own, toolchain.Flags) {
		return own
	}
	return strings.TrimSpace(own + " " + toolchain.Flags)
}

func environment(l layout.Layout) (map[string]string, error) {
	address, err := os.ReadFile(l.StateAddress())
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(l.StateToken())
	if err != nil {
		return nil, err
	}
	env := map[string]string{
		"PULUMI_HOME":         l.Home(),
		"PULUMI_BACKEND_URL":  "http://" + string(address),
		"PULUMI_ACCESS_TOKEN": string(token),
		// Each step waits until it is written down; the engine's 50 ms are for a service far away.
		"PULUMI_JOURNALING_BATCH_PERIOD":              "2",
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PITBOSS_SANDBOX_SOCKET":                      l.Socket(),
		"PITBOSS_SANDBOX_STATE":                       l.State,
		procs.Variable:                                l.State, // so that even what a killed engine leaves is found
		"PATH":                                        l.Bin() + string(os.PathListSeparator) + os.Getenv("PATH"),
		"AWS_EC2_METADATA_DISABLED":                   "true",
		// The engine and the program live for seconds: they collect less often than Go would
		// by itself.
		"GOGC":    "400",
		"GOFLAGS": goFlags(os.Getenv("GOFLAGS")),
	}
	for _, name := range []string{"PITBOSS_SANDBOX_AWS_ENDPOINT", "PITBOSS_SANDBOX_ACCOUNT"} {
		if v := os.Getenv(name); v != "" {
			env[name] = v
		}
	}
	return env, nil
}

// makeAddresses chooses where the sandbox's services listen, once, and the token that they
// want: other people's processes on this machine reach loopback addresses too.
func (s Sandbox) makeAddresses() error {
	var secret [24]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return err
	}
	if err := writeOnce(s.Layout.StateToken(), hex.EncodeToString(secret[:])); err != nil {
		return err
	}
	for _, file := range []string{s.Layout.StateAddress(), s.Layout.AWSAddress(), s.Layout.DoorAddress(), s.Layout.PrometheusAddress()} {
		free, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer free.Close() //nolint:errcheck // held until all are chosen; the service takes its place
		if err := writeOnce(file, free.Addr().String()); err != nil {
			return err
		}
	}
	return nil
}

// writeOnce leaves a file that is there as it is.
func writeOnce(path, content string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}
