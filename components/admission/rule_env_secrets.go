package admission

import "fmt"

// Names that end like a secret's, and values that are secrets whatever they are called: a
// private key, an access key of AWS, a password inside an address. A name that ends
// otherwise, such as DB_PASSWORD_FILE, says where a secret is.
const (
	secretName  = `(?i)(password|passwd|secret|token|private_?key|api_?key|access_?key|credentials?)$`
	secretValue = `-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[0-9A-Z]{16}\b|://[^/@\s]*:[^/@\s]+@`
)

var envSecrets = podRule("env-secrets",
	"a crash report carried every environment variable, and with them the password of a database, to a support desk abroad",
	container(`c.?env.orValue([]).all(e, !has(e.valueFrom) || !has(e.valueFrom.secretKeyRef))
	&& c.?envFrom.orValue([]).all(e, !has(e.secretRef))`,
		"a Secret becomes an environment variable of the container",
		"mount the Secret as a read-only volume under /var/run/secrets/pitboss and read the file"),
	container(fmt.Sprintf(`c.?env.orValue([]).all(e, e.?value.orValue("") == "" || !e.name.matches(r'%s') && !e.value.matches(r'%s'))`, secretName, secretValue),
		"an environment variable of the container holds a secret in the clear",
		"put it into Secrets Manager, name it in the service's Credentials, and read the mounted file; change the secret, because it has been seen"),
)
