package engine

import (
	"fmt"
	"slices"
	"strings"
)

// An Engine is one Pulumi installation with its backend.
type Engine struct {
	// Name is what people call it: "sandbox", or "pulumi" for the user's own.
	Name string
	// Description is one sentence for people.
	Description string
	// Own is true for the user's own pulumi.
	Own bool
	// Pulumi is the absolute path of the executable.
	Pulumi string
	// Account is the AWS account that its credentials belong to; "" is any.
	Account string
	// Prepare are commands to run in the project folder before a program runs.
	Prepare [][]string
	// Kubeconfigs is a folder with <cluster>.yaml for each cluster; "" if the
	// clusters' own outputs are to be used.
	Kubeconfigs string
	// PolicyPack is the folder of the policy pack that judges every preview and update.
	PolicyPack string
	// Drill is how a drill reaches the cloud that this engine builds in.
	Drill Drill
	// Dir is a folder that a run may write to. Never the project itself.
	Dir string

	environ []string
}

// A Drill is how a drill reaches a cloud that is not AWS itself. For AWS it is empty: there
// the SDK's own configuration holds.
type Drill struct {
	// Env are variables for AWS's SDK. They may be secret.
	Env map[string]string `json:"env"`
	// Prometheus is where the indicators of both regions are.
	Prometheus string `json:"prometheus"`
	// Door is asked instead of the market's own names.
	Door string `json:"door"`
	// Witness is who writes to the market while a drill runs; "" is nobody.
	Witness string `json:"witness"`
}

// Environ is the whole environment of every process of this engine. It may
// hold secrets: it is never printed.
func (e Engine) Environ() []string { return slices.Clone(e.environ) }

// Getenv reads one variable of Environ. The last one wins, as in a process.
func (e Engine) Getenv(key string) string {
	for _, kv := range slices.Backward(e.environ) {
		if k, v, ok := strings.Cut(kv, "="); ok && k == key {
			return v
		}
	}
	return ""
}

// A SelectError says why there is no engine to drive, and what to do.
type SelectError struct {
	Found string // what was found
	Next  string // what to do next
}

func (e *SelectError) Error() string { return fmt.Sprintf("%s\n  next: %s", e.Found, e.Next) }

// overlay returns base with the variables of over set, sorted, so that the
// same engine always starts the same process.
func overlay(base []string, over map[string]string) []string {
	out := slices.Clone(base)
	keys := make([]string, 0, len(over))
	for k := range over {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		out = append(out, k+"="+over[k])
	}
	return out
}

// withoutCloud drops what would lead an offline engine to somebody's real
// backend or cloud account.
func withoutCloud(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(kv string) bool {
		return strings.HasPrefix(kv, "PULUMI_") || strings.HasPrefix(kv, "AWS_") || strings.HasPrefix(kv, "KUBECONFIG=")
	})
}
