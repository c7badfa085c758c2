package rules

import (
	"strconv"
	"strings"
)

// quorum is how many pods of a money service answer for it at least, one zone lost.
const quorum = 2

var exampleBudget = thing("kubernetes:policy/v1:PodDisruptionBudget", "wallet", jsonMap{
	"metadata": jsonMap{"name": "wallet", "namespace": "wallet", "labels": exampleLabels("wallet", "wallet", money, "core", "api")},
	"spec":     jsonMap{"minAvailable": 2.0, "selector": jsonMap{"matchLabels": jsonMap{labelService: "wallet"}}},
})

func podBudgetRules() []Rule {
	return []Rule{
		{
			ID: "budget-exists", Title: "Every service that has, or may have, more than one pod has a disruption budget",
			Protects: "an upgrade of the nodes evicted the last two wallets together",
			Source:   Source{Kubernetes, "Specifying a disruption budget for your application"},
			Severity: High,
			Scope:    Whole,
			About:    func(r Resource) bool { return r.IsAny("apps/v1:Deployment", "apps/v1:StatefulSet") },
			Check:    checkBudgetExists,
			Holds:    []Example{shows("a wallet and its budget", wallet, exampleBudget), shows("a single pod", but(wallet, 1.0, "spec", "replicas"))},
			Breaks: []Example{
				shows("none", wallet),
				shows("that of another service", wallet, but(exampleBudget, "cashier", "spec", "selector", "matchLabels", labelService)),
				shows("in another namespace", wallet, but(exampleBudget, "cashier", "metadata", "namespace")),
			},
		},
		{
			ID: "budget-lets-one-go", Title: "A disruption budget names one service, lets one pod go, and keeps money's quorum",
			Protects:  "an upgrade waited for a night behind a budget that let nothing go; another took the last quorum of the wallets",
			Source:    Source{Kubernetes, "Pod disruption budgets"},
			Severity:  High,
			Scope:     One,
			Admission: "budget",
			About:     func(r Resource) bool { return r.Is("policy/v1:PodDisruptionBudget") },
			Check:     checkBudget,
			Holds:     []Example{shows("two of three stay", exampleBudget)},
			Breaks: []Example{
				shows("all must stay", but(exampleBudget, "100%", "spec", "minAvailable")),
				shows("none may go", but(but(exampleBudget, nil, "spec", "minAvailable"), 0.0, "spec", "maxUnavailable")),
				shows("one wallet is enough", but(exampleBudget, 1.0, "spec", "minAvailable")),
				shows("half is no quorum", but(exampleBudget, "50%", "spec", "minAvailable")),
				shows("every pod of the namespace", but(exampleBudget, jsonMap{}, "spec", "selector", "matchLabels")),
				shows("no tier", but(exampleBudget, nil, "metadata", "labels", labelTier)),
			},
		},
	}
}

func checkBudgetExists(c *Case) {
	replicas, known := c.Get("spec", "replicas")
	tier, told := c.podLabel(labelTier)
	namespace, said := c.Text("metadata", "namespace")
	// Without replicas a scaler decides how many there are.
	if !known || !told || !said || tier == placeholder || replicas == 1.0 || replicas == 0.0 {
		return
	}
	unsure := ""
	for _, r := range c.Stack.OfType("policy/v1:PodDisruptionBudget") {
		b := c.Of(r)
		its, known := b.glance("metadata", "namespace")
		if known && its != namespace {
			continue
		}
		match, told := c.selects(b)
		switch {
		case known && told && match:
			return
		case !known || !told:
			unsure = r.Name + ".spec.selector"
		}
	}
	if unsure != "" {
		c.Untold(unsure)
		return
	}
	c.Failf("no PodDisruptionBudget of namespace %s selects its pods: add one that lets one pod go", namespace)
}

// selects tells whether the selector of another object selects the pods of c's resource.
func (c *Case) selects(by *Case) (yes, known bool) {
	want, known := by.glance("spec", "selector", "matchLabels")
	labels, ok := want.(map[string]any)
	if !known || !ok {
		return false, known
	}
	yes, known = len(labels) > 0, true
	for key := range labels {
		value, told := by.glance("spec", "selector", "matchLabels", key)
		own, _ := c.podLabel(key)
		yes, known = yes && value == own, known && told
	}
	return yes, known
}

func checkBudget(c *Case) {
	tier, known := c.label(nil, labelTier)
	if known && tier == "" {
		c.Failf("the budget does not say whose it is: label it %s as the pods that it protects", labelTier)
	}
	if match, known := c.Get("spec", "selector", "matchLabels"); known {
		if labels, ok := match.(map[string]any); !ok || len(labels) == 0 {
			c.Failf("spec.selector.matchLabels is empty, which is every pod of the namespace: select one service")
		}
	}
	most, told := c.Text("spec", "maxUnavailable")
	if told && (most == "0" || most == "0%") {
		c.Failf("spec.maxUnavailable is %s, so that no node can be drained: let one pod go", most)
	}
	least, said := c.Text("spec", "minAvailable")
	if said && least == "100%" {
		c.Failf("spec.minAvailable is 100%%, so that no node can be drained: let one pod go")
	}
	if known && said && tier == money && !keepsQuorum(least) {
		c.Failf("spec.minAvailable is %q for money, want more than half of its pods, at least %d", least, quorum)
	}
}

func keepsQuorum(least string) bool {
	if percent, found := strings.CutSuffix(least, "%"); found {
		n, err := strconv.ParseFloat(percent, 64)
		return err == nil && n > 50
	}
	n, err := strconv.ParseFloat(least, 64)
	return err == nil && n >= quorum
}
