package tests

import (
	"strings"

	policy "pitboss/policy/rules"
)

// mutantsOfPods are about what runs, where, and how it is changed.
func mutantsOfPods() []mutant {
	service := func(r policy.Resource) bool { return tierOf(r) != "placeholder" } // those do nothing, and serve nobody
	money := func(r policy.Resource) bool { return tierOf(r) == "money" }
	realtime := func(r policy.Resource) bool { return tierOf(r) == "realtime" }
	template := []any{"spec", "template", "spec"}
	at := func(path ...any) []any { return append(append([]any{}, template...), path...) }
	box := func(path ...any) []any { return at(append([]any{"containers", 0}, path...)...) }
	const deployment = "apps/v1:Deployment"
	return []mutant{
		{about: deployment, only: service, what: "an image by tag", by: "image-by-digest", wrong: otherImage(func(was string) string { return was[:strings.Index(was, "@")] + ":latest" })},
		{about: deployment, only: service, what: "somebody's image", by: "image-own-registry", wrong: otherImage(func(was string) string { return "docker.io/library/nginx" + was[strings.Index(was, "@"):] })},
		{about: deployment, only: service, what: "an image of the other region", by: "image-own-registry no-foreign-region-named", wrong: otherImage(func(was string) string { return strings.Replace(was, ".dkr.ecr.", ".dkr.ecr.us-", 1) })},
		{about: deployment, only: service, what: "remove the readiness probe", by: "pod-probes", wrong: drop(box("readinessProbe")...)},
		{about: deployment, only: service, what: "remove the liveness probe", by: "pod-probes", wrong: drop(box("livenessProbe")...)},
		{about: deployment, only: service, what: "no limits", by: "pod-resources", wrong: drop(box("resources", "limits")...)},
		{about: deployment, only: service, what: "no requests", by: "pod-resources", wrong: drop(box("resources", "requests")...)},
		{about: deployment, only: service, what: "root", by: "pod-non-root", wrong: func(_ *policy.Stack, r *policy.Resource) {
			assign(r.Inputs, false, box("securityContext", "runAsNonRoot"))
			assign(r.Inputs, 0.0, box("securityContext", "runAsUser"))
		}},
		{about: deployment, only: service, what: "a file system to write to", by: "pod-read-only-root", wrong: put(false, box("securityContext", "readOnlyRootFilesystem")...)},
		{about: deployment, only: service, what: "privileged", by: "pod-no-privilege", wrong: put(true, box("securityContext", "privileged")...)},
		{about: deployment, only: service, what: "may become root", by: "pod-no-privilege", wrong: put(true, box("securityContext", "allowPrivilegeEscalation")...)},
		{about: deployment, only: service, what: "all capabilities", by: "pod-capabilities-dropped", wrong: drop(box("securityContext", "capabilities")...)},
		{about: deployment, only: service, what: "no seccomp", by: "pod-seccomp", wrong: func(_ *policy.Stack, r *policy.Resource) {
			assign(r.Inputs, map[string]any{"type": "Unconfined"}, box("securityContext", "seccompProfile"))
		}},
		{about: deployment, only: service, what: "the API's token", by: "pod-no-token", wrong: put(true, at("automountServiceAccountToken")...)},
		{about: deployment, only: service, what: "the node's network", by: "pod-host-ports pod-no-host-namespaces", wrong: put(true, at("hostNetwork")...)},
		{about: deployment, only: service, what: "the node's processes", by: "pod-no-host-namespaces", wrong: put(true, at("hostPID")...)},
		{about: deployment, only: service, what: "the node's files", by: "pod-no-host-path", wrong: func(_ *policy.Stack, r *policy.Resource) {
			assign(r.Inputs, []any{map[string]any{"name": "host", "hostPath": map[string]any{"path": "/"}}}, at("volumes"))
		}},
		{about: deployment, only: service, what: "a port of the node", by: "pod-host-ports", wrong: put(22.0, box("ports", 0, "hostPort")...)},
		{about: deployment, only: service, what: "a password in the environment", by: "pod-env-no-secrets", wrong: put([]any{map[string]any{"name": "DB_PASSWORD", "value": "hunter2"}}, box("env")...)},
		{about: deployment, only: service, what: "nobody's", by: "pod-labels", wrong: drop("spec", "template", "metadata", "labels", "pitboss.io/owner")},
		{about: deployment, only: money, what: "a rollout that takes wallets away", by: "money-rollout", wrong: put(1.0, "spec", "strategy", "rollingUpdate", "maxUnavailable")},
		{about: deployment, only: money, what: "all wallets at once", by: "money-rollout", wrong: put(map[string]any{"type": "Recreate"}, "spec", "strategy")},
		{about: deployment, only: money, what: "not guaranteed", by: "money-guaranteed", wrong: put("333m", box("resources", "requests", "cpu")...)},
		{about: deployment, only: money, what: "all in one zone", by: "money-zones", wrong: drop(at("topologySpreadConstraints")...)},
		{about: deployment, only: money, what: "swap a pool for spot", by: "tier-no-spot tier-pool", wrong: func(_ *policy.Stack, r *policy.Resource) {
			assign(r.Inputs, "batch", at("nodeSelector", "pitboss.io/pool"))
			assign(r.Inputs, []any{map[string]any{"operator": "Exists"}}, at("tolerations"))
		}},
		{about: deployment, only: money, what: "first to be pushed out", by: "tier-priority", wrong: put("pitboss-batch", at("priorityClassName")...)},
		{about: deployment, only: money, what: "no budget", by: "budget-exists", wrong: func(s *policy.Stack, r *policy.Resource) {
			meta, _ := r.Inputs["metadata"].(map[string]any)
			for i, one := range s.Resources {
				other, _ := one.Inputs["metadata"].(map[string]any)
				if one.Is("policy/v1:PodDisruptionBudget") && other["namespace"] == meta["namespace"] && other["name"] == meta["name"] {
					s.Resources = append(s.Resources[:i:i], s.Resources[i+1:]...)
					return
				}
			}
		}},
		{about: "policy/v1:PodDisruptionBudget", what: "nobody may ever go", by: "budget-lets-one-go", wrong: put(map[string]any{"maxUnavailable": 0.0, "selector": map[string]any{"matchLabels": map[string]any{"a": "b"}}}, "spec")},
		{about: "autoscaling/v2:HorizontalPodAutoscaler", only: realtime, what: "CPU alone", by: "realtime-own-load", wrong: put([]any{map[string]any{
			"type": "Resource", "resource": map[string]any{"name": "cpu", "target": map[string]any{"type": "Utilization", "averageUtilization": 70.0}},
		}}, "spec", "metrics")},
		{about: "batch/v1:CronJob", what: "two at once", by: "job-deadlines", wrong: put("Allow", "spec", "concurrencyPolicy")},
		{about: "batch/v1:CronJob", what: "no deadline", by: "job-deadlines", wrong: drop("spec", "jobTemplate", "spec", "activeDeadlineSeconds")},
		{about: "batch/v1:CronJob", what: "an image by tag", by: "image-by-digest", wrong: func(_ *policy.Stack, r *policy.Resource) {
			assign(r.Inputs, "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/x:1", []any{"spec", "jobTemplate", "spec", "template", "spec", "containers", 0, "image"})
		}},
	}
}

func tierOf(r policy.Resource) string {
	meta, _ := r.Inputs["metadata"].(map[string]any)
	labels, _ := meta["labels"].(map[string]any)
	tier, _ := labels["pitboss.io/tier"].(string)
	return tier
}

// otherImage changes the image of a deployment's first container.
func otherImage(edit func(string) string) func(*policy.Stack, *policy.Resource) {
	return func(_ *policy.Stack, r *policy.Resource) {
		path := []any{"spec", "template", "spec", "containers", 0, "image"}
		var at any = r.Inputs
		for _, step := range path {
			switch v := at.(type) {
			case map[string]any:
				at = v[step.(string)]
			case []any:
				at = v[step.(int)]
			}
		}
		was, _ := at.(string)
		assign(r.Inputs, edit(was), path)
	}
}
