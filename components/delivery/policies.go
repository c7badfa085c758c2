package delivery

import (
	"slices"
	"strings"

	"pitboss/components/internal/iam"
	"pitboss/components/naming"
)

// project is the engine's name of the program (Pulumi.yaml), a folder in its backend.
const project = "pitboss"

// ours starts the names of the market's own buckets and roles.
func (a Args) ours() string { return "pitboss-" + a.Market.Name + "-" }

// stateObjects is the market's own objects of the backend in these folders. Other
// markets' may be in the same bucket.
func (a Args) stateObjects(folders ...string) []string {
	out := make([]string, 0, len(folders))
	for _, f := range folders {
		out = append(out, naming.BucketARN(a.State.Bucket)+"/.pulumi/"+f+"/"+project+"/"+a.Market.Name+"-*")
	}
	return out
}

// readState is reading the market's states as they are stored, where the key is allowed.
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
	}
}

// key is using the state's key, which is known by its alias alone: it is not of the
// market's making, and IAM compares keys by ARN.
func (a Args) key(actions ...string) iam.Statement {
	return iam.Statement{
		Sid: "StateKey", Effect: iam.Allow, Action: actions, Condition: iam.Condition{"ForAnyValue:StringEquals": {"kms:ResourceAliases": {a.State.KeyAlias}}},
		Resource: []string{"arn:aws:kms:" + a.State.Region.String() + ":" + a.Market.Account + ":key/*"},
	}
}

// mayPreview is reading states, and nothing else: no cloud, and no secret in them, which is
// encrypted again, with the same key but not through S3.
func (a Args) mayPreview() iam.Policy {
	key := a.key("kms:Decrypt")
	key.Condition["StringEquals"] = map[string][]string{"kms:ViaService": {"s3." + a.State.Region.String() + ".amazonaws.com"}}
	return iam.Document(append(a.readState(), key)...)
}

// mayCompare is reading the cloud as well, to compare it with the states.
func (a Args) mayCompare() iam.Policy {
	forges := append(slices.Clone(roleReads), "iam:GetOpenIDConnectProvider")
	out := append(a.readState(), a.key("kms:Decrypt"))
	out = append(out, a.over("Look", services, func(s service) (named, alone []string) { return s.reads, s.looks })...)
	return iam.Document(append(out, iam.Statement{
		Sid: "LookAtRoles", Effect: iam.Allow, Action: forges, Resource: append([]string{a.ownRoles()}, a.forgeARNs()...),
	})...)
}

