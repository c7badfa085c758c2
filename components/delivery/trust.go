package delivery

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/iam"
)

// audience is whom the tokens are for. A token that a job asked for to show it elsewhere
// is worth nothing here.
const audience = "sts.amazonaws.com"

const githubIssuer = "token.actions.githubusercontent.com"

// forge is one that signs tokens for its jobs.
type forge struct {
	name, issuer string
	subject      func(environment string) string
	arn          pulumi.StringInput
}

// forges is those that the market believes. A subject is compared whole: a wildcard in one
// would be any branch, or any fork's pull request.
func (a Args) forges() []forge {
	var out []forge
	if a.GitHub != "" {
		out = append(out, forge{name: "github", issuer: githubIssuer, subject: func(environment string) string {
			return "repo:" + a.GitHub + ":environment:" + environment
		}})
	}
	if g := a.GitLab; g != nil {
		out = append(out, forge{name: "gitlab", issuer: g.Host, subject: func(string) string {
			return "project_path:" + g.Project + ":ref_type:branch:ref:" + g.Branch
		}})
	}
	return out
}

// document is a policy whose principals are tokens, which iam.Policy does not have: no
// other of our roles is for somebody outside of AWS.
type document struct {
	Version   string
	Statement []believing
}

// believing is one statement of such a policy.
type believing struct {
	Sid       string
	Effect    iam.Effect
	Principal struct{ Federated string }
	Action    []string
	Condition iam.Condition
}

// trust lets the jobs of one environment take a role on.
func trust(forges []forge, arns []string, environment string) document {
	out := document{Version: "2012-10-17"}
	for i, f := range forges {
		s := believing{
			Sid: f.name, Effect: iam.Allow, Action: []string{"sts:AssumeRoleWithWebIdentity"},
			Condition: iam.Condition{"StringEquals": {
				f.issuer + ":aud": {audience},
				f.issuer + ":sub": {f.subject(environment)},
			}},
		}
		s.Principal.Federated = arns[i]
		out.Statement = append(out.Statement, s)
	}
	return out
}
