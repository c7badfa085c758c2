package awsplugin

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// autonames is the properties, other than "name", for which pulumi-aws makes a
// name up when the program gives none. The bridge does so for "name" alone.
var autonames = map[string]struct {
	property, alternative string
	limit                 int
}{
	"aws_cloudwatch_metric_alarm":       {"name", "", 255},
	"aws_eks_node_group":                {"nodeGroupName", "nodeGroupNamePrefix", 63},
	"aws_elasticache_replication_group": {"replicationGroupId", "", 40},
	"aws_msk_cluster":                   {"clusterName", "", 64},
}

// autonamed returns the inputs to check, with a name where pulumi-aws would
// have made one: the resource's own name and seven random hex digits, kept for
// as long as the resource lives.
func autonamed(tfType string, req *pulumirpc.CheckRequest) *structpb.Struct {
	rule, ok := autonames[tfType]
	if !ok || req.News == nil || req.News.Fields[rule.property] != nil || req.News.Fields[rule.alternative] != nil {
		return req.News
	}
	name := req.Olds.GetFields()[rule.property].GetStringValue()
	if name == "" {
		var err error
		if name, err = resource.NewUniqueName(req.RandomSeed, req.Name+"-", 7, rule.limit, nil); err != nil {
			return req.News // too long a name: Terraform's provider says so better
		}
	}
	fields := make(map[string]*structpb.Value, len(req.News.Fields)+1)
	for k, v := range req.News.Fields {
		fields[k] = v
	}
	fields[rule.property] = structpb.NewStringValue(name)
	return &structpb.Struct{Fields: fields}
}
