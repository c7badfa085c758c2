package admission

// judgedBefore is, for each rule, the rules of policy/rules that judge the same before
// anything reaches a cluster. They cite it back (Rule.Admission there); a test holds the
// two together, because neither package may import the other.
var judgedBefore = map[string][]string{
	"budget":          {"budget-lets-one-go"},
	"capabilities":    {"pod-capabilities-dropped"},
	"config-secrets":  {"config-no-secrets"},
	"env-secrets":     {"pod-env-no-secrets"},
	"host-namespaces": {"pod-no-host-namespaces"},
	"host-path":       {"pod-no-host-path"},
	"host-ports":      {"pod-host-ports"},
	"image-digest":    {"image-by-digest"},
	"image-registry":  {"image-own-registry"},
	"labels":          {"pod-labels"},
	"money-qos":       {"money-guaranteed"},
	"money-rollout":   {"money-rollout"},
	"money-zones":     {"money-zones"},
	"namespace-level": {"namespace-pod-security"},
	"network-open":    {"network-policy-narrow"},
	"non-root":        {"pod-non-root"},
	"pool":            {"tier-pool"},
	"priority":        {"tier-priority"},
	"privilege":       {"pod-no-privilege"},
	"probes":          {"pod-probes"},
	"read-only-root":  {"pod-read-only-root"},
	"resources":       {"pod-resources"},
	"schedule":        {"job-deadlines"},
	"scratch":         {"pod-scratch-limited"},
	"seccomp":         {"pod-seccomp"},
	"service-type":    {"service-internal"},
	"spot":            {"tier-no-spot"},
	"token":           {"pod-no-token"},
}

// JudgedBefore is the ids of the rules of the policy that refuse the same in a preview.
func (r Rule) JudgedBefore() []string { return judgedBefore[r.Name] }
