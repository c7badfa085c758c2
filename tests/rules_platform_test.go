package tests

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pitboss/internal/record"
)

// platformRules are about what runs on the clusters and where it is pulled from. What a
// pod may be is held by the API server itself: see components/admission.
var platformRules = []rule{
	{
		name: "images-stay", why: "what ran on a day must be found again, and nobody may put something else in its place", about: is("ecr/repository:Repository"),
		check: func(p place, r record.Resource) error {
			return first(want(r, "IMMUTABLE", "imageTagMutability"), want(r, true, "imageScanningConfiguration", "scanOnPush"), want(r, false, "forceDelete"),
				want(r, "KMS", "encryptionConfigurations", 0, "encryptionType"), want(r, keyOf(p, r, "data"), "encryptionConfigurations", 0, "kmsKey"))
		},
		breaks: set("MUTABLE", "imageTagMutability"),
		also:   map[string]breaking{"OtherKey": itself(set("arn:aws:recorded:::keys-pii", "encryptionConfigurations", 0, "kmsKey"))},
	},
	{
		name: "images-are-copied-inside", why: "a market's builds leave its two regions no more than its data does", about: is("ReplicationConfiguration"),
		check: func(p place, r record.Resource) error {
			rule := []any{"replicationConfiguration", "rules", 0, "destinations", 0}
			return first(want(r, p.market.Standby.String(), append(rule, "region")...), want(r, p.market.Account, append(rule, "registryId")...))
		},
		breaks: set("us-east-1", "replicationConfiguration", "rules", 0, "destinations", 0, "region"),
	},
	{
		name: "images-by-digest", why: "a tag is another build tomorrow, and another registry is down when ours is not", about: runsPods,
		check: func(p place, r record.Resource) error {
			ours := regexp.MustCompile(`^` + regexp.QuoteMeta(physical(p).Registry(p.stack.Region)+"/"+physical(p).Repository("")) + `[a-z-]+@sha256:[0-9a-f]{64}$`)
			for _, image := range imagesOf(r) {
				if !ours.MatchString(image) {
					return fmt.Errorf("it runs %s, want %s", image, ours)
				}
			}
			return nil
		},
		also: map[string]breaking{
			"Tag":         itself(image(func(was string) string { return was[:strings.Index(was, "@")] + ":1" })),
			"OtherRegion": itself(image(func(was string) string { return strings.Replace(was, ".dkr.ecr.", ".dkr.ecr.x", 1) })),
		},
	},
	{
		name: "namespaces-are-closed", why: "what nobody thought of must reach nothing and be reached by nothing", about: is("core/v1:Namespace"),
		check: func(p place, r record.Resource) error {
			for _, policy := range p.all.Resources {
				if policy.Type == networkPolicy && policy.Text("metadata", "namespace") == r.Text("metadata", "name") && policy.Text("metadata", "name") == "default-deny" {
					selector, _ := policy.Get("spec", "podSelector").(map[string]any)
					if len(selector) > 0 || len(policy.Texts("spec", "ingress"))+len(policy.Texts("spec", "egress")) > 0 {
						return fmt.Errorf("its default is not to let nobody in and nobody out")
					}
					if types := policy.Texts("spec", "policyTypes"); !slices.Equal(types, []string{"Ingress", "Egress"}) {
						return fmt.Errorf("its default is for %v only", types)
					}
					return nil
				}
			}
			return fmt.Errorf("it has no default-deny")
		},
		also: map[string]breaking{"Open": func(all *record.Recording, r *record.Resource) {
			name := r.Text("metadata", "name")
			all.Resources = slices.DeleteFunc(slices.Clone(all.Resources), func(one record.Resource) bool {
				return one.Type == networkPolicy && one.Text("metadata", "namespace") == name && one.Text("metadata", "name") == "default-deny"
			})
		}},
	},
	{
		name: "roles-of-pods-are-narrow", why: "a service that is taken over must not take the account with it", about: is("PodIdentityAssociation"),
		check: func(p place, r record.Resource) error {
			role := strings.TrimPrefix(r.Text("roleArn"), "arn:aws:recorded:::")
			for _, policy := range p.all.Type("iam/rolePolicy:RolePolicy") {
				if policy.Text("role") != role+"-id" {
					continue
				}
				for _, s := range statementsOf(policy) {
					if slices.Contains(s.Resource, "*") || slices.ContainsFunc(s.Action, func(a string) bool { return strings.HasSuffix(a, "*") }) {
						return fmt.Errorf("statement %s is for %v on %v", s.Sid, s.Action, s.Resource)
					}
				}
			}
			return nil
		},
		also: map[string]breaking{"Everything": func(all *record.Recording, r *record.Resource) {
			role := strings.TrimPrefix(r.Text("roleArn"), "arn:aws:recorded:::")
			all.Resources = append(slices.Clone(all.Resources), record.Resource{
				Type: "aws:iam/rolePolicy:RolePolicy", Name: "wide",
				Inputs: map[string]any{"role": role + "-id", "policy": `{"Statement":[{"Sid":"All","Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}]}`},
			})
		}},
	},
}

func runsPods(r record.Resource) bool { return templateOf[r.Type] != nil }

// containersOf is the containers of a workload's pods, those that run first included.
func containersOf(r record.Resource) []map[string]any {
	var out []map[string]any
	for _, list := range []string{"initContainers", "containers"} {
		some, _ := r.Get(append(slices.Clone(templateOf[r.Type]), "spec", list)...).([]any)
		for _, one := range some {
			out = append(out, one.(map[string]any))
		}
	}
	return out
}

func imagesOf(r record.Resource) []string {
	var out []string
	for _, one := range containersOf(r) {
		out = append(out, fmt.Sprint(one["image"]))
	}
	return out
}

// image changes the image of a workload's last container.
func image(edit func(string) string) func(*record.Resource) {
	return func(r *record.Resource) {
		all := containersOf(*r)
		last := all[len(all)-1]
		last["image"] = edit(fmt.Sprint(last["image"]))
	}
}

// statementsOf is a role policy's statements.
func statementsOf(r record.Resource) []statement {
	d, err := policyOf(r)
	if err != nil {
		return []statement{{Resource: []string{"*"}, Sid: err.Error()}}
	}
	return d.Statement
}
