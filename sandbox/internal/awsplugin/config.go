package awsplugin

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"pitboss/sandbox/internal/bridge"
)

// config is what one instance of the AWS provider was told.
type config struct {
	region  string
	account string
	allowed []string
	bridge  bridge.Config
}

// endpointEnv names an AWS-compatible endpoint to apply to instead of simulating.
const endpointEnv = "PITBOSS_SANDBOX_AWS_ENDPOINT"

// accountEnv says which account the sandbox's credentials belong to. Unset,
// they belong to whichever account the program allows.
const accountEnv = "PITBOSS_SANDBOX_ACCOUNT"

// readConfig reads provider inputs as the engine sends them: values other than
// strings may come encoded in JSON.
func readConfig(inputs map[string]any) (config, error) {
	values := map[string]any{}
	for k, v := range inputs {
		values[k] = decoded(v)
	}
	c := config{}
	c.region, _ = values["region"].(string)
	if c.region == "" {
		return c, fmt.Errorf("the AWS provider has no region: set aws:region in the stack's file or Region on the provider")
	}
	for _, id := range list(values["allowedAccountIds"]) {
		c.allowed = append(c.allowed, fmt.Sprint(id))
	}
	c.account = os.Getenv(accountEnv)
	if c.account == "" && len(c.allowed) > 0 {
		c.account = c.allowed[0]
	}
	if c.account == "" {
		c.account = "000000000000"
	}
	c.bridge = bridge.Config{Region: c.region, Endpoint: os.Getenv(endpointEnv), Args: bridgeArgs(c.region, values)}
	return c, nil
}

// check refuses credentials of another account, in the AWS provider's words.
func (c config) check() error {
	if len(c.allowed) > 0 && !slices.Contains(c.allowed, c.account) {
		return fmt.Errorf("AWS account ID not allowed: %s (allowed: %s); use credentials of that account, or correct account: in the market's file",
			c.account, strings.Join(c.allowed, ", "))
	}
	return nil
}

// bridgeArgs is the part of the configuration that decides validation and
// plans. What only a real AWS could check is left out, and checks against it
// are switched off.
func bridgeArgs(region string, values map[string]any) map[string]any {
	args := map[string]any{
		"region": region, "accessKey": "sandbox", "secretKey": "sandbox",
		"skipCredentialsValidation": true, "skipRequestingAccountId": true,
		"skipRegionValidation": true, "skipMetadataApiCheck": "true", "s3UsePathStyle": true,
	}
	for _, k := range []string{"defaultTags", "ignoreTags"} {
		if v, ok := values[k]; ok {
			args[k] = wrap(v)
		}
	}
	return args
}

func decoded(v any) any {
	s, ok := v.(string)
	if !ok || s == "" || !strings.ContainsAny(s[:1], "[{") {
		return v
	}
	var out any
	if json.Unmarshal([]byte(s), &out) != nil {
		return v
	}
	return out
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}
