package rules

import (
	"slices"

	"pitboss/components/pools/labels"
)

func separationVaultRules() []Rule {
	role := thing("aws:iam/role:Role", "kyc", jsonMap{"name": "kyc"})
	grant := func(class string) Resource {
		r := thing("aws:iam/rolePolicy:RolePolicy", "kyc", jsonMap{"role": "kyc", "policy": policy(
			`{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:aws:kms:eu-south-1:111122223333:key/` + class + `"]}`)})
		r.From = map[string][]string{"role": {role.URN}}
		return r
	}
	association := thing("aws:eks/podIdentityAssociation:PodIdentityAssociation", "kyc", jsonMap{"namespace": "kyc"})
	association.From = map[string][]string{"roleArn": {role.URN}}
	store := thing("kubernetes:external-secrets.io/v1:SecretStore", "kyc", jsonMap{"metadata": jsonMap{"name": "aws", "namespace": "kyc"}})
	store.From = map[string][]string{"spec": {role.URN}}
	space := func(zone string) Resource {
		return thing("kubernetes:core/v1:Namespace", "kyc", jsonMap{"metadata": jsonMap{"name": "kyc", "labels": jsonMap{labels.Zone: zone}}})
	}

	database := thing("aws:rds/cluster:Cluster", "vault", jsonMap{"kmsKeyId": "arn:aws:kms:eu-south-1:111122223333:key/pii"})
	instances := thing("aws:ec2/securityGroup:SecurityGroup", "vault-instances", jsonMap{})
	clients := thing("aws:ec2/securityGroup:SecurityGroup", "vault-clients", jsonMap{})
	database.From = map[string][]string{"vpcSecurityGroupIds": {instances.URN}}
	from := thing("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "from", jsonMap{"referencedSecurityGroupId": "sg-clients"})
	from.From = map[string][]string{"securityGroupId": {instances.URN}, "referencedSecurityGroupId": {clients.URN}}
	pods := func(zone string) Resource {
		r := thing("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "kyc", jsonMap{"metadata": jsonMap{
			"name": "kyc", "namespace": "kyc", "labels": exampleLabels("kyc", "kyc", realtime, zone, "pii"),
		}})
		r.From = map[string][]string{"spec": {clients.URN}}
		return r
	}
	cidr := but(from, "10.16.0.0/16", "cidrIpv4")
	cidr.From = map[string][]string{"securityGroupId": {instances.URN}}
	return []Rule{
		{
			ID: "vault-keys-for-vault", Title: "Only roles of the vault's namespaces use the keys of players' documents and payments",
			Protects: "a promotion's worker could read the scans of every player's passport",
			Source:   Source{House, "components/services: zones of trust"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("iam/rolePolicy:RolePolicy") },
			Check: checkVaultKeys,
			Holds: []Example{
				shows("a pod of the vault", grant("pii"), role, association, space(vault)),
				shows("a store of secrets of the vault", grant("payments"), role, store, space(vault)),
				shows("another key", grant("data"), role, association, space("core")),
			},
			Breaks: []Example{
				shows("a pod of the core", grant("pii"), role, association, space("core")),
				shows("a store of secrets of the core", grant("payments"), role, store, space("core")),
			},
		},
		{
			ID: "vault-store-for-vault", Title: "A database of players' documents admits groups of the vault's pods only",
			Protects: "every pod of the cluster could knock at the database of players' documents, because they all share the nodes' group",
			Source:   Source{House, "components/services: zones of trust"},
			Severity: Critical, Scope: Whole,
			About: func(r Resource) bool { return r.Is("rds/cluster:Cluster") },
			Check: checkVaultStore,
			Holds: []Example{shows("the vault's pods", database, instances, clients, from, pods(vault))},
			Breaks: []Example{
				shows("pods of the core", database, instances, clients, from, pods("core")),
				shows("every address inside", database, instances, cidr),
			},
		},
		ofPods(Rule{
			ID: "vault-on-its-own-nodes", Title: "The vault's pods run on the pool pii, and nothing else does",
			Protects: "a way out of a game's container led to the kernel on which players' documents were read",
			Source:   Source{House, "components/services: the vault shares no kernel with what players reach"},
			Severity: Critical,
			Check:    checkVaultNodes,
			Holds:    []Example{shows("the cashier", cashier)},
			Breaks: []Example{
				shows("the vault elsewhere", butPod(cashier, "api", "nodeSelector", labels.Key)),
				shows("the core on the vault's nodes", butPod(wallet, "pii", "nodeSelector", labels.Key)),
				shows("no zone", but(wallet, nil, "spec", "template", "metadata", "labels", labels.Zone)),
			},
		}),
		{
			ID: "zone-of-namespace", Title: "A workload's zone of trust is its namespace's",
			Protects: "a worker of the core was put into the vault's namespace and read its secrets",
			Source:   Source{House, "components/services: zones of trust"},
			Severity: High, Scope: Whole,
			About: makesPods,
			Check: checkZone,
			Holds: []Example{shows("the vault's", in("kyc", cashier), space(vault))},
			Breaks: []Example{
				shows("the core in the vault", in("kyc", wallet), space(vault)),
				shows("the vault in the core", in("kyc", cashier), space("core")),
			},
		},
	}
}

