package toolchain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Definitions is the tool whose file is a folder: the custom resource definitions that every
// cluster has.
const Definitions = "definitions"

// Module is a release of a Go module of which a tool wants some files as they are.
type Module struct {
	// Path and Version name the release as `go mod download` does.
	Path, Version string
	// Sum is what the release's go.sum line would be: another content is refused.
	Sum string
	// Why is whose kinds these are.
	Why string
	// Files are the wanted ones, below the module's root.
	Files []string
}

// definitions are the kinds that the program's objects have and Kubernetes does not. Nothing
// of them is kept in this repository: the operators' own releases define them.
var definitions = []Module{
	{
		Path: "github.com/kedacore/keda/v2", Version: "v2.21.0", Sum: "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
		Why:   "KEDA, which scales by the length of a queue and by the clock",
		Files: []string{"config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml"},
	},
	{
		Path: "github.com/external-secrets/external-secrets", Version: "v1.3.2", Sum: "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
		Why:   "External Secrets, which brings secrets from Secrets Manager",
		Files: []string{"config/crds/bases/external-secrets.io_externalsecrets.yaml", "config/crds/bases/external-secrets.io_secretstores.yaml"},
	},
	{
		Path: "github.com/prometheus-operator/prometheus-operator", Version: "v0.85.0", Sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
		Why:   "the Prometheus operator, which is told what to scrape",
		Files: []string{"example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"},
	},
	{
		Path: "k8s.io/autoscaler/vertical-pod-autoscaler", Version: "v1.8.1", Sum: "h1:Pe8bV1wozN4gOKO1rleiIY5alIyAXN+DnXDbXQcL4fI=",
		Why:   "the Vertical Pod Autoscaler, which recommends requests",
		Files: []string{"deploy/vpa-v1-crd-gen.yaml"},
	},
	{
		Path: "github.com/aws/amazon-vpc-resource-controller-k8s", Version: "v1.8.2", Sum: "h1:S6fvZf7+Xjho4LLo2AdxT3x9yaOJ37Ly/eGQd+ASWi4=",
		Why:   "EKS's own controller of security groups of pods",
		Files: []string{"config/crd/bases/vpcresources.k8s.aws_securitygrouppolicies.yaml"},
	},
}

// gather downloads the tool's modules and copies the wanted files into one folder.
func gather(ctx context.Context, modules []Module, target string, p *progress) error {
	staged := target + ".new"
	if err := os.RemoveAll(staged); err != nil { // of a run that was interrupted
		return err
	}
	if err := os.MkdirAll(staged, 0o755); err != nil {
		return err
	}
	for _, m := range modules {
		p.say("getting " + m.Path + " " + m.Version)
		dir, err := m.download(ctx, p)
		if err != nil {
			return err
		}
		for _, name := range m.Files {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("%s %s: %w; the table in toolchain/definitions.go names a file that this release does not have", m.Path, m.Version, err)
			}
			if err := os.WriteFile(filepath.Join(staged, path.Base(name)), data, 0o644); err != nil {
				return err
			}
		}
	}
	return os.Rename(staged, target)
}

// download returns where the module lies, which is what the table says or nothing at all.
func (m Module) download(ctx context.Context, p *progress) (string, error) {
	// Outside of any module: inside of one, Go would write into its go.sum.
	nowhere, err := os.MkdirTemp("", "pitboss-module-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(nowhere) //nolint:errcheck // an empty folder
	cmd := goCommand(ctx, nowhere, "mod", "download", "-json", m.Path+"@"+m.Version)
	// The table's own sum is compared below; a machine with a proxy alone has no other.
	cmd.Env = append(cmd.Env, "GOSUMDB=off")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	runErr := watch(cmd, p.downloading)
	var got struct{ Dir, Sum, Error string }
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil || runErr != nil {
		words := strings.TrimSpace(got.Error)
		if words == "" {
			words = fmt.Sprint(runErr)
		}
		return "", fmt.Errorf("download %s %s: %s", m.Path, m.Version, words)
	}
	if got.Sum != m.Sum {
		return "", fmt.Errorf("%s %s has the sum %s, and %s is allowed: what was downloaded is not the release that was read. "+
			"If the release is meant to be another, change its row in sandbox/internal/toolchain/definitions.go", m.Path, m.Version, got.Sum, m.Sum)
	}
	return got.Dir, nil
}
