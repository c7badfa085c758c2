package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Service is one workload and its pods.
type Service struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Domain    string `json:"domain"` // empty: not one of ours
	Tier      string `json:"tier"`
	Pool      string `json:"pool"`
	// Running are ready. Wanted is what the workload asks for; of a Job's, those that
	// have not ended. Failed are those that ended badly and still stand there.
	Running int    `json:"running"`
	Wanted  int    `json:"wanted"`
	Failed  int    `json:"failed"`
	Zones   []Zone `json:"zones"` // of those that run, by name
	// Problem is why fewer run than are wanted. Empty: they do.
	Problem string `json:"problem,omitempty"`

	refused string // why the workload cannot make its pods
	counted bool   // a workload says how many are wanted
}

// Zone is how many pods of a service run in one zone.
type Zone struct {
	Name string `json:"name"`
	Pods int    `json:"pods"`
}

// services counts pods by service, sorted by domain and name.
func services(pods []Pod, deployments, statefulSets, daemonSets []workload) []Service {
	out := []Service{}
	of := func(namespace, name string) *Service {
		i := slices.IndexFunc(out, func(s Service) bool { return s.Namespace == namespace && s.Name == name })
		if i < 0 {
			i, out = len(out), append(out, Service{Namespace: namespace, Name: name, Zones: []Zone{}})
		}
		return &out[i]
	}
	for _, w := range slices.Concat(deployments, statefulSets) {
		wanted := 1 // what the API server takes for nothing
		if w.Spec.Replicas != nil {
			wanted = *w.Spec.Replicas
		}
		of(w.Metadata.Namespace, w.service()).wants(w, wanted)
	}
	for _, w := range daemonSets {
		of(w.Metadata.Namespace, w.service()).wants(w, w.Status.DesiredNumberScheduled)
	}
	for _, p := range pods {
		if p.wanted() || p.Phase == phaseFailed {
			of(p.Namespace, p.Service).pod(p)
		}
	}
	for i := range out {
		out[i].judge(pods)
	}
	slices.SortFunc(out, func(a, b Service) int {
		return cmp.Or(strings.Compare(a.group(), b.group()), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return out
}

// group puts what is not ours behind what is.
func (s Service) group() string { return cmp.Or(s.Domain, "~"+s.Namespace) }

func (w workload) service() string { return cmp.Or(w.Metadata.Labels[LabelService], w.Metadata.Name) }

// wants counts a workload.
func (s *Service) wants(w workload, n int) {
	s.counted = true
	s.Wanted += n
	label := func(key string) string {
		return cmp.Or(w.Metadata.Labels[key], w.Spec.Template.Metadata.Labels[key])
	}
	s.Domain, s.Tier = label(LabelDomain), label(LabelTier)
	s.Pool = cmp.Or(label(LabelPool), w.Spec.Template.Spec.NodeSelector[LabelPool])
	if c := find(w.Status.Conditions, "ReplicaFailure"); c.Status == "True" {
		s.refused = said(c.Reason, c.Message)
	}
}

// pod counts a pod.
func (s *Service) pod(p Pod) {
	s.Domain, s.Tier, s.Pool = cmp.Or(s.Domain, p.Domain), cmp.Or(s.Tier, p.Tier), cmp.Or(s.Pool, p.Pool)
	if p.Phase == phaseFailed {
		s.Failed++
		return
	}
	if !s.counted {
		s.Wanted++
	}
	if !p.Ready {
		return
	}
	s.Running++
	i, found := slices.BinarySearchFunc(s.Zones, p.Zone, func(z Zone, name string) int { return strings.Compare(z.Name, name) })
	if !found {
		s.Zones = slices.Insert(s.Zones, i, Zone{Name: p.Zone})
	}
	s.Zones[i].Pods++
}

// judge says why fewer run than are wanted.
func (s *Service) judge(pods []Pod) {
	if s.Running >= s.Wanted {
		return
	}
	var causes []string
	if s.refused != "" {
		causes = append(causes, s.refused)
	}
	causes = append(causes, causesOf(pods, func(p Pod) bool { return s.has(p) && p.wanted() && !p.Ready })...)
	if len(causes) == 0 {
		causes = append(causes, "the others have not been made")
	}
	s.Problem = fmt.Sprintf("%s/%s: %d of %d pods run: %s", s.Namespace, s.Name, s.Running, s.Wanted, strings.Join(causes, "; "))
}

func (s Service) has(p Pod) bool { return p.Namespace == s.Namespace && p.Service == s.Name }

// Failures are the reasons for which pods of the service failed.
func (s Service) Failures(pods []Pod) []string {
	return causesOf(pods, func(p Pod) bool { return s.has(p) && p.Phase == phaseFailed })
}

// causesOf counts the pods that are meant by phase and reason, the most frequent first.
func causesOf(pods []Pod, meant func(Pod) bool) []string {
	type cause struct {
		text string
		n    int
	}
	var all []cause
	for _, p := range pods {
		if !meant(p) {
			continue
		}
		text := said(p.Phase, p.Reason)
		i := slices.IndexFunc(all, func(c cause) bool { return c.text == text })
		if i < 0 {
			i, all = len(all), append(all, cause{text: text})
		}
		all[i].n++
	}
	slices.SortStableFunc(all, func(a, b cause) int { return b.n - a.n })
	out := make([]string, 0, len(all))
	for _, c := range all {
		out = append(out, fmt.Sprintf("%d %s", c.n, c.text))
	}
	return out
}

// unhealthy is what does not run and should: the pools that are too small, then the
// services. What waits for room only to keep it free is no harm.
func unhealthy(pools []Pool, services []Service) []string {
	out := []string{}
	for _, p := range pools {
		if p.Problem != "" {
			out = append(out, p.Problem)
		}
	}
	for _, s := range services {
		if s.Problem != "" && s.Tier != TierPlaceholder {
			out = append(out, s.Problem)
		}
	}
	return out
}
