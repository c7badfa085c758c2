package rules

import (
	"maps"
	"regexp"
	"slices"
)

// Names that end like a secret's, and values that are secrets whatever they are called. A
// name that ends otherwise, such as DB_PASSWORD_FILE, says where a secret is. The cluster's
// admission rules read the same expressions.
var (
	secretName  = regexp.MustCompile(`(?i)(password|passwd|secret|token|private_?key|api_?key|access_?key|credentials?)$`)
	secretValue = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[0-9A-Z]{16}\b|://[^/@\s]*:[^/@\s]+@`)
)

func podSecretRules() []Rule {
	settings := thing("kubernetes:core/v1:ConfigMap", "settings", jsonMap{"data": jsonMap{"STORE_HOST": "db.example", "TOKEN_FILE": "/var/run/secrets/t"}})
	return []Rule{
		ofPods(Rule{
			ID: "pod-env-no-secrets", Title: "No environment variable holds a secret",
			Protects:  "a crash report carried every environment variable, and with them the password of a database, to a support desk abroad",
			Source:    Source{Kubernetes, "Good practices for Kubernetes Secrets"},
			Severity:  Critical,
			Admission: "env-secrets",
			Check:     eachContainer(every, checkEnv),
			Breaks: []Example{
				shows("in the clear", butPod(wallet, jsonMap{"name": "DB_PASSWORD", "value": "hunter2"}, firstContainer("env", 0)...)),
				shows("inside an address", butPod(wallet, jsonMap{"name": "DB", "value": "postgres://wallet:hunter2@db:5432"}, firstContainer("env", 0)...)),
				shows("from a Secret", butPod(wallet, jsonMap{"name": "DB", "valueFrom": jsonMap{"secretKeyRef": jsonMap{"name": "db", "key": "p"}}}, firstContainer("env", 0)...)),
				shows("all of a Secret", butPod(wallet, jsonList{jsonMap{"secretRef": jsonMap{"name": "db"}}}, firstContainer("envFrom")...)),
			},
		}),
		{
			ID: "config-no-secrets", Title: "No ConfigMap holds a secret",
			Protects:  "a provider's key stood in a ConfigMap that every team could read, and left with somebody who left",
			Source:    Source{Kubernetes, "ConfigMaps: they provide no secrecy or encryption"},
			Severity:  Critical,
			Scope:     One,
			Admission: "config-secrets",
			About:     func(r Resource) bool { return r.Is("core/v1:ConfigMap") },
			Check:     checkConfig,
			Holds:     []Example{shows("settings", settings)},
			Breaks: []Example{
				shows("a key by its name", but(settings, "x8", "data", "PROVIDER_API_KEY")),
				shows("a key by its looks", but(settings, "-----BEGIN RSA PRIVATE KEY-----", "data", "cert.pem")),
			},
		},
	}
}

func checkEnv(c *Case, o one) {
	env, _ := c.List(below(o.at, "env")...)
	for i := range env {
		at := below(o.at, "env", i)
		name, known := c.Text(below(at, "name")...)
		value, told := c.Get(below(at, "value")...)
		if known && told && isSecret(name, value) {
			c.Failf("container %s: variable %s holds a secret in the clear: mount it as a file, and change it, because it has been seen", o.name, name)
		}
		if ref, known := c.Get(below(at, "valueFrom", "secretKeyRef")...); known && ref != nil {
			c.Failf("container %s: variable %s comes from a Secret: mount the Secret as a file", o.name, name)
		}
	}
	from, _ := c.List(below(o.at, "envFrom")...)
	for i := range from {
		if ref, known := c.Get(below(o.at, "envFrom", i, "secretRef")...); known && ref != nil {
			c.Failf("container %s: a whole Secret becomes variables: mount it as files", o.name)
		}
	}
}

func checkConfig(c *Case) {
	data, known := c.Get("data")
	if all, ok := data.(map[string]any); known && ok {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if value, known := c.Get("data", key); known && isSecret(key, value) {
				c.Failf("data.%s is a secret in the clear: put it into Secrets Manager, and change it, because it has been seen", key)
			}
		}
	}
}

// isSecret tells whether a setting is one: by its name, by its looks, or because the
// program says so.
func isSecret(name string, value any) bool {
	if value == (any)(Secret{}) {
		return true
	}
	text, ok := value.(string)
	return ok && text != "" && (secretName.MatchString(name) || secretValue.MatchString(text))
}