// checkVaultKeys goes from a policy to its role, and from the role to the pods that get it
// and the stores of secrets that take it.
func checkVaultKeys(c *Case) {
	all, _ := c.statements("policy")
	class := ""
	for _, s := range all {
		resources := append(slices.Clone(s.Resource), s.wants(func(key string) bool { return key == "kms:resourcealiases" })...)
		for _, arn := range resources {
			if k := c.keyClass(arn); s.allows() && slices.Contains(closed, k) {
				class = k
			}
		}
	}
	if class == "" {
		return
	}
	for _, urn := range c.Resource.From["role"] {
		role, ok := c.Stack.Find(urn)
		if !ok || !trusted(role) {
			continue
		}
		for _, user := range c.Stack.Companions(role, "eks/podIdentityAssociation:PodIdentityAssociation", "roleArn", "arn") {
			c.wantVault(class, user, "namespace")
		}
		for _, user := range c.Stack.Companions(role, "external-secrets.io/v1:SecretStore", "spec", "") {
			c.wantVault(class, user, "metadata", "namespace")
		}
	}
}

func (c *Case) wantVault(class string, user Resource, path ...any) {
	name, known := c.Of(user).Text(path...)
	if !known {
		return
	}
	if zone, found, known := c.zoneOf(name); known && found && zone != vault {
		c.Failf("it uses a key of class %s, and %s gives it to namespace %s of zone %q: only the vault's may", class, user.Name, name, zone)
	}
}

func checkVaultStore(c *Case) {
	key, known := c.Text("kmsKeyId")
	if !known || !slices.Contains(closed, c.keyClass(key)) {
		return
	}
	for _, urn := range c.Resource.From["vpcSecurityGroupIds"] {
		group, ok := c.Stack.Find(urn)
		if !ok || !group.Is("ec2/securityGroup:SecurityGroup") {
			continue
		}
		for _, rule := range c.Stack.Companions(group, "vpc/securityGroupIngressRule:SecurityGroupIngressRule", "securityGroupId", "") {
			for _, field := range []string{"cidrIpv4", "cidrIpv6", "prefixListId"} {
				if block, known := c.Of(rule).Text(field); known && block != "" {
					c.Failf("%s admits %s: admit the group of the vault's pods", rule.Name, block)
				}
			}
			for _, from := range rule.From["referencedSecurityGroupId"] {
				c.wantVaultPods(rule, from)
			}
		}
	}
}

// wantVaultPods wants a group that is admitted to be that of the vault's pods: not the
// cluster's, which every node has.
func (c *Case) wantVaultPods(rule Resource, urn string) {
	group, ok := c.Stack.Find(urn)
	if !ok {
		return
	}
	if group.Is("eks/cluster:Cluster") {
		c.Failf("%s admits the group of every node, and so every pod: admit the group of the vault's pods", rule.Name)
		return
	}
	for _, pods := range c.Stack.Companions(group, "vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "spec", "") {
		if zone, known := c.Of(pods).label(nil, labels.Zone); known && zone != vault {
			c.Failf("%s admits %s, which pods of %s in zone %q have: only the vault's may", rule.Name, group.Name, pods.Name, zone)
		}
	}
}

func checkVaultNodes(c *Case) {
	tier, a := c.podLabel(labelTier)
	zone, b := c.podLabel(labels.Zone)
	pool, d := c.ownPool()
	// Placeholders keep room on every pool: they hold nothing.
	if !a || !b || !d || tier == placeholder {
		return
	}
	if zone == "" {
		c.Failf("the pod has no label %s: say its zone of trust", labels.Zone)
	}
	if (zone == vault) != (pool == string(labels.PII)) {
		c.Failf("zone %q selects pool %q: the vault's pods run on pool %s, and nothing else does", zone, pool, labels.PII)
	}
}

func checkZone(c *Case) {
	own, known := c.podLabel(labels.Zone)
	name, told := c.Text("metadata", "namespace")
	if !known || !told {
		return
	}
	if zone, found, known := c.zoneOf(name); known && found && zone != own {
		c.Failf("its zone is %q and namespace %s is of zone %q: put it into a namespace of its zone", own, name, zone)
	}
}
