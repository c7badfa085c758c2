package cost

// meters say by what a type costs. A type that is neither here nor free is unpriced. What
// holds something made elsewhere (a listener, a policy) is free: its holder is here.
var meters = map[string]func(*count){
	"aws:eks/cluster:Cluster":     func(c *count) { c.add("EKS clusters", "control plane", 1, "eks.cluster", hours) },
	"aws:eks/nodeGroup:NodeGroup": nodeGroup,

	"aws:ec2/natGateway:NatGateway":   natGateway,
	"aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
	"aws:ec2/eip:Eip":                 func(c *count) { c.add("public IPv4 addresses", "elastic address", 1, "vpc.ipv4", hours) },
	"aws:ec2/flowLog:FlowLog": func(c *count) {
		c.add("VPC flow logs", "assumed GB", c.assume(flowGB), "vpc.flow-logs", 1)
	},
	"aws:lb/loadBalancer:LoadBalancer": balancer,
	"kubernetes:core/v1:Service":       service,
	"kubernetes:apps/v1:StatefulSet":   statefulSet,

	"aws:rds/cluster:Cluster": database,
	"aws:rds/globalCluster:GlobalCluster": func(c *count) {
		c.add("global databases", "million assumed writes copied", c.assume(databaseReplicated), "rds.aurora.replicated-io", 1)
	},
	"aws:rds/clusterInstance:ClusterInstance":           databaseInstance,
	"aws:rds/proxy:Proxy":                               proxy,
	"aws:elasticache/replicationGroup:ReplicationGroup": cache,
	"aws:msk/cluster:Cluster":                           kafka,
	"aws:msk/replicator:Replicator": func(c *count) {
		c.add("MSK replicators", "replicator", 1, "msk.replicator", hours)
		c.add("MSK replicators' traffic", "assumed GB", c.assume(replicatorGB), "msk.replicator.data", 1)
	},

	"aws:kms/key:Key":                  func(c *count) { c.add("KMS keys", "key", 1, "kms.key", 1) },
	"aws:kms/replicaKey:ReplicaKey":    func(c *count) { c.add("KMS keys", "replica key", 1, "kms.key", 1) },
	"aws:secretsmanager/secret:Secret": secret,

	"aws:route53/zone:Zone": func(c *count) {
		c.addGlobal("hosted zones", "zone", 1, "route53.zone", 1)
		c.addGlobal("hosted zones' queries", "million assumed", c.assume(zoneQueries), "route53.queries", 1)
	},
	"aws:route53/healthCheck:HealthCheck": healthCheck,
	"aws:globalaccelerator/accelerator:Accelerator": func(c *count) {
		c.addGlobal("accelerators", "accelerator", 1, "globalaccelerator.accelerator", hours)
		c.addGlobal("accelerators' addresses", "public IPv4 address", 2, "vpc.ipv4", hours)
		c.addGlobal("accelerators' traffic", "assumed GB", c.assume(acceleratorGB), "globalaccelerator.data", 1)
	},
	"aws:route53recoverycontrol/cluster:Cluster": func(c *count) {
		c.addGlobal("clusters of routing controls", "cluster", 1, "arc.cluster", hours)
	},

	"aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
	"aws:cloudwatch/logGroup:LogGroup": func(c *count) {
		c.add("log groups, taken in", "assumed GB", c.assume(logGB), "cloudwatch.logs.ingested", 1)
		c.add("log groups, kept", "assumed GB", c.assume(logKeptGB), "cloudwatch.logs.kept", 1)
	},
	"aws:s3/bucketV2:BucketV2": func(c *count) {
		c.add("buckets", "assumed GB", c.assume(bucketGB), "s3.standard", 1)
	},
	"aws:ecr/repository:Repository": func(c *count) {
		c.add("repositories of images", "assumed GB", c.assume(imagesGB), "ecr.storage", 1)
	},
	"aws:backup/vault:Vault": func(c *count) {
		c.add("backup vaults", "assumed GB", c.assume(vaultGB), "backup.aurora", 1)
	},
}

