package namespace

import (
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/services"
)

// teamRole is the name of the team's role in its namespace.
const teamRole = "team"

// group is who a team is to Kubernetes: the access entries of people name it.
func group(owner string) string { return "pitboss:" + owner }

// rule is what may be looked at in one API group.
type rule struct {
	apiGroup  string
	resources []string
}

// looks is what a team sees of its namespace: what runs, what became of it and why. Nobody
// reads Secrets, runs commands in pods or changes anything: changes come from the program.
func looks(d services.Domain) []rule {
	core := []string{"configmaps", "endpoints", "events", "limitranges", "pods", "resourcequotas", "services"}
	if !d.Restricted { // what players typed ends up in logs
		core = append(core, "pods/log")
	}
	return []rule{
		{"", core},
		{"apps", []string{"daemonsets", "deployments", "replicasets", "statefulsets"}},
		{"autoscaling", []string{"horizontalpodautoscalers"}},
		{"autoscaling.k8s.io", []string{"verticalpodautoscalers"}},
		{"batch", []string{"cronjobs", "jobs"}},
		{"discovery.k8s.io", []string{"endpointslices"}},
		{"events.k8s.io", []string{"events"}},
		{"external-secrets.io", []string{"externalsecrets"}}, // whether they came, never what they say
		{"keda.sh", []string{"scaledobjects"}},
		{"networking.k8s.io", []string{"networkpolicies"}},
		{"policy", []string{"poddisruptionbudgets"}},
	}
}

// addTeam lets the owning team look inside.
func (n *Namespace) addTeam(s component.Scope) error {
	rules := rbacv1.PolicyRuleArray{}
	for _, one := range looks(n.args.Domain) {
		rules = append(rules, rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{one.apiGroup}), Resources: pulumi.ToStringArray(one.resources),
			Verbs: pulumi.ToStringArray([]string{"get", "list", "watch"}),
		})
	}
	made, err := component.Create(s, "team", rbacv1.NewRole, &rbacv1.RoleArgs{Metadata: n.fence.Meta(teamRole).Args(), Rules: rules})
	if err != nil {
		return err
	}
	_, err = component.Create(s, "team-binding", rbacv1.NewRoleBinding, &rbacv1.RoleBindingArgs{
		Metadata: n.fence.Meta(teamRole).Args(),
		RoleRef: rbacv1.RoleRefArgs{
			ApiGroup: pulumi.String("rbac.authorization.k8s.io"), Kind: pulumi.String("Role"), Name: made.Metadata.Name().Elem(),
		},
		Subjects: rbacv1.SubjectArray{rbacv1.SubjectArgs{
			ApiGroup: pulumi.String("rbac.authorization.k8s.io"), Kind: pulumi.String("Group"), Name: pulumi.String(group(n.args.Domain.Owner)),
		}},
	})
	return err
}
