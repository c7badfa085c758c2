package rules

import (
	"slices"
	"strings"
)

func trusted(r Resource) bool { return r.Is("iam/role:Role") }

// eachTrust is a check of every statement by which a role trusts somebody.
func eachTrust(check func(c *Case, s statement, name string)) func(*Case) {
	return func(c *Case) {
		all, _ := c.statements("assumeRolePolicy")
		for i, s := range all {
			if s.allows() {
				check(c, s, s.name(i))
			}
		}
	}
}

// podIdentity is the service that gives pods their roles.
const podIdentity = "pods.eks.amazonaws.com"

func identityTrustRules() []Rule {
	trusts := func(statement string) Resource {
		return thing("aws:iam/role:Role", "wallet", jsonMap{"assumeRolePolicy": policy(statement)})
	}
	const (
		own    = `{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/admin"]},"Action":"sts:AssumeRole"}`
		pods   = `{"Effect":"Allow","Principal":{"Service":["pods.eks.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]`
		named  = `,"Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":["wallet"],"aws:RequestTag/kubernetes-service-account":["wallet"],"aws:SourceAccount":["111122223333"]}}}`
		forge  = `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/forge.example"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":`
		branch = `{"StringEquals":{"forge.example:aud":"sts.amazonaws.com","forge.example:sub":"repo:acme/pitboss:ref:refs/heads/main"}}}`
	)
	registered := thing("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "forge", jsonMap{"url": "https://forge.example"})
	computed := trusts(strings.Replace(forge+branch, "111122223333", "", 1))
	computed.From = map[string][]string{"assumeRolePolicy": {registered.URN}}
	return []Rule{
		{
			ID: "iam-trust-own", Title: "Roles trust AWS's services and the market's own account, and nobody else",
			Protects: "a role trusted a supplier's account, the supplier was broken into, and so was the ledger",
			Source:   Source{AWS, "IAM Access Analyzer: external access to roles"},
			Severity: Critical, Scope: One, About: trusted,
			Check: eachTrust(checkTrust),
			Holds: []Example{shows("its own account", trusts(own)), shows("pods", trusts(pods+named)), shows("a forge of its account", trusts(forge+branch)), shows("a forge that the stack registers", computed, registered)},
			Breaks: []Example{
				shows("everybody", trusts(`{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`)),
				shows("another account", trusts(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}`)),
				shows("another account by number", trusts(`{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}`)),
				shows("another's forge", trusts(strings.Replace(forge+branch, "111122223333", "444455556666", 1))),
				shows("a forge that nobody registers", computed),
				shows("no service of AWS", trusts(`{"Effect":"Allow","Principal":{"Service":"example.com"},"Action":"sts:AssumeRole"}`)),
			},
		},
		{
			ID: "iam-federation-narrow", Title: "A role that others' tokens open names their audience and one subject",
			Protects: "any repository of a public forge could become the role that deploys, because the subject had a star",
			Source:   Source{AWS, "IAM: OIDC federation, conditions on aud and sub"},
			Severity: Critical, Scope: One, About: trusted,
			Check: eachTrust(checkFederation),
			Holds: []Example{shows("one branch", trusts(forge+branch)), shows("not federated", trusts(own))},
			Breaks: []Example{
				shows("no condition", trusts(forge+`{}}`)),
				shows("no subject", trusts(forge+`{"StringEquals":{"forge.example:aud":"sts.amazonaws.com"}}}`)),
				shows("any repository", trusts(forge+`{"StringEquals":{"forge.example:aud":"sts.amazonaws.com"},"StringLike":{"forge.example:sub":"repo:*"}}}`)),
				shows("any of an owner", trusts(forge+`{"StringEquals":{"forge.example:aud":"sts.amazonaws.com"},"StringLike":{"forge.example:sub":"repo:acme/*"}}}`)),
			},
		},
		{
			ID: "iam-pod-identity-narrow", Title: "A role of pods names the namespace and the service account that may have it",
			Protects: "an association made for a test gave a reporting pod the wallet's role",
			Source:   Source{AWS, "EKS Pod Identity: session tags in trust policies"},
			Severity: High, Scope: One, About: trusted,
			Check: eachTrust(checkPodTrust),
			Holds: []Example{shows("the wallet's", trusts(pods+named))},
			Breaks: []Example{
				shows("any pod", trusts(pods+`}`)),
				shows("any pod of a namespace", trusts(pods+`,"Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"wallet"}}}`)),
				shows("any namespace", trusts(strings.ReplaceAll(pods+named, `"wallet"`, `"*"`))),
			},
		},
	}
}