func natGateway(c *count) {
	c.add("NAT gateways", "gateway", 1, "vpc.nat", hours)
	c.add("NAT gateways' traffic", "assumed GB", c.assume(natGB), "vpc.nat.data", 1)
}

// endpoint costs by the zone if it has addresses of its own; those that are routes cost
// nothing.
func endpoint(c *count) {
	kind, ok := c.text("Gateway", "the kind of endpoint", "vpcEndpointType")
	if !ok || kind == "Gateway" {
		return
	}
	if kind != "Interface" {
		c.untold("no price of an endpoint of kind %s", kind)
		return
	}
	if zones, ok := c.length("the endpoint's zones", "subnetIds"); ok {
		c.add("interface endpoints", "endpoint in a zone", zones, "vpc.endpoint", hours)
	}
	c.add("interface endpoints' traffic", "assumed GB", c.assume(endpointGB), "vpc.endpoint.data", 1)
}

// balancer has a public address in each zone if it faces the internet.
func balancer(c *count) {
	kind, ok := c.text("application", "the kind of load balancer", "loadBalancerType")
	if !ok {
		return
	}
	c.add("load balancers", kind+" load balancer", 1, "lb."+kind, hours)
	c.add("load balancers' capacity", "assumed unit of a "+kind+" one", c.assume(balancerUnits), "lb."+kind+".unit", hours)
	switch inside := at(c.Resource, "internal").(type) {
	case nil, bool:
		if inside == true {
			return
		}
		if zones, ok := c.length("the load balancer's zones", "subnets"); ok {
			c.add("public IPv4 addresses", "address of a load balancer", zones, "vpc.ipv4", hours)
		}
	default:
		c.untold("whether the load balancer has public addresses: %s", missing(inside))
	}
}

// service makes a load balancer that no stack knows, if it is of that type.
func service(c *count) {
	if kind, ok := c.text("ClusterIP", "the service's type", "spec", "type"); ok && kind == "LoadBalancer" {
		c.add("load balancers", "network load balancer that a service asks for", 1, "lb.network", hours)
	}
}

// secret is billed once in each region that has it.
func secret(c *count) {
	c.add("secrets", "secret", 1, "secretsmanager.secret", 1)
	switch replicas := at(c.Resource, "replicas").(type) {
	case nil:
	case []any:
		for i := range replicas {
			if region, ok := c.text("", "the replica's region", "replicas", i, "region"); ok {
				c.addIn(region, "secrets", "replica of a secret", 1, "secretsmanager.secret", 1)
			}
		}
	default:
		c.untold("the secret's replicas: %s", missing(replicas))
	}
}

// alarm is of standard resolution from a minute on.
func alarm(c *count) {
	period, ok := c.number(60, "the alarm's period", "period")
	switch {
	case !ok:
	case at(c.Resource, "metricQueries") != nil:
		c.untold("no price of an alarm over several metrics")
	case period < 60:
		c.add("alarms", "alarm of high resolution", 1, "cloudwatch.alarm.fast", 1)
	default:
		c.add("alarms", "alarm", 1, "cloudwatch.alarm", 1)
	}
}

// healthCheck costs more for each option. What it asks is ours, and in AWS. A check of a
// routing control asks nobody.
func healthCheck(c *count) {
	kind, ok := c.text("", "what the health check asks", "type")
	switch {
	case !ok:
	case kind == "RECOVERY_CONTROL":
		c.addGlobal("health checks", "check of a routing control", 1, "route53.health-check.routing-control", 1)
	default:
		c.addGlobal("health checks", "check", 1, "route53.health-check", 1)
		options := int64(0)
		interval, known := c.number(30, "the health check's interval", "requestInterval")
		for _, has := range []bool{
			kind == "HTTPS" || kind == "HTTPS_STR_MATCH", kind == "HTTP_STR_MATCH" || kind == "HTTPS_STR_MATCH",
			known && interval < 30, at(c.Resource, "measureLatency") == true,
		} {
			if has {
				options++
			}
		}
		c.addGlobal("health checks", "option of a check", options, "route53.health-check.option", 1)
	}
}
