package rules

import (
	"slices"
	"strings"
)

func isBinding(r Resource) bool {
	return r.IsAny("rbac.authorization.k8s.io/v1:RoleBinding", "rbac.authorization.k8s.io/v1:ClusterRoleBinding")
}

func namespaceAccessRules() []Rule {
	role := thing("kubernetes:rbac.authorization.k8s.io/v1:Role", "team", jsonMap{"rules": jsonList{
		jsonMap{"apiGroups": jsonList{""}, "resources": jsonList{"pods"}, "verbs": jsonList{"get", "list"}},
	}})
	binding := thing("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "team", jsonMap{
		"roleRef":  jsonMap{"kind": "Role", "name": "team"},
		"subjects": jsonList{jsonMap{"kind": "Group", "name": "pitboss:payments"}},
	})
	return []Rule{
		{
			ID: "rbac-no-wildcards", Title: "Roles of the cluster name their verbs, resources and groups, and read no Secret",
			Protects: "a role that could do everything with everything was given for a day and used a year later",
			Source:   Source{Kubernetes, "Role based access control good practices"},
			Severity: Critical,
			Scope:    One,
			About: func(r Resource) bool {
				return r.IsAny("rbac.authorization.k8s.io/v1:Role", "rbac.authorization.k8s.io/v1:ClusterRole")
			},
			Check: checkRBACRole,
			Holds: []Example{shows("reads pods", role)},
			Breaks: []Example{
				shows("every verb", but(role, jsonList{"*"}, "rules", 0, "verbs")),
				shows("every resource", but(role, jsonList{"*"}, "rules", 0, "resources")),
				shows("reads Secrets", but(role, jsonList{"secrets"}, "rules", 0, "resources")),
				shows("gives itself more", but(role, jsonList{"escalate"}, "rules", 0, "verbs")),
				shows("enters pods", but(role, jsonList{"pods/exec"}, "rules", 0, "resources")),
			},
		},
		{
			ID: "rbac-no-cluster-admin", Title: "Nothing binds the cluster's administrator role, everybody or nobody",
			Protects: "a service account bound to cluster-admin was read through a hole in a service, and the cluster was gone",
			Source:   Source{Kubernetes, "Role based access control good practices: least privilege"},
			Severity: Critical,
			Scope:    One,
			About:    isBinding,
			Check:    checkBinding,
			Holds:    []Example{shows("a team's role", binding)},
			Breaks: []Example{
				shows("the administrator's", but(binding, "cluster-admin", "roleRef", "name")),
				shows("everybody", but(binding, "system:authenticated", "subjects", 0, "name")),
				shows("past every rule", but(binding, "system:masters", "subjects", 0, "name")),
			},
		},
	}
}

func checkRBACRole(c *Case) {
	rules, _ := c.List("rules")
	for i := range rules {
		all := map[string][]string{}
		for _, field := range []string{"apiGroups", "resources", "verbs"} {
			values, known := c.Texts("rules", i, field)
			if !known {
				continue
			}
			all[field] = values
			if slices.ContainsFunc(values, func(v string) bool { return v == "*" || strings.HasSuffix(v, "/*") }) {
				c.Failf("rules[%d].%s is %v: name each", i, field, values)
			}
		}
		for _, what := range []string{"secrets", "pods/exec", "pods/attach", "pods/portforward", "serviceaccounts/token"} {
			if slices.Contains(all["resources"], what) {
				c.Failf("rules[%d] reaches %s: secrets are read in AWS, and pods are not entered", i, what)
			}
		}
		for _, verb := range []string{"escalate", "bind", "impersonate"} {
			if slices.Contains(all["verbs"], verb) {
				c.Failf("rules[%d] may %s, which gives whoever has it every right", i, verb)
			}
		}
	}
}

func checkBinding(c *Case) {
	if role, known := c.Text("roleRef", "name"); known && slices.Contains([]string{"cluster-admin", "admin", "edit"}, role) {
		c.Failf("roleRef.name is %s: bind a role that names what it may", role)
	}
	subjects, _ := c.List("subjects")
	for i := range subjects {
		name, known := c.Text("subjects", i, "name")
		if known && slices.Contains([]string{"system:masters", "system:authenticated", "system:unauthenticated", "system:anonymous", "system:serviceaccounts"}, name) {
			c.Failf("subjects[%d] is %s: bind a team's own group", i, name)
		}
	}
}
