package delivery

import (
	"slices"
	"strings"

	"pitboss/components/internal/iam"
	"pitboss/components/naming"
)

// project is the engine's name of the program (Pulumi.yaml), a folder in its backend.
const project = "pitboss"

// buckets starts the names of the market's own buckets.
func (a Args) buckets() string { return "pitboss-" + a.Market.Name + "-" }

// stateObjects is the market's own objects of the backend in these folders. Other
// markets' may be in the same bucket.
func (a Args) stateObjects(folders ...string) []string {
	out := make([]string, 0, len(folders))
	for _, f := range folders {
		out = append(out, naming.BucketARN(a.State.Bucket)+"/.pulumi/"+f+"/"+project+"/"+a.Market.Name+"-*")
	}
	return out
}

// readState is reading the market's states as they are stored: what is secret in them is
// encrypted again, with the same key but not through S3.
func (a Args) readState() []iam.Statement {
	return []iam.Statement{
		{
			Sid: "States", Effect: iam.Allow, Action: []string{"s3:GetObject"},
			Resource: append([]string{naming.BucketARN(a.State.Bucket) + "/.pulumi/meta.yaml"}, a.stateObjects("stacks")...),
		},
		{
			Sid: "StateNames", Effect: iam.Allow, Action: []string{"s3:ListBucket"}, Resource: []string{naming.BucketARN(a.State.Bucket)},
			Condition: iam.Condition{"StringLike": {"s3:prefix": {".pulumi/*"}}},
		},
		a.key("StateKey", "kms:Decrypt", iam.Condition{"StringEquals": {"kms:ViaService": {"s3." + a.State.Region.String() + ".amazonaws.com"}}}),
	}
}

// key is using the state's key, which is known by its alias alone: it is not of the
// market's making, and IAM compares keys by ARN.
func (a Args) key(sid, action string, also iam.Condition) iam.Statement {
	condition := iam.Condition{"ForAnyValue:StringEquals": {"kms:ResourceAliases": {a.State.KeyAlias}}}
	if equals, ok := also["StringEquals"]; ok {
		condition["StringEquals"] = equals
	}
	return iam.Statement{
		Sid: sid, Effect: iam.Allow, Action: []string{action}, Condition: condition,
		Resource: []string{"arn:aws:kms:" + a.State.Region.String() + ":" + a.Market.Account + ":key/*"},
	}
}

// mayPreview is reading states, and nothing else: no secret in them, and no cloud.
func (a Args) mayPreview() iam.Policy { return iam.Document(a.readState()...) }

// mayCompare is reading the cloud as well, to compare it with the states.
func (a Args) mayCompare() iam.Policy {
	out := append(a.readState(), a.key("StateSecrets", "kms:Decrypt", nil))
	there := iam.Statement{Sid: "Look", Effect: iam.Allow, Resource: []string{"*"}, Condition: a.inRegions()}
	anywhere := iam.Statement{Sid: "LookAnywhere", Effect: iam.Allow, Action: slices.Clone(roleReads), Resource: []string{"*"}}
	anywhere.Action = append(anywhere.Action, "iam:GetOpenIDConnectProvider")
	for _, s := range services {
		actions := s.actions(s.reads...)
		switch {
		case len(s.named) > 0:
			out = append(out, iam.Statement{Sid: sid("Look", s.name), Effect: iam.Allow, Action: actions, Resource: a.named(s), Condition: a.inRegions()})
		case s.anywhere:
			anywhere.Action = append(anywhere.Action, actions...)
		default:
			there.Action = append(there.Action, actions...)
		}
	}
	return iam.Document(append(out, there, anywhere)...)
}

// mayChange is changing one stack: its states, and the services that stacks of its kind are
// made of, in the market's two regions. Whatever else it says, what is kept forever stays,
// no other role is taken on, and only the foundation changes these roles.
func (a Args) mayChange(st Stack) iam.Policy {
	out := append(a.readState(),
		iam.Statement{
			Sid: "OwnState", Effect: iam.Allow, Action: []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
			Resource: a.ownState(st),
		},
		a.key("StateSecrets", "kms:Decrypt", nil), a.key("StateEncrypt", "kms:Encrypt", nil), a.key("StateWrite", "kms:GenerateDataKey", nil),
	)
	there := iam.Statement{Sid: "Change", Effect: iam.Allow, Resource: []string{"*"}, Condition: a.inRegions()}
	anywhere := iam.Statement{Sid: "ChangeAnywhere", Effect: iam.Allow, Resource: []string{"*"}}
	for _, s := range services {
		switch {
		case !slices.Contains(s.kinds, st.Kind):
		case len(s.named) > 0:
			out = append(out, iam.Statement{Sid: sid("Change", s.name), Effect: iam.Allow, Action: s.actions("*"), Resource: a.named(s), Condition: a.inRegions()})
		case s.anywhere:
			anywhere.Action = append(anywhere.Action, s.actions("*")...)
		default:
			there.Action = append(there.Action, s.actions("*")...)
		}
	}
	out = append(out, there)
	if len(anywhere.Action) > 0 {
		out = append(out, anywhere)
	}
	return iam.Document(append(append(out, a.mayMakeRoles(st)...), a.never(st)...)...)
}

