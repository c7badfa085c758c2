package market

import (
	"strings"
	"testing"
)

// delivered is a market that both forges may change.
const delivered = `delivery:
  state: {bucket: acme-pitboss-state, region: eu-south-1, key: alias/pitboss-state}
  github: {repository: acme/casino}
  gitlab: {host: gitlab.example.com, project: acme/platform/casino, branch: main}
`

// withDelivery puts the section in front of the last key, its first line on line 47.
func withDelivery(edit func(string) string) func(string) string {
	return swap("approvals: {}", edit(delivered)+"approvals: {}")
}

func TestDelivery(t *testing.T) {
	m, err := Load(project(t, nil), "mt")
	if err != nil || m.Delivery != nil {
		t.Fatalf("without the section: %+v, %v", m.Delivery, err)
	}
	m, err = Load(project(t, withDelivery(func(s string) string { return s })), "mt")
	if err != nil {
		t.Fatal(err)
	}
	d := m.Delivery
	if d.State.Bucket != "acme-pitboss-state" || d.State.Region != m.Home || d.State.KeyAlias != "alias/pitboss-state" {
		t.Errorf("state is %+v", d.State)
	}
	if *d.GitHub != (GitHub{"acme/casino"}) || *d.GitLab != (GitLab{"gitlab.example.com", "acme/platform/casino", "main"}) {
		t.Errorf("forges are %+v, %+v", d.GitHub, d.GitLab)
	}
	m, err = Load(project(t, withDelivery(func(s string) string { return s[:strings.Index(s, "  gitlab")] })), "mt")
	if err != nil || m.Delivery.GitLab != nil || m.Delivery.GitHub == nil {
		t.Errorf("one forge alone: %+v, %v", m.Delivery, err)
	}
}

func TestBadDelivery(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, new string
		path     string
		line     int
		says     string
	}{
		"NoForge":      {"a state alone lets nobody in", delivered[strings.Index(delivered, "  github"):], "", "delivery", 48, "neither github nor gitlab"},
		"NoState":      {"what the roles may read is not known", "  state: {bucket: acme-pitboss-state, region: eu-south-1, key: alias/pitboss-state}\n", "", "delivery.state", 48, "add the key delivery.state"},
		"NoBucket":     {"nor which bucket", "bucket: acme-pitboss-state, ", "", "delivery.state.bucket", 48, "add the key delivery.state.bucket"},
		"BucketURL":    {"the backend's address is not the bucket's name", "bucket: acme-pitboss-state", "bucket: s3://acme-pitboss-state", "delivery.state.bucket", 48, `did you mean "acme-pitboss-state"?`},
		"BucketAny":    {"every bucket of the account", "bucket: acme-pitboss-state", `bucket: "*"`, "delivery.state.bucket", 48, "the bucket's name alone"},
		"BucketShort":  {"S3 has none", "bucket: acme-pitboss-state", "bucket: ab", "delivery.state.bucket", 48, "3 to 63"},
		"BucketLong":   {"S3 has none", "bucket: acme-pitboss-state", "bucket: " + strings.Repeat("a", 64), "delivery.state.bucket", 48, "3 to 63"},
		"Region":       {"the nearest is named", "region: eu-south-1", "region: eu-sout-1", "delivery.state.region", 48, `did you mean "eu-south-1"?`},
		"RegionAway":   {"state says what the market is made of", "region: eu-south-1", "region: us-east-1", "delivery.state.region", 48, "eu-south-1 (home) or eu-central-1 (standby)"},
		"KeyARN":       {"an alias can move to another key", "key: alias/pitboss-state", `key: "arn:aws:kms:eu-south-1:111122223333:alias/x"`, "delivery.state.key", 48, "behind the account"},
		"KeyBare":      {"AWS wants the prefix", "key: alias/pitboss-state", "key: pitboss-state", "delivery.state.key", 48, "with alias/ before it"},
		"KeyAWS":       {"nobody can be kept from it", "key: alias/pitboss-state", "key: alias/aws/s3", "delivery.state.key", 48, "a key of your own"},
		"Repository":   {"a URL is not a name", "repository: acme/casino", "repository: https://github.com/acme/casino.git", "delivery.github.repository", 49, `did you mean "acme/casino"?`},
		"RepositoryAs": {"every repository of the owner", "repository: acme/casino", `repository: "acme/*"`, "delivery.github.repository", 49, "name one repository"},
		"RepositoryIn": {"a colon begins the subject's next part", "repository: acme/casino", `repository: "acme/casino:ref"`, "delivery.github.repository", 49, "write owner/name"},
		"NoRepository": {"everybody's", "{repository: acme/casino}", "{}", "delivery.github.repository", 49, "add the key delivery.github.repository"},
		"HostURL":      {"the scheme is always https", "host: gitlab.example.com", "host: https://gitlab.example.com", "delivery.gitlab.host", 50, `did you mean "gitlab.example.com"?`},
		"HostWord":     {"AWS must reach it", "host: gitlab.example.com", "host: gitlab", "delivery.gitlab.host", 50, "the host alone"},
		"ProjectAny":   {"every project of the group", "project: acme/platform/casino", `project: "acme/*"`, "delivery.gitlab.project", 50, "without wildcards"},
		"ProjectWord":  {"a project is in a group", "project: acme/platform/casino", "project: casino", "delivery.gitlab.project", 50, "path of a GitLab project"},
		"BranchAny":    {"anybody may make a branch", "branch: main", `branch: "*"`, "delivery.gitlab.branch", 50, "the branch itself"},
		"UnknownKey":   {"the nearest is named", "  github:", "  gitub:", "delivery.gitub", 49, `did you mean "github"?`},
		"NoMapping":    {"what it says has names", delivered, "delivery: github\n", "delivery", 47, "write it as a mapping"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			blamesOnce(t, withDelivery(swap(c.old, c.new)), c.path, c.line, c.says, c.reason)
		})
	}
}
