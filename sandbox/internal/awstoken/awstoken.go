// Package awstoken is the one command of the AWS CLI that the program needs:
// `aws eks get-token`, by which a kubeconfig for EKS logs in. In the sandbox it
// answers with the simulated cluster's own token. Only the sandbox's binary
// imports it.
package awstoken

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"pitboss/sandbox/internal/kube"
)

// stateEnv names the sandbox's folder; the sandbox sets it for every run.
const stateEnv = "PITBOSS_SANDBOX_STATE"

type credential struct {
	Kind       string            `json:"kind"`
	APIVersion string            `json:"apiVersion"`
	Spec       map[string]any    `json:"spec"`
	Status     map[string]string `json:"status"`
}

// Run answers the arguments of the AWS CLI. The token goes to out and nowhere else.
func Run(args []string, out io.Writer) error {
	name := ""
	var words []string
	for i := 0; i < len(args); i++ {
		if !strings.HasPrefix(args[i], "--") {
			words = append(words, args[i])
			continue
		}
		flag, value, inline := strings.Cut(args[i], "=")
		if !inline && i+1 < len(args) {
			i++
			value = args[i]
		}
		if flag == "--cluster-name" {
			name = value
		}
	}
	if strings.Join(words, " ") != "eks get-token" || name == "" {
		return fmt.Errorf("the sandbox's aws knows only `aws eks get-token --cluster-name <name>`, not `aws %s`", strings.Join(args, " "))
	}
	state := os.Getenv(stateEnv)
	if state == "" {
		return fmt.Errorf("%s is not set: this command works only inside the sandbox", stateEnv)
	}
	info, err := kube.Load(filepath.Join(state, "clusters", filepath.Base(name)))
	if err != nil {
		return fmt.Errorf("cluster %s: %w", name, err)
	}
	return json.NewEncoder(out).Encode(credential{
		Kind: "ExecCredential", APIVersion: "client.authentication.k8s.io/v1beta1",
		Spec: map[string]any{}, Status: map[string]string{"token": info.Token},
	})
}
