package tests

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pitboss/internal/record"
)

// mayAdminister is what a key policy may give the account: nothing that reads or
// encrypts, nothing that loses the key in one step, and not UpdatePrimaryRegion, after
// which the provider cannot read the key.
var mayAdminister = []string{
	"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey",
	"kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus",
	"kms:ListAliases", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations",
	"kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RevokeGrant",
	"kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
}

// mayUse is what a key policy may give a user of the key.
var mayUse = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:CreateGrant", "kms:ListGrants"}

// serviceName is one AWS service, whole.
var serviceName = regexp.MustCompile(`^[a-z0-9.-]+\.amazonaws\.com$`)

var keyRule = rule{
	name: "key-policies-are-narrow", why: "whoever may use a key may read what it protects", about: is("kms/key:Key", "ReplicaKey"),
	check:  keyPolicyIsNarrow,
	breaks: set("", "policy"),
	also: map[string]breaking{
		"EveryAction":    alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:*"],"Resource":["*"]}`),
		"Wildcard":       alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:D*"],"Resource":["*"]}`),
		"AccountUses":    alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:Decrypt"],"Resource":["*"]}`),
		"MovesPrimary":   alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:UpdatePrimaryRegion"],"Resource":["*"]}`),
		"LosesKey":       alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:ScheduleKeyDeletion"],"Resource":["*"]}`),
		"ForeignAccount": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::999999999999:root"]},"Action":["kms:Decrypt"],"Resource":["*"]}`),
		"ForeignAdmin":   alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::999999999999:root"]},"Action":["kms:PutKeyPolicy"],"Resource":["*"]}`),
		"BareRole":       alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:role/app"]},"Action":["kms:Decrypt"],"Resource":["*"]}`),
		"Anyone":         alsoSays(`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["kms:Decrypt"],"Resource":["*"]}`),
		"AnyRole": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["kms:Decrypt"],"Resource":["*"],
			"Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::%ACCOUNT%:role/*"]},"StringEquals":{"kms:CallerAccount":["%ACCOUNT%"]}}}`),
		"ForeignRole": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["kms:Decrypt"],"Resource":["*"],
			"Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::999999999999:role/app"]},"StringEquals":{"kms:CallerAccount":["%ACCOUNT%"]}}}`),
		"IfExists": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:Decrypt"],"Resource":["*"],
			"Condition":{"StringEqualsIfExists":{"kms:CallerAccount":["%ACCOUNT%"],"kms:ViaService":["s3.%REGION%.amazonaws.com"]}}}`),
		"OtherRegion": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:Decrypt"],"Resource":["*"],
			"Condition":{"StringEquals":{"kms:CallerAccount":["%ACCOUNT%"],"kms:ViaService":["s3.us-east-1.amazonaws.com"]}}}`),
		"AnyGrant": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"Action":["kms:CreateGrant"],"Resource":["*"],
			"Condition":{"StringEquals":{"kms:CallerAccount":["%ACCOUNT%"],"kms:ViaService":["s3.%REGION%.amazonaws.com"]}}}`),
		"BareService": alsoSays(`{"Effect":"Allow","Principal":{"Service":["logs.%REGION%.amazonaws.com"]},"Action":["kms:Decrypt"],"Resource":["*"]}`),
		"ServiceForAnyone": alsoSays(`{"Effect":"Allow","Principal":{"Service":["delivery.logs.amazonaws.com"]},"Action":["kms:Decrypt"],"Resource":["*"],
			"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:logs:*:*:*"]}}}`),
		"TwoPrincipals": alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root","arn:aws:iam::999999999999:root"]},"Action":["kms:DescribeKey"],"Resource":["*"]}`),
		"NotAction":     alsoSays(`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%ACCOUNT%:root"]},"NotAction":["kms:Decrypt"],"Resource":["*"]}`),
	},
}

// keyPolicyIsNarrow wants every statement that allows anything to be one of the four
// shapes that were thought through. Whatever else it is, it is refused.
func keyPolicyIsNarrow(p place, r record.Resource) error {
	d, err := policyOf(r)
	if err != nil {
		return err
	}
	at := keyPlace{account: p.market.Account, region: p.all.Region(r)}
	for _, s := range d.Statement {
		if s.Effect == "Deny" {
			continue
		}
		shapes := []func(statement) bool{at.administers, at.usesThrough, at.servesSource, at.namesRole}
		if s.Effect != "Allow" || !slices.ContainsFunc(shapes, func(shape func(statement) bool) bool { return shape(s) }) {
			return fmt.Errorf("statement %q is neither the account's administration, nor use through a service, nor a service's use for a source of ours, nor one role's: %+v", s.Sid, s)
		}
	}
	return nil
}

// keyPlace is where and for whom a key is.
type keyPlace struct{ account, region string }

func (at keyPlace) root() string { return "arn:aws:iam::" + at.account + ":root" }

// administers: the account, without cryptography.
func (at keyPlace) administers(s statement) bool {
	return only(s.Principal.AWS, at.root()) && len(s.Principal.Service) == 0 && within(s.Action, mayAdminister)
}

// usesThrough: the account's principals, when one service of the key's region asks in
// their name.
func (at keyPlace) usesThrough(s statement) bool {
	via := s.Condition["StringEquals"]["kms:ViaService"]
	return only(s.Principal.AWS, at.root()) && len(s.Principal.Service) == 0 && at.mayUse(s) && at.ownCaller(s) &&
		len(via) == 1 && serviceName.MatchString(via[0]) && strings.HasSuffix(via[0], "."+at.region+".amazonaws.com")
}

// servesSource: one service acting for itself, for a source in this account and region.
func (at keyPlace) servesSource(s statement) bool {
	sources := slices.Concat(s.Condition["ArnLike"]["aws:SourceArn"], s.Condition["ArnEquals"]["aws:SourceArn"],
		s.Condition["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"])
	return len(s.Principal.AWS) == 0 && len(s.Principal.Service) == 1 && serviceName.MatchString(s.Principal.Service[0]) &&
		at.mayUse(s) && len(sources) == 1 && strings.HasPrefix(sources[0], "arn:aws:logs:"+at.region+":"+at.account+":")
}

// namesRole: one role of the account, in a condition because it may not exist yet.
func (at keyPlace) namesRole(s statement) bool {
	role := s.Condition["ArnEquals"]["aws:PrincipalArn"]
	return only(s.Principal.AWS, "*") && len(s.Principal.Service) == 0 && at.mayUse(s) && at.ownCaller(s) &&
		len(role) == 1 && strings.HasPrefix(role[0], "arn:aws:iam::"+at.account+":role/") && !strings.ContainsAny(role[0], "*?")
}

// mayUse: only what a user needs, and grants only for what AWS makes in its name.
func (at keyPlace) mayUse(s statement) bool {
	return within(s.Action, mayUse) &&
		(!slices.Contains(s.Action, "kms:CreateGrant") || only(s.Condition["Bool"]["kms:GrantIsForAWSResource"], "true"))
}

func (at keyPlace) ownCaller(s statement) bool {
	return only(s.Condition["StringEquals"]["kms:CallerAccount"], at.account)
}

func only(values []string, value string) bool { return slices.Equal(values, []string{value}) }

// within is whether there are some, and all are among allowed.
func within(some, allowed []string) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(allowed, one) })
}
