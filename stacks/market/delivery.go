package market

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
)

// Delivery says which forge's runners may change the market, and where the engine keeps
// its state. A market without one makes no roles for runners: people run `pitboss` then.
type Delivery struct {
	// State is the engine's backend: an S3 bucket that the market does not make, because
	// the state of what makes it would have to be somewhere before.
	State State
	// GitHub and GitLab are the forges; one of them at least, nil for the other.
	GitHub *GitHub
	GitLab *GitLab
}

// State is where the engine keeps the states of the market's stacks.
type State struct {
	// Bucket is the S3 bucket's name, as in s3://<bucket>.
	Bucket string
	// Region is where bucket and key are: one of the market's two.
	Region regions.Region
	// KeyAlias is the alias of the KMS key that encrypts the bucket and the secrets in the
	// states, as in awskms://alias/<name>.
	KeyAlias string
}

// GitHub is a repository on github.com.
type GitHub struct {
	// Repository is owner/name, spelt as GitHub spells it: its tokens do.
	Repository string
}

// GitLab is a project of gitlab.com or of an instance of one's own.
type GitLab struct {
	// Host is the instance's, without a scheme. AWS must reach it over the internet.
	Host string
	// Project is the path of groups and project.
	Project string
	// Branch is the protected branch that is deployed.
	Branch string
}

const (
	meansState      = "the engine's backend: bucket, region and key"
	meansBucket     = "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens, e.g. acme-pitboss-state"
	meansAlias      = "the alias of a KMS key of your own, e.g. alias/pitboss-state"
	meansRepository = "owner/name of a repository on GitHub, without wildcards, e.g. acme/casino"
	meansForgeHost  = "the host name of a GitLab instance, e.g. gitlab.com"
	meansProject    = "the path of a GitLab project, without wildcards, e.g. acme/platform/casino"
	meansBranch     = "the one protected branch that is deployed, e.g. main"
)

// None of these lets a wildcard or a colon through: what they hold becomes the subject that
// a role trusts, and a colon would begin the subject's next part.
var (
	bucketForm     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	aliasForm      = regexp.MustCompile(`^alias/[A-Za-z0-9_-][A-Za-z0-9/_-]{0,249}$`)
	repositoryForm = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}/[A-Za-z0-9._-]{1,100}$`)
	projectForm    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$`)
	branchForm     = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./-]{0,254}$`)
)

// delivery reads who may change the market from a runner.
func (r *reader) delivery(n *yaml.Node, m Market) *Delivery {
	if n == nil {
		return nil
	}
	f := r.object(n, "delivery", []key{{"state", true, meansState}, {"github", false, ""}, {"gitlab", false, ""}})
	out := &Delivery{State: r.state(f["state"], m)}
	if f != nil && f["github"] == nil && f["gitlab"] == nil {
		r.blame("delivery", "neither github nor gitlab", "at least one of the two", "name the forge whose runners may change the market, or remove delivery")
	}
	if n := f["github"]; n != nil {
		g := r.object(n, "delivery.github", []key{{"repository", true, meansRepository}})
		out.GitHub = &GitHub{r.form(g["repository"], "delivery.github.repository", meansRepository, repositoryForm, nextRepository)}
	}
	if n := f["gitlab"]; n != nil {
		g := r.object(n, "delivery.gitlab", []key{{"host", true, meansForgeHost}, {"project", true, meansProject}, {"branch", true, meansBranch}})
		out.GitLab = &GitLab{
			Host:    r.host(g["host"]),
			Project: r.form(g["project"], "delivery.gitlab.project", meansProject, projectForm, always("write the path that stands behind the host in the project's address")),
			Branch:  r.form(g["branch"], "delivery.gitlab.branch", meansBranch, branchForm, always("name the branch itself")),
		}
	}
	return out
}

// state reads where the engine keeps its state. It must stay where the market may be: it
// says what the market is made of, and holds its secrets, if only encrypted.
func (r *reader) state(n *yaml.Node, m Market) State {
	if n == nil {
		return State{}
	}
	f := r.object(n, "delivery.state", []key{{"bucket", true, meansBucket}, {"region", true, "home or standby"}, {"key", true, meansAlias}})
	out := State{
		Bucket:   r.form(f["bucket"], "delivery.state.bucket", meansBucket, bucketForm, nextBucket),
		Region:   value(r, f["region"], "delivery.state.region", regions.Parse, regions.Names()),
		KeyAlias: r.form(f["key"], "delivery.state.key", meansAlias, aliasForm, nextAlias),
	}
	if len(out.Bucket) > 63 || len(out.Bucket) == 1 || len(out.Bucket) == 2 {
		r.blame("delivery.state.bucket", strconv.Quote(out.Bucket), meansBucket, "S3 has no bucket of this name: copy the bucket's")
	}
	if strings.HasPrefix(out.KeyAlias, "alias/aws/") {
		r.blame("delivery.state.key", strconv.Quote(out.KeyAlias), meansAlias, "make a key of your own: AWS's cannot be kept from anybody in the account")
	}
	if !out.Region.IsZero() && !m.Home.IsZero() && !m.Standby.IsZero() && out.Region != m.Home && out.Region != m.Standby {
		r.blame("delivery.state.region", out.Region.String(), fmt.Sprintf("%s (home) or %s (standby)", m.Home, m.Standby), "keep the state where the market may be: it holds the market's secrets")
	}
	return out
}

// form reads a value of one form.
func (r *reader) form(n *yaml.Node, path, means string, form *regexp.Regexp, next func(found string) string) string {
	s, ok := r.text(n, path, means)
	switch {
	case !ok:
		return ""
	case !form.MatchString(s):
		r.blame(path, strconv.Quote(s), means, next(s))
		return ""
	}
	return s
}

func always(next string) func(string) string { return func(string) string { return next } }

func nextRepository(found string) string {
	if u, err := url.Parse(found); err == nil && u.Host != "" {
		return "did you mean " + strconv.Quote(strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")) + "?"
	}
	if strings.ContainsAny(found, "*?") {
		return "name one repository: whoever may push to another would deploy here"
	}
	return "write owner/name, as in the repository's address"
}

func nextBucket(found string) string {
	if bare, ok := strings.CutPrefix(found, "s3://"); ok {
		return "did you mean " + strconv.Quote(strings.TrimSuffix(bare, "/")) + "?"
	}
	return "write the bucket's name alone"
}

func nextAlias(found string) string {
	if strings.HasPrefix(found, "arn:") {
		return "write what stands behind the account in the alias's ARN"
	}
	return "write the alias with alias/ before it"
}

// host reads a GitLab instance. It becomes an address and part of a condition's key.
func (r *reader) host(n *yaml.Node) string {
	const path = "delivery.gitlab.host"
	s, ok := r.text(n, path, meansForgeHost)
	if !ok {
		return ""
	}
	if !isHost(s) {
		next := "write the host alone, in lower case, without https:// and without a port"
		if u, err := url.Parse(s); err == nil && isHost(u.Hostname()) {
			next = "did you mean " + strconv.Quote(u.Hostname()) + "?"
		}
		r.blame(path, strconv.Quote(s), meansForgeHost, next)
		return ""
	}
	return s
}

func isHost(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if !labelForm.MatchString(l) {
			return false
		}
	}
	return len(labels) >= 2 && len(s) <= 253
}
