package tests

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// holdsData are the types whose loss or replacement loses data, keys, evidence or
// identity, by the start of their token.
var holdsData = []string{
	"aws:kms/key", "aws:kms/replicaKey", "aws:s3/", "aws:rds/", "aws:dynamodb/", "aws:elasticache/", "aws:msk/",
	"aws:secretsmanager/", "aws:route53/zone", "aws:ecr/", "aws:backup/", "random:",
}

func isStateful(r record.Resource) bool {
	return slices.ContainsFunc(holdsData, func(start string) bool { return strings.HasPrefix(r.Type, start) })
}

// document is as much of a policy as the rules read.
type document struct {
	Statement []struct {
		Sid, Effect      string
		Principal        struct{ AWS, Service []string }
		Action, Resource []string
		Condition        map[string]map[string][]string
	}
}

var evidenceRules = []rule{
	{
		name: "stateful-is-protected", why: "its loss is an incident, not a diff", about: isStateful,
		check: func(_ place, r record.Resource) error {
			if !r.Protect || !r.Retain {
				return fmt.Errorf("protect %t and retain on delete %t, want both", r.Protect, r.Retain)
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.Retain = false },
	},
	{
		name: "keys-last", why: "a key that is lost or never changes is a breach waiting", about: is("kms/key:Key"),
		check: func(_ place, r record.Resource) error {
			return first(want(r, true, "enableKeyRotation"), want(r, true, "multiRegion"), want(r, 30.0, "deletionWindowInDays"))
		},
		breaks: set(false, "enableKeyRotation"),
	},
	{
		name: "replicas-last", why: "a replica has a life of its own", about: is("ReplicaKey"),
		check: func(p place, r record.Resource) error {
			if where := p.all.Region(r); where != p.market.Standby.String() {
				return fmt.Errorf("it is in %s, want the standby region %s", where, p.market.Standby)
			}
			return want(r, 30.0, "deletionWindowInDays")
		},
		breaks: set(7.0, "deletionWindowInDays"),
	},
	{
		name: "key-policies-are-narrow", why: "whoever may use a key may read what it protects", about: is("kms/key:Key", "ReplicaKey"),
		check:  keyPolicyIsNarrow,
		breaks: set(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["kms:*"],"Resource":["*"]}]}`, "policy"),
	},
	{
		name: "locked-for-its-class", why: "too short loses evidence, too long breaches privacy law", about: is("BucketObjectLockConfigurationV2"),
		check: func(p place, r record.Resource) error {
			for _, kept := range p.market.Jurisdiction.Retentions() {
				if strings.Contains(r.Name, "-audit-"+string(kept.Class)+"-") {
					return first(want(r, "COMPLIANCE", "rule", "defaultRetention", "mode"),
						want(r, float64(kept.Years), "rule", "defaultRetention", "years"),
						want(r, nil, "rule", "defaultRetention", "days"))
				}
			}
			return fmt.Errorf("its record class is not one of the jurisdiction's")
		},
		breaks: set(99.0, "rule", "defaultRetention", "years"),
	},
	{
		name: "encrypted-with-the-audit-key", why: "evidence is read with its own key and no other", about: is("BucketServerSideEncryptionConfigurationV2"),
		check: func(p place, r record.Resource) error {
			by := []any{"rules", 0, "applyServerSideEncryptionByDefault"}
			if strings.Contains(r.Name, "-access-logs-") { // S3 delivers access logs under its own keys only
				return want(r, "AES256", append(by, "sseAlgorithm")...)
			}
			key := "arn:aws:recorded:::keys-audit"
			if p.all.Region(r) == p.market.Standby.String() {
				key += "-replica"
			}
			return first(want(r, "aws:kms", append(by, "sseAlgorithm")...), want(r, key, append(by, "kmsMasterKeyId")...))
		},
		breaks: set("none", "rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm"),
	},
	{
		name: "private-buckets", why: "no bucket of ours has anything for the public", about: is("BucketPublicAccessBlock"),
		check: func(_ place, r record.Resource) error {
			return first(want(r, true, "blockPublicAcls"), want(r, true, "blockPublicPolicy"), want(r, true, "ignorePublicAcls"), want(r, true, "restrictPublicBuckets"))
		},
		breaks: set(false, "blockPublicPolicy"),
	},
	{
		name: "only-over-tls", why: "evidence does not travel in the clear", about: is("BucketPolicy"),
		check: func(_ place, r record.Resource) error {
			var d document
			if err := r.JSON(&d, "policy"); err != nil {
				return err
			}
			for _, s := range d.Statement {
				if s.Effect == "Deny" && slices.Equal(s.Condition["Bool"]["aws:SecureTransport"], []string{"false"}) {
					return nil
				}
			}
			return fmt.Errorf("nothing denies requests without TLS")
		},
		breaks: set(`{"Statement":[]}`, "policy"),
	},
}

// keyPolicyIsNarrow reads a key policy statement by statement.
func keyPolicyIsNarrow(p place, r record.Resource) error {
	var d document
	if err := r.JSON(&d, "policy"); err != nil {
		return err
	}
	root := "arn:aws:iam::" + p.market.Account + ":root"
	for _, s := range d.Statement {
		crypto := slices.ContainsFunc(s.Action, func(a string) bool {
			return strings.HasPrefix(a, "kms:Decrypt") || strings.HasPrefix(a, "kms:Encrypt") || strings.HasPrefix(a, "kms:GenerateDataKey") || a == "kms:CreateGrant" || a == "kms:ReEncrypt*"
		})
		switch {
		case slices.Contains(s.Action, "kms:*") || slices.Contains(s.Action, "*"):
			return fmt.Errorf("statement %s allows every action", s.Sid)
		case slices.Contains(s.Action, "kms:UpdatePrimaryRegion"):
			return fmt.Errorf("statement %s lets a recovery move the primary, which the provider cannot read afterwards", s.Sid)
		case slices.Contains(s.Principal.AWS, "*") && (len(s.Condition["ArnEquals"]["aws:PrincipalArn"]) != 1 || len(s.Condition["StringEquals"]["kms:CallerAccount"]) != 1):
			return fmt.Errorf("statement %s is for anyone, and no condition names the one role it means", s.Sid)
		case slices.Contains(s.Principal.AWS, root) && crypto && len(s.Condition["StringEquals"]["kms:ViaService"]) == 0:
			return fmt.Errorf("statement %s lets the account use the key by hand, not through a service", s.Sid)
		case len(s.Principal.Service) > 0 && len(s.Condition) == 0:
			return fmt.Errorf("statement %s lets a service use the key for anybody", s.Sid)
		}
		for _, via := range s.Condition["StringEquals"]["kms:ViaService"] {
			if !strings.Contains(via, "."+p.all.Region(r)+".") {
				return fmt.Errorf("statement %s is for %s, the key is in %s", s.Sid, via, p.all.Region(r))
			}
		}
	}
	return nil
}

// stackOf is m's stack of a kind; the home one of regions.
func stackOf(m market.Market, kind market.Kind) market.Stack {
	i := slices.IndexFunc(m.Stacks(), func(s market.Stack) bool { return s.Kind == kind })
	return m.Stacks()[i]
}
