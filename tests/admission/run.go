package admission

import (
	"context"
	"fmt"
	"strings"
)

// Result is what a cluster did with the corpus.
type Result struct {
	// Unsafe were sent, and Refused by the rule that each breaks; Safe were sent, and
	// Accepted.
	Unsafe, Refused, Safe, Accepted int
	// Problems are what went otherwise, each with the server's answer, and what the
	// server found wrong with the rules themselves.
	Problems []string
}

// String is the figures in a line.
func (r Result) String() string {
	return fmt.Sprintf("%d of %d unsafe manifests refused for the right reason, %d of %d safe ones accepted, %d problems",
		r.Refused, r.Unsafe, r.Accepted, r.Safe, len(r.Problems))
}

// Run sends the whole corpus to a cluster that has the rules, as dry runs. Images are of
// registry, the only place that the cluster takes them from. The cluster has the
// namespaces wallet, with a pod in it, gaming, engagement, live, reporting and capacity,
// each with the quota of its domain.
func Run(ctx context.Context, kubeconfig, registry string) (Result, error) {
	s, err := Connect(kubeconfig)
	if err != nil {
		return Result{}, err
	}
	var r Result
	for _, m := range append(Unsafe(), Safe()...) {
		a, err := s.Try(ctx, m, registry)
		if err != nil {
			return r, fmt.Errorf("%s %q: %w", m.Kind(), m.Name, err)
		}
		r.count(m, a)
	}
	r.Problems = append(r.Problems, s.complaints(ctx)...)
	return r, nil
}

// Try asks what a cluster would do with one manifest.
func (s *Server) Try(ctx context.Context, m Manifest, registry string) (Answer, error) {
	if m.Debug {
		return s.addDebug(ctx, m, registry, "dryRun=All")
	}
	return s.Apply(ctx, m, registry, "dryRun=All")
}

// count judges one answer.
func (r *Result) count(m Manifest, a Answer) {
	wrong := func(what string) {
		r.Problems = append(r.Problems, fmt.Sprintf("%s %q %s", m.Kind(), m.Name, what))
	}
	if m.Rule == "" {
		r.Safe++
		if a.OK() {
			r.Accepted++
		} else {
			wrong("is safe and was refused: " + a.Message())
		}
		return
	}
	r.Unsafe++
	switch {
	case a.OK():
		wrong("breaks " + m.Rule + " and was accepted")
	case !strings.Contains(a.Message(), "ValidatingAdmissionPolicy '"+policyPrefix+m.Rule+"' "):
		wrong("breaks " + m.Rule + " and was refused for another reason: " + a.Message())
	default:
		r.Refused++
	}
}

// policyPrefix is what the policies of our rules begin with.
const policyPrefix = "pitboss-"

// complaints are what the API server says of the rules: expressions whose types are wrong,
// which would fail when they are needed.
func (s *Server) complaints(ctx context.Context) (out []string) {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct {
				TypeChecking struct {
					ExpressionWarnings []struct{ FieldRef, Warning string }
				}
			}
		}
	}
	if err := s.Get(ctx, "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", &list); err != nil {
		return []string{err.Error()}
	}
	for _, p := range list.Items {
		for _, w := range p.Status.TypeChecking.ExpressionWarnings {
			out = append(out, fmt.Sprintf("policy %s, %s: %s", p.Metadata.Name, w.FieldRef, w.Warning))
		}
	}
	return out
}
