package admission

import "fmt"

var configSecrets = Rule{
	Name:    "config-secrets",
	Why:     "a provider's key stood in a ConfigMap that every team could read, and left with somebody who left",
	Matches: []Match{{"", "v1", []string{"configmaps"}}},
	Variables: []Variable{
		{"data", `object.?data.orValue({})`},
	},
	Validations: []Validation{{
		Expression: fmt.Sprintf(`variables.data.all(k, %s)`, harmless),
		Names:      fmt.Sprintf(`variables.data.filter(k, !(%s))`, harmless),
		Wrong:      "the ConfigMap holds a secret in the clear",
		Do:         "put it into Secrets Manager and mount the Secret; change it, because it has been seen",
	}},
}

// harmless is whether what is under k is no secret.
var harmless = fmt.Sprintf(`variables.data[k] == "" || !k.matches(r'%s') && !variables.data[k].matches(r'%s')`, secretName, secretValue)
