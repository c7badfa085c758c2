package admission

import (
	"slices"

	"pitboss/components/pools/labels"
)

func unsafeSecrets() []Manifest {
	env := func(name, value string) func(Object) {
		return func(o Object) { o.app()["env"] = []Object{{"name": name, "value": value}} }
	}
	config := func(name string, data Object) row {
		return row{name, func() Object { return settings(data) }, func(Object) {}}
	}
	return slices.Concat(
		broken("env-secrets",
			row{"a Secret as a variable", gaming.deployment, func(o Object) {
				o.app()["env"] = []Object{{"name": "DB", "valueFrom": Object{"secretKeyRef": Object{"name": "database", "key": "password"}}}}
			}},
			row{"a Secret as all variables", report.cronJob, func(o Object) { o.app()["envFrom"] = []Object{{"secretRef": Object{"name": "database"}}} }},
			row{"a password", wallet.deployment, env("DB_PASSWORD", "hunter2")},
			row{"a key of a provider", worker.bare, env("PROVIDER_API_KEY", "k-1234")},
			row{"an access key of AWS", gaming.deployment, env("AWS", "AKIAIOSFODNN7EXAMPLE")},
			row{"a password in an address", gaming.deployment, env("DATABASE", "postgres://ledger:hunter2@ledger.internal:5432/ledger")},
			row{"a password in an init container", gaming.deployment, func(o Object) {
				o.first(func(c Object) { c["env"] = []Object{{"name": "password", "value": "hunter2"}} })
			}},
			row{"a password in a debug container", debug, func(o Object) { o.tool()["env"] = []Object{{"name": "PGPASSWORD", "value": "hunter2"}} }},
		),
		broken("config-secrets",
			config("a password", Object{"DB_PASSWORD": "hunter2"}),
			config("a private key", Object{"tls.key": "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"}),
			config("a password in an address", Object{"DATABASE": "redis://:hunter2@cache.internal:6379"}),
		),
	)
}

func unsafeOthers() []Manifest {
	level := func(name, value string) func() Object { return func() Object { return namespace(name, value) } }
	keep := func(Object) {}
	budget := func(key string, value any) func(Object) {
		return func(o Object) {
			delete(o.at("spec"), "minAvailable")
			o.at("spec")[key] = value
		}
	}
	quorum := func() Object { return wallet.budget(2) }
	opened := func(peers ...Object) func(Object) {
		return func(o Object) { o.at("spec")["ingress"].([]Object)[0]["from"] = peers }
	}
	kind := func(value string) func(Object) { return func(o Object) { o.at("spec")["type"] = value } }
	return slices.Concat(
		broken("budget",
			row{"the last quorum of wallets", quorum, budget("minAvailable", 1)},
			row{"half of the wallets", quorum, budget("minAvailable", "50%")},
			row{"wallets by what may go", quorum, budget("maxUnavailable", 1)},
			row{"nothing may go", func() Object { return gaming.budget(1) }, budget("maxUnavailable", 0)},
			row{"all must stay", quorum, budget("minAvailable", "100%")},
			row{"nobody's budget", quorum, func(o Object) { delete(o.own(), labels.Tier) }},
			row{"the whole namespace's budget", quorum, func(o Object) { o.at("spec")["selector"] = Object{} }},
		),
		broken("namespace-level",
			row{"a privileged namespace", level("corpus", "privileged"), keep},
			row{"a baseline namespace", level("corpus", "baseline"), keep},
			row{"a namespace without a word", level("corpus", "restricted"), func(o Object) { delete(o.own(), "pod-security.kubernetes.io/enforce") }},
			row{"a namespace of an old level", level("corpus", "restricted"), func(o Object) { o.own()["pod-security.kubernetes.io/enforce-version"] = "v1.19" }},
			row{"a namespace of nobody", level("corpus", "restricted"), func(o Object) { delete(o.own(), labels.Owner) }},
			row{"a namespace of another domain", level("corpus", "restricted"), func(o Object) { o.own()[labels.Domain] = "wallet" }},
		),
		broken("network-open",
			row{"to every namespace", wallet.policy, opened(Object{"namespaceSelector": Object{}})},
			row{"to every namespace that has a name", wallet.policy, opened(Object{"namespaceSelector": Object{
				"matchExpressions": []Object{{"key": "kubernetes.io/metadata.name", "operator": "Exists"}},
			}})},
			row{"to every address", gaming.policy, opened(Object{"ipBlock": Object{"cidr": "0.0.0.0/0"}})},
			row{"to every address in halves", gaming.policy, opened(Object{"ipBlock": Object{"cidr": "0.0.0.0/1"}}, Object{"ipBlock": Object{"cidr": "128.0.0.0/1"}})},
			row{"to whoever comes", wallet.policy, func(o Object) { delete(o.at("spec")["ingress"].([]Object)[0], "from") }},
			row{"out to the internet", wallet.policy, func(o Object) {
				o.at("spec")["egress"].([]Object)[0]["to"] = []Object{{"ipBlock": Object{"cidr": "::/0"}}}
			}},
			row{"to every address, for no reason", gaming.policy, func(o Object) {
				opened(Object{"ipBlock": Object{"cidr": "0.0.0.0/0"}})(o)
				o.at("metadata")["annotations"] = Object{"pitboss.io/open-because": "yes"}
			}},
			row{"every port", wallet.policy, func(o Object) { delete(o.at("spec")["ingress"].([]Object)[1], "ports") }},
			row{"every port, for a reason", wallet.policy, func(o Object) {
				delete(o.at("spec")["egress"].([]Object)[0], "ports")
				o.at("metadata")["annotations"] = Object{"pitboss.io/open-because": "the database answers on every port that it likes"}
			}},
		),
		broken("service-type",
			row{"a port of every node", gaming.service, kind("NodePort")},
			row{"a load balancer", gaming.service, kind("LoadBalancer")},
			row{"a name that leads elsewhere", gaming.service, func(o Object) {
				o["spec"] = Object{"type": "ExternalName", "externalName": "example.com"}
			}},
			row{"addresses of others", gaming.service, func(o Object) { o.at("spec")["externalIPs"] = []string{"203.0.113.7"} }},
		),
	)
}
