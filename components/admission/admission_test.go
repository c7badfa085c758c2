package admission_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/admission"
	"pitboss/components/capacity"
	"pitboss/components/services"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
)

const registry = "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt"

func valid() admission.Args { return admission.Args{Registry: registry, Exempt: services.Exempt()} }

func TestArgs(t *testing.T) {
	exempt := func(names ...string) func(*admission.Args) {
		return func(a *admission.Args) { a.Exempt = append(slices.Clone(a.Exempt), names...) }
	}
	componenttest.Blame(t, valid(), map[string]componenttest.Case[admission.Args]{
		"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*admission.Args) {}},
		"NoRegistry": {Reason: "every image would be refused", Edit: func(a *admission.Args) { a.Registry = "" }, Blames: "Registry"},
		"Slash":      {Reason: "rules add it themselves, and no image has two", Edit: func(a *admission.Args) { a.Registry += "/" }, Blames: "Registry"},
		"Quote":      {Reason: "it would end the string in the rule", Edit: func(a *admission.Args) { a.Registry = `a" || true || "` }, Blames: "Registry"},
		"NoSystem":   {Reason: "the cluster could not start DNS", Edit: func(a *admission.Args) { a.Exempt = []string{"keda"} }, Blames: "Exempt"},
		"Empty":      {Reason: "no namespace is called that", Edit: exempt(""), Blames: "Exempt"},
		"Domain":     {Reason: "what players' money runs in is judged", Edit: exempt("wallet"), Blames: "Exempt"},
		"Live":       {Reason: "its exception is one rule, not all", Edit: exempt("live"), Blames: "Exempt"},
		"Capacity":   {Reason: "placeholders are judged too", Edit: exempt(admission.Capacity), Blames: "Exempt"},
	})
}

func made(t *testing.T) record.Recording {
	t.Helper()
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		a, err := admission.New(ctx, "ad", valid())
		if err == nil && len(a.Ready) != len(admission.Rules(registry)) {
			t.Errorf("workloads wait for %d objects, want each rule's binding", len(a.Ready))
		}
		return nil, err
	})
}

// TestEveryRuleIsInForce: a policy without a binding judges nothing, one that only audits
// refuses nothing, and one that fails open is open when it matters.
func TestEveryRuleIsInForce(t *testing.T) {
	r := made(t)
	for _, rule := range admission.Rules(registry) {
		policy, _ := r.Named("ad-" + rule.Name)
		if policy.Text("metadata", "name") != "pitboss-"+rule.Name || policy.Text("spec", "failurePolicy") != "Fail" {
			t.Errorf("%s: the policy is %v", rule.Name, policy.Inputs["metadata"])
		}
		binding, _ := r.Named("ad-" + rule.Name + "-binding")
		if binding.Text("spec", "policyName") != rule.PolicyName() ||
			!slices.Equal(binding.Texts("spec", "validationActions"), []string{"Deny", "Audit"}) {
			t.Errorf("%s: the binding is %v", rule.Name, binding.Inputs["spec"])
		}
		only := binding.Get("spec", "matchResources", "namespaceSelector", "matchExpressions", 0)
		if got, _ := only.(map[string]any); got["operator"] != "NotIn" || len(got["values"].([]any)) != len(services.Exempt()) {
			t.Errorf("%s: judges by %v, want all namespaces but %v", rule.Name, only, services.Exempt())
		}
	}
}

// TestMessages wants of each what is wrong, which incident it prevents and what to do, as
// the API server takes it: in one line.
func TestMessages(t *testing.T) {
	names := map[string]bool{}
	shape := regexp.MustCompile(`^[^\n]{20,}\. The incident that this prevents: [^\n]{20,}\. What to do: [^\n]{10,}\.$`)
	for _, r := range admission.Rules(registry) {
		if names[r.Name] {
			t.Errorf("two rules are called %s", r.Name)
		}
		names[r.Name] = true
		if len(r.Matches) == 0 || len(r.Validations) == 0 || strings.HasSuffix(r.Why, ".") {
			t.Errorf("%s: judges %v by %d expressions because %q", r.Name, r.Matches, len(r.Validations), r.Why)
		}
		for _, v := range r.Validations {
			if m := r.Message(v); !shape.MatchString(m) || strings.Contains(m, "..") || strings.Contains(m, "%!") {
				t.Errorf("%s: the message is %q", r.Name, m)
			}
		}
	}
}

// TestPodsAreJudgedHoweverTheyAreMade: a rule about pods that forgets one way to make them
// is a rule about nothing.
func TestPodsAreJudgedHoweverTheyAreMade(t *testing.T) {
	ways := []string{"pods", "pods/ephemeralcontainers", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs"}
	for _, r := range admission.Rules(registry) {
		var judged []string
		for _, m := range r.Matches {
			judged = append(judged, m.Resources...)
		}
		for _, way := range ways {
			if slices.Contains(judged, "pods") && !slices.Contains(judged, way) {
				t.Errorf("%s judges pods and not %s", r.Name, way)
			}
		}
	}
}

// TestExceptionsAreWhatTheyAreCalled holds the names of exceptions to what has them.
func TestExceptionsAreWhatTheyAreCalled(t *testing.T) {
	if admission.Capacity != capacity.Namespace || admission.Placeholder != string(capacity.Tier) {
		t.Errorf("placeholders are %s in %s, and rules let %s in %s have no probes", capacity.Tier, capacity.Namespace, admission.Placeholder, admission.Capacity)
	}
	for _, r := range admission.Rules(registry) {
		if r.Name == "host-ports" && !strings.Contains(r.Validations[0].Wrong, "only live-edge of namespace live on pool webrtc") {
			t.Errorf("the rule of the host's ports says %q, want live-edge alone", r.Validations[0].Wrong)
		}
	}
}
