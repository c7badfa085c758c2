package rules

import (
	"slices"

	"pitboss/components/pools/labels"
)

const (
	podSecurity = "pod-security.kubernetes.io/enforce"
	// hostNetworkReason is the annotation by which a namespace says why it cannot be
	// restricted.
	hostNetworkReason = "pitboss.io/host-network"
	// sentence is the least that a reason takes.
	sentence = 20
)

func namespaceRules() []Rule {
	return slices.Concat(namespaceOwnRules(), namespaceNetworkRules(), namespaceAccessRules())
}

func isNamespace(r Resource) bool { return r.Is("core/v1:Namespace") }

var (
	exampleNamespace = thing("kubernetes:core/v1:Namespace", "wallet", jsonMap{"metadata": jsonMap{
		"name": "wallet", "labels": jsonMap{podSecurity: "restricted", labels.Domain: "wallet", labels.Owner: "team", labels.Zone: "core"},
	}})
	defaultDeny = thing("kubernetes:networking.k8s.io/v1:NetworkPolicy", "default-deny", jsonMap{
		"metadata": jsonMap{"name": "default-deny", "namespace": "wallet"},
		"spec":     jsonMap{"podSelector": jsonMap{}, "policyTypes": jsonList{"Ingress", "Egress"}},
	})
	exampleQuota = thing("kubernetes:core/v1:ResourceQuota", "quota", jsonMap{
		"metadata": jsonMap{"namespace": "wallet"}, "spec": jsonMap{"hard": jsonMap{"limits.cpu": "8", "limits.memory": "16Gi"}},
	})
	exampleLimits = thing("kubernetes:core/v1:LimitRange", "limits", jsonMap{
		"metadata": jsonMap{"namespace": "wallet"}, "spec": jsonMap{"limits": jsonList{jsonMap{"type": "Pod"}}},
	})
)

func namespaceOwnRules() []Rule {
	return []Rule{
		{
			ID: "namespace-pod-security", Title: "Every namespace enforces Pod Security restricted, or says why it cannot",
			Protects:  "a namespace made by hand for a test held a privileged pod for a year, and no team answered for it",
			Source:    Source{Kubernetes, "Pod Security admission: labels of namespaces"},
			Severity:  High,
			Scope:     One,
			Admission: "namespace-level",
			About:     isNamespace,
			Check:     checkPodSecurity,
			Holds: []Example{
				shows("restricted", exampleNamespace),
				shows("media with a reason", but(but(exampleNamespace, "privileged", "metadata", "labels", podSecurity),
					jsonMap{hostNetworkReason: "media over UDP: thousands of ports a node"}, "metadata", "annotations")),
			},
			Breaks: []Example{
				shows("no level", but(exampleNamespace, nil, "metadata", "labels", podSecurity)),
				shows("privileged without a reason", but(exampleNamespace, "privileged", "metadata", "labels", podSecurity)),
				shows("an old version", but(exampleNamespace, "v1.24", "metadata", "labels", podSecurity+"-version")),
				shows("no owner", but(exampleNamespace, nil, "metadata", "labels", labels.Owner)),
			},
		},
		{
			ID: "namespace-room", Title: "Every namespace has a quota of CPU and memory and limits of a pod",
			Protects: "one team's scaler asked for every node of the cluster, and the wallets' next pod found no room",
			Source:   Source{Kubernetes, "Resource quotas; limit ranges"},
			Severity: Medium,
			Scope:    Whole,
			About:    isNamespace,
			Check:    checkRoom,
			Holds:    []Example{shows("both", exampleNamespace, exampleQuota, exampleLimits)},
			Breaks: []Example{
				shows("neither", exampleNamespace),
				shows("no limits of a pod", exampleNamespace, exampleQuota),
				shows("a quota of objects only", exampleNamespace, exampleLimits, but(exampleQuota, jsonMap{"pods": "9"}, "spec", "hard")),
			},
		},
	}
}

func checkPodSecurity(c *Case) {
	level, known := c.label(nil, podSecurity)
	if known && level != "restricted" {
		if why, told := c.Text("metadata", "annotations", hostNetworkReason); told && (level != "privileged" || len(why) < sentence) {
			c.Failf("label %s is %q, want restricted; a namespace on its nodes' network is privileged and says why in a sentence in annotation %s", podSecurity, level, hostNetworkReason)
		}
	}
	if version, known := c.label(nil, podSecurity+"-version"); known && version != "" && version != "latest" {
		c.Failf("label %s-version is %q, want latest", podSecurity, version)
	}
	for _, key := range []string{labels.Domain, labels.Owner} {
		if value, known := c.label(nil, key); known && value == "" {
			c.Failf("label %s is missing: say whose namespace it is", key)
		}
	}
}

// inNamespace looks for an object of a kind in the namespace that is judged. want tells
// whether it will do; unknown only where neither is sure.
func (c *Case) inNamespace(kind string, want func(*Case) (yes, known bool)) (found, known bool) {
	name, known := c.Text("metadata", "name")
	if !known {
		return false, false
	}
	unsure := ""
	for _, r := range c.Stack.OfType(kind) {
		o := c.Of(r)
		its, known := o.glance("metadata", "namespace")
		if !known && slices.Contains(r.From["metadata"], c.Resource.URN) {
			its, known = name, true
		}
		if known && its != name {
			continue
		}
		yes, told := want(o)
		switch {
		case yes && told && known:
			return true, true
		case !known || !told:
			unsure = r.Name
		}
	}
	if unsure != "" {
		c.Untold(unsure)
	}
	return false, unsure == ""
}

func checkRoom(c *Case) {
	quota, known := c.inNamespace("core/v1:ResourceQuota", func(o *Case) (bool, bool) {
		cpu, a := o.glance("spec", "hard", "limits.cpu")
		memory, b := o.glance("spec", "hard", "limits.memory")
		return cpu != nil && memory != nil, a && b
	})
	if known && !quota {
		c.Failf("no ResourceQuota with limits.cpu and limits.memory: add one")
	}
	// Placeholders are all of one size, and the quota refuses everything else.
	if name, known := c.Text("metadata", "name"); !known || name == capacity {
		return
	}
	limits, known := c.inNamespace("core/v1:LimitRange", func(o *Case) (bool, bool) {
		list, known := o.glance("spec", "limits")
		all, _ := list.([]any)
		return len(all) > 0, known
	})
	if known && !limits {
		c.Failf("no LimitRange: add one that says how large a pod may be")
	}
}