// ownState is what the engine writes of one stack: its state, history, backups and locks.
func (a Args) ownState(st Stack) []string {
	at := naming.BucketARN(a.State.Bucket) + "/.pulumi/"
	return []string{
		at + "stacks/" + project + "/" + st.Name + ".json*", // and .json.bak, .json.attrs
		at + "history/" + project + "/" + st.Name + "/*",
		at + "backups/" + project + "/" + st.Name + "/*",
		at + "locks/organization/" + project + "/" + st.Name + "/*",
	}
}

// mayMakeRoles is making roles and handing them to services.
func (a Args) mayMakeRoles(st Stack) []iam.Statement {
	out := []iam.Statement{
		{Sid: "Roles", Effect: iam.Allow, Action: append(slices.Clone(roleActions), roleReads...), Resource: []string{a.Market.RoleARN("*")}},
		{
			Sid: "PassRoles", Effect: iam.Allow, Action: []string{"iam:PassRole"}, Resource: []string{a.Market.RoleARN("*")},
			Condition: iam.Condition{"StringEquals": {"iam:PassedToService": passed}},
		},
		{Sid: "ServicesOwnRoles", Effect: iam.Allow, Action: []string{"iam:CreateServiceLinkedRole"}, Resource: []string{a.Market.RoleARN("aws-service-role/*")}},
	}
	if st.Kind == Foundation {
		out = append(out, iam.Statement{Sid: "Forges", Effect: iam.Allow, Action: append(slices.Clone(forgeActions), "iam:GetOpenIDConnectProvider"), Resource: []string{a.forgeARNs()}})
	}
	return out
}

func (a Args) never(st Stack) []iam.Statement {
	out := []iam.Statement{
		{Sid: "Kept", Effect: iam.Deny, Action: kept, Resource: []string{"*"}},
		{Sid: "KeptEvidence", Effect: iam.Deny, Action: keptInBuckets, Resource: []string{naming.BucketARN(a.buckets() + "*")}},
		{Sid: "NobodyElse", Effect: iam.Deny, Action: []string{"sts:AssumeRole"}, Resource: []string{"*"}},
	}
	if st.Kind != Foundation {
		own := a.Market.RoleARN(a.Market.Role(a.Home, prefix) + "*")
		out = append(out, iam.Statement{Sid: "NotTheseRoles", Effect: iam.Deny, Action: append(slices.Clone(roleActions), "iam:PassRole"), Resource: []string{own}})
	}
	return out
}

// forgeARNs is every forge's identity in the account.
func (a Args) forgeARNs() string {
	return strings.Replace(a.Market.RoleARN("*"), ":role/", ":oidc-provider/", 1)
}

// inRegions holds a request to the market's regions: what would leave them is refused
// before any rule of ours looks at it.
func (a Args) inRegions() iam.Condition {
	return iam.Condition{"StringEquals": {"aws:RequestedRegion": {a.Home.String(), a.Standby.String()}}}
}

// named is the resources of a service that have names of ours.
func (a Args) named(s service) []string {
	fill := strings.NewReplacer(
		"%BUCKETS%", naming.BucketARN(a.buckets()),
		"%SECRETS%", "arn:aws:secretsmanager:*:"+a.Market.Account+":secret:"+a.Market.Secret(""),
	)
	out := make([]string, 0, len(s.named))
	for _, n := range s.named {
		out = append(out, fill.Replace(n))
	}
	return out
}

// actions is the service's actions of these names.
func (s service) actions(names ...string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, s.name+":"+n)
	}
	return out
}

func sid(verb, service string) string {
	return verb + strings.ToUpper(service[:1]) + service[1:]
}