// mayChange is changing one stack: its states, and what stacks of its kind are made of, in
// the market's two regions. Whatever else it says, what is kept forever stays, no other
// role is taken on, and only the foundation changes these roles.
func (a Args) mayChange(st Stack) iam.Policy {
	out := append(a.readState(),
		iam.Statement{
			Sid: "OwnState", Effect: iam.Allow, Action: []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
			Resource: a.ownState(st),
		},
		a.key("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
	)
	own := slices.DeleteFunc(slices.Clone(services), func(s service) bool { return !slices.Contains(s.kinds, st.Kind) })
	out = append(out, a.over("Change", own, func(s service) (named, alone []string) {
		return slices.Concat(s.changes, s.reads), slices.Concat(s.makes, s.looks)
	})...)
	return iam.Document(slices.Concat(out, a.mayMakeRoles(st), a.never(st))...)
}

// over allows actions of services on what they are about. Services share a statement, since
// AWS takes ten thousand characters a role: an ARN says of itself whose it is.
func (a Args) over(sid string, of []service, which func(service) (named, alone []string)) []iam.Statement {
	var out []iam.Statement
	for _, anywhere := range []bool{false, true} {
		on := iam.Statement{Sid: sid, Effect: iam.Allow}
		any := iam.Statement{Sid: sid + "Unnamed", Effect: iam.Allow, Resource: []string{"*"}}
		if anywhere {
			on.Sid, any.Sid = sid+"Anywhere", sid+"UnnamedAnywhere"
		} else {
			on.Condition, any.Condition = a.inRegions(), a.inRegions()
		}
		for _, s := range of {
			if s.anywhere != anywhere {
				continue
			}
			named, alone := which(s)
			if len(named) > 0 {
				on.Action, on.Resource = added(on.Action, s.actions(named)), added(on.Resource, a.arns(s.on))
			}
			any.Action = added(any.Action, s.actions(alone))
		}
		for _, s := range []iam.Statement{on, any} {
			if len(s.Action) > 0 {
				out = append(out, s)
			}
		}
	}
	return out
}

// added is a list with what it does not have yet.
func added(list, more []string) []string {
	for _, one := range more {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
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
	own := []string{a.ownRoles()}
	out := []iam.Statement{
		{Sid: "Roles", Effect: iam.Allow, Action: append(slices.Clone(roleActions), roleReads...), Resource: own},
		{
			Sid: "PassRoles", Effect: iam.Allow, Action: []string{"iam:PassRole"}, Resource: own,
			Condition: iam.Condition{"StringEquals": {"iam:PassedToService": passed}},
		},
		{
			Sid: "ServicesOwnRoles", Effect: iam.Allow, Action: []string{"iam:CreateServiceLinkedRole"}, Resource: []string{a.Market.RoleARN("aws-service-role/*")},
			Condition: iam.Condition{"StringEquals": {"iam:AWSServiceName": linked[st.Kind]}},
		},
	}
	if st.Kind == Foundation {
		out = append(out, iam.Statement{Sid: "Forges", Effect: iam.Allow, Action: append(slices.Clone(forgeActions), "iam:GetOpenIDConnectProvider"), Resource: a.forgeARNs()})
	}
	return out
}

// ownRoles is every role of the market's stacks: those that the program names, and those
// that the engine does, by the pattern in Pulumi.yaml.
func (a Args) ownRoles() string { return a.Market.RoleARN(a.ours() + "*") }

func (a Args) never(st Stack) []iam.Statement {
	out := []iam.Statement{
		{Sid: "Kept", Effect: iam.Deny, Action: kept, Resource: []string{"*"}},
		{Sid: "KeptEvidence", Effect: iam.Deny, Action: keptInBuckets, Resource: []string{naming.BucketARN(a.ours() + "*")}},
		{Sid: "NobodyElse", Effect: iam.Deny, Action: []string{"sts:AssumeRole"}, Resource: []string{"*"}},
	}
	if st.Kind != Foundation {
		own := a.Market.RoleARN(a.Market.Role(a.Home, prefix) + "*")
		out = append(out, iam.Statement{Sid: "NotTheseRoles", Effect: iam.Deny, Action: []string{"iam:*"}, Resource: []string{own}})
	}
	return out
}

// forgeARNs is the identities of the forges, which AWS names after their addresses.
func (a Args) forgeARNs() []string {
	var out []string
	for _, f := range a.forges() {
		out = append(out, strings.Replace(a.Market.RoleARN(f.issuer), ":role/", ":oidc-provider/", 1))
	}
	return out
}

// inRegions holds a request to the market's regions: what would leave them is refused
// before any rule of ours looks at it.
func (a Args) inRegions() iam.Condition {
	return iam.Condition{"StringEquals": {"aws:RequestedRegion": {a.Home.String(), a.Standby.String()}}}
}

// arns is resources of the table as ARNs.
func (a Args) arns(of []string) []string {
	fill := strings.NewReplacer("{at}", "*:"+a.Market.Account, "{account}", a.Market.Account, "{market}", a.Market.Name)
	out := make([]string, 0, len(of))
	for _, one := range of {
		out = append(out, "arn:aws:"+fill.Replace(one))
	}
	return out
}

// actions is the service's actions of these names.
func (s service) actions(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, s.name+":"+n)
	}
	return out
}
