package engine

import (
	"slices"
	"strings"
)

// identity tells, for a type, which inputs make up the id that AWS and its
// provider give a resource. Only types whose name AWS refuses to take twice
// are listed: without adoption their creation would fail for ever after a
// kill. What a second creation merely overwrites needs no adoption, and ids
// that AWS invents cannot be told. Separators are those of the Terraform AWS
// provider 5.100's import documentation.
var identity = map[string]struct {
	inputs []string
	option string // an input that is part of the id where it is given
	sep    string
}{
	"aws:cloudwatch/logGroup:LogGroup":        {inputs: []string{"name"}},
	"aws:eks/accessEntry:AccessEntry":         {inputs: []string{"clusterName", "principalArn"}, sep: ":"},
	"aws:eks/addon:Addon":                     {inputs: []string{"clusterName", "addonName"}, sep: ":"},
	"aws:eks/cluster:Cluster":                 {inputs: []string{"name"}},
	"aws:eks/nodeGroup:NodeGroup":             {inputs: []string{"clusterName", "nodeGroupName"}, sep: ":"},
	"aws:iam/instanceProfile:InstanceProfile": {inputs: []string{"name"}},
	"aws:iam/role:Role":                       {inputs: []string{"name"}},
	"aws:kms/alias:Alias":                     {inputs: []string{"name"}},
	"aws:s3/bucketV2:BucketV2":                {inputs: []string{"bucket"}},
	"aws:s3/bucket:Bucket":                    {inputs: []string{"bucket"}},
	"aws:ecr/repository:Repository":           {inputs: []string{"name"}},

	"aws:backup/vault:Vault":                              {inputs: []string{"name"}},
	"aws:elasticache/parameterGroup:ParameterGroup":       {inputs: []string{"name"}},
	"aws:elasticache/replicationGroup:ReplicationGroup":   {inputs: []string{"replicationGroupId"}},
	"aws:elasticache/subnetGroup:SubnetGroup":             {inputs: []string{"name"}},
	"aws:rds/cluster:Cluster":                             {inputs: []string{"clusterIdentifier"}},
	"aws:rds/clusterEndpoint:ClusterEndpoint":             {inputs: []string{"clusterEndpointIdentifier"}},
	"aws:rds/clusterInstance:ClusterInstance":             {inputs: []string{"identifier"}},
	"aws:rds/clusterParameterGroup:ClusterParameterGroup": {inputs: []string{"name"}},
	"aws:rds/globalCluster:GlobalCluster":                 {inputs: []string{"globalClusterIdentifier"}},
	"aws:rds/parameterGroup:ParameterGroup":               {inputs: []string{"name"}},
	"aws:rds/proxy:Proxy":                                 {inputs: []string{"name"}},
	"aws:rds/subnetGroup:SubnetGroup":                     {inputs: []string{"name"}},
	// One of several records of a name has a set identifier, a record of its own has none.
	"aws:route53/record:Record": {inputs: []string{"zoneId", "name", "type"}, option: "setIdentifier", sep: "_"},
}

// adoptedID is the id a resource must have if it was created; "" if that
// cannot be told from its inputs.
func adoptedID(resource map[string]any) string {
	rule, ok := identity[text(resource["type"])]
	if !ok {
		return ""
	}
	inputs, _ := resource["inputs"].(map[string]any)
	keys := rule.inputs
	if _, given := inputs[rule.option]; given {
		keys = append(slices.Clone(keys), rule.option)
	}
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = text(inputs[key])
		if parts[i] == "" {
			return ""
		}
	}
	return strings.Join(parts, rule.sep)
}
