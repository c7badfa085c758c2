// Package delivery makes who a forge's runners are in a market's account: one role that
// reads the engine's state, one that looks for drift, and one a stack that changes it. A
// runner shows a token that its forge signs for one job, so no key is kept anywhere. The
// foundation stack imports it; the workflows in .github and ci take the roles on.
//
// A preview of a pull request takes on none of them: it needs no credentials. The role
// "preview" is that of the job which exports the states that such a preview compares with.
//
// On GitHub each role is for one environment, and the forge decides which branch may use
// that and who approves. GitLab's tokens name no environment in what AWS can compare, so
// there a role is for the protected branch, and its approvals are the forge's alone.
package delivery

import (
	"strings"

	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Delivery"

// How long a runner has a role, in seconds. The first up of a region takes longer than the
// hour that AWS gives by default.
const (
	hour     = 3600
	fourHour = 4 * hour
)

// State is where the engine keeps the states of the market's stacks.
type State struct {
	Bucket   string         // not of the market's making
	Region   regions.Region // of bucket and key
	KeyAlias string         // with "alias/"
}

// GitLab is a project of a GitLab instance and the branch that is deployed.
type GitLab struct {
	Host, Project, Branch string
}

// Args describes who may change a market from a runner.
type Args struct {
	// Market is whose account the roles are in. Required.
	Market naming.Market
	// Home and Standby are the only regions in which the roles may change anything.
	// Required.
	Home, Standby regions.Region
	// State is what every role may read. Required.
	State State
	// Stacks is the stacks of the market, each of which gets a role. Required.
	Stacks []Stack
	// GitHub is owner/name of a repository. Empty means no GitHub.
	GitHub string
	// GitLab is a project of GitLab. Nil means no GitLab.
	GitLab *GitLab
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "delivery.Args"}
	p.Check(a.Market.Name != "" && a.Market.Account != "", "Market", "is required: name and account")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.State.Bucket != "" && !a.State.Region.IsZero(), "State", "is required: bucket and region")
	p.Check(!strings.HasPrefix(a.State.Bucket, a.ours()), "State.Bucket", "must not begin with %q, as the market's own buckets do: no role may delete in those, and the engine deletes its locks", a.ours())
	p.Check(strings.HasPrefix(a.State.KeyAlias, "alias/"), "State.KeyAlias", "is required, with alias/: the states hold secrets")
	p.Check(len(a.Stacks) > 0, "Stacks", "is required: a stack without a role is changed by nobody")
	for _, s := range a.Stacks {
		p.Check(s.Name != "" && known(s.Kind), "Stacks", "found %q of kind %q: a name and one of %v are required", s.Name, s.Kind, kinds)
	}
	p.Check(a.GitHub != "" || a.GitLab != nil, "GitHub", "is required, or GitLab: nobody could take a role on")
	p.Check(!strings.ContainsAny(a.GitHub, "*?:") && (a.GitHub == "" || strings.Count(a.GitHub, "/") == 1), "GitHub", "must be owner/name without wildcards, found %q", a.GitHub)
	if a.GitLab != nil {
		g := *a.GitLab
		p.Check(g.Host != "" && g.Project != "" && g.Branch != "" && !strings.ContainsAny(g.Host+g.Project+g.Branch, "*?:"), "GitLab", "must be host, project and branch without wildcards, found %+v", g)
	}
	return p.Err()
}

// Delivery is who the runners of one market are.
type Delivery struct {
	pulumi.ResourceState

	// Roles is the ARN of each role, by the environment whose jobs take it on.
	Roles pulumi.StringMap
}

// New makes the forges' identity and the roles.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Delivery, error) {
	d := &Delivery{Roles: pulumi.StringMap{}}
	s, err := component.Open(ctx, typeToken, name, d, args, pulumi.Map{"market": pulumi.String(args.Market.Name)}, opts)
	if err != nil {
		return nil, err
	}
	forges, err := addForges(s, args)
	if err != nil {
		return nil, err
	}
	for _, r := range args.roles() {
		role, err := addRole(s, args, forges, r)
		if err != nil {
			return nil, err
		}
		d.Roles[r.environment] = role.Arn
	}
	return d, s.Publish(d, pulumi.Map{"roles": d.Roles})
}

// addForges makes AWS believe a forge's tokens. There is one such provider an address and
// account, and a market has an account of its own. It names no thumbprints: AWS trusts the
// authorities that signed the forges' certificates, and ignores them.
func addForges(s component.Scope, a Args) ([]forge, error) {
	forges := a.forges()
	for i, f := range forges {
		made, err := component.Create(s, f.name, awsiam.NewOpenIdConnectProvider, &awsiam.OpenIdConnectProviderArgs{
			Url: pulumi.String("https://" + f.issuer), ClientIdLists: pulumi.StringArray{pulumi.String(audience)},
		})
		if err != nil {
			return nil, err
		}
		forges[i].arn = made.Arn
	}
	return forges, nil
}

// role is one role before it is made.
type role struct {
	what, environment string
	seconds           int
	policy            iam.Policy
}

// roles is every role, in the order in which they are made.
func (a Args) roles() []role {
	out := []role{
		{"preview", a.Market.Name + "-preview", hour, a.mayPreview()},
		{"drift", a.Market.Name + "-drift", hour, a.mayCompare()},
	}
	for _, st := range a.Stacks {
		out = append(out, role{"up-" + strings.TrimPrefix(st.Name, a.Market.Name+"-"), st.Name, fourHour, a.mayChange(st)})
	}
	return out
}

// prefix starts the names of all these roles, and of no other role of the market.
const prefix = "ci-"

func addRole(s component.Scope, a Args, forges []forge, r role) (*roles.Role, error) {
	var arns pulumi.StringArray
	for _, f := range forges {
		arns = append(arns, f.arn)
	}
	made, err := roles.New(s, r.what, awsiam.RoleArgs{
		Name:               pulumi.String(a.Market.Role(a.Home, prefix+r.what)),
		Description:        pulumi.String("runners, environment " + r.environment),
		MaxSessionDuration: pulumi.Int(r.seconds),
		AssumeRolePolicy:   component.JSON(arns, func(arns []string) any { return trust(forges, arns, r.environment) }),
	})
	if err != nil {
		return nil, err
	}
	return made, made.Allow(s, r.what+"-policy", nil, func([]string) iam.Policy { return r.policy })
}
