package kubeport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pitboss/drill/port"
	"pitboss/regions"
)

// An access is one thing that is done here, as Kubernetes' authorizer names it: in every
// namespace, to every object of a kind.
type access struct {
	Verb     string `json:"verb"`
	Group    string `json:"group"`
	Resource string `json:"resource"`
}

func (a access) String() string {
	if a.Group == "" {
		return a.Verb + " " + a.Resource
	}
	return a.Verb + " " + a.Resource + "." + a.Group
}

// accesses is everything that is done here.
func accesses() []access {
	var out []access
	for _, plural := range []string{"namespaces", "configmaps", "nodes", "pods", "secrets"} {
		out = append(out, access{"list", "", plural})
	}
	for _, k := range []kind{deployments, statefulSets, daemonSets, cronJobs, autoscalers, scaledObjects, externalSecrets} {
		out = append(out, k.access("list"))
	}
	out = append(out, access{"patch", "", "configmaps"})
	for _, k := range []kind{deployments, statefulSets, autoscalers, scaledObjects} {
		out = append(out, k.access("patch"))
	}
	return out
}

func (k kind) access(verb string) access {
	group, _, _ := strings.Cut(strings.TrimPrefix(k.group, "/apis/"), "/")
	return access{verb, group, k.plural}
}

// Denied asks the authorizer of each access, as SelfSubjectAccessReview does: nothing is
// touched, and whoever has credentials at all may ask.
func (w *Workloads) Denied(ctx context.Context, at regions.Region) ([]string, error) {
	s, err := w.server(at)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range accesses() {
		allowed, err := s.may(ctx, a)
		if err != nil {
			return nil, err
		}
		if !allowed {
			out = append(out, a.String())
		}
	}
	return out, nil
}

func (s *server) may(ctx context.Context, a access) (bool, error) {
	body, err := json.Marshal(map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": map[string]any{"resourceAttributes": a},
	})
	if err != nil {
		return false, err
	}
	answer, err := s.do(ctx, http.MethodPost, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", url.Values{}, "application/json", body)
	if err != nil {
		return false, err
	}
	var review struct {
		Status *struct {
			Allowed         bool   `json:"allowed"`
			EvaluationError string `json:"evaluationError"`
		} `json:"status"`
	}
	err = json.Unmarshal(answer, &review)
	if err == nil && review.Status == nil {
		err = errors.New("no status in it")
	}
	if err != nil {
		return false, fmt.Errorf("whether one may %s in the cluster in %s: %w", a, s.at, err)
	}
	if !review.Status.Allowed && review.Status.EvaluationError != "" { // could not tell is not no
		return false, fmt.Errorf("whether one may %s in the cluster in %s: %w: %s", a, s.at, port.ErrUnreachable, review.Status.EvaluationError)
	}
	return review.Status.Allowed, nil
}