func checkTrust(c *Case, s statement, name string) {
	account := c.Stack.Market.Account
	for _, who := range s.Principal["AWS"] {
		part := strings.SplitN(who, ":", 6)
		switch {
		case who == account || len(part) == 6 && part[4] == account:
		case len(part) == 6 && part[4] == "" && c.trustFrom(trusted):
		default:
			c.Failf("%s trusts %s, which is not of account %s: refuse it", name, who, account)
		}
	}
	for _, who := range s.Principal["Service"] {
		if !strings.HasSuffix(who, ".amazonaws.com") {
			c.Failf("%s trusts service %s, which is none of AWS's", name, who)
		}
	}
	for _, who := range s.Principal["Federated"] {
		part := strings.SplitN(who, ":", 6)
		if own := len(part) == 6 && (part[4] == account || part[4] == "" && c.trustFrom(registers)); !own {
			c.Failf("%s trusts tokens of %s, which account %s has not registered", name, who, account)
		}
	}
	if len(s.Principal["CanonicalUser"]) > 0 {
		c.Failf("%s trusts a canonical user: name a role", name)
	}
}

// trustFrom tells whether the trust policy is computed from such a resource of this stack. An
// ARN without an account is not one of IAM's: what the program computes from a resource that
// this stack makes is this account's all the same.
func (c *Case) trustFrom(such func(Resource) bool) bool {
	return slices.ContainsFunc(c.Resource.From["assumeRolePolicy"], func(urn string) bool {
		r, ok := c.Stack.Find(urn)
		return ok && such(r)
	})
}

// registers tells whether a resource makes the account believe somebody's tokens.
func registers(r Resource) bool { return r.Is("iam/openIdConnectProvider:OpenIdConnectProvider") }

func checkFederation(c *Case, s statement, name string) {
	if len(s.Principal["Federated"]) == 0 {
		return
	}
	audience := s.wants(func(key string) bool { return strings.HasSuffix(key, ":aud") })
	if len(audience) == 0 || slices.ContainsFunc(audience, func(v string) bool { return strings.Contains(v, "*") }) {
		c.Failf("%s takes tokens for any audience: want one in a condition on <provider>:aud", name)
	}
	subject := s.wants(func(key string) bool { return strings.HasSuffix(key, ":sub") })
	if len(subject) == 0 || slices.ContainsFunc(subject, wideSubject) {
		c.Failf("%s takes tokens of subjects %v: name one repository, up to its last star, in a condition on <provider>:sub", name, subject)
	}
}

// wideSubject tells whether a subject is more than one repository, as both forges write it:
// repo:owner/name:..., project_path:group/name:...
func wideSubject(v string) bool {
	part := strings.Split(v, ":")
	return len(part) < 2 || strings.ContainsAny(part[0]+part[1], "*?")
}

func checkPodTrust(c *Case, s statement, name string) {
	if !slices.Contains(s.Principal["Service"], podIdentity) {
		return
	}
	for _, tag := range []string{"kubernetes-namespace", "kubernetes-service-account"} {
		values := s.wants(func(key string) bool { return key == "aws:requesttag/"+tag })
		if len(values) == 0 || slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?") }) {
			c.Failf("%s trusts pods with %s %v: name it in a condition on aws:RequestTag/%s", name, tag, values, tag)
		}
	}
}
