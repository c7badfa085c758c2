package workload

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/iam"
	"pitboss/components/kafka"
	"pitboss/components/naming"
	"pitboss/components/stores"
)

// grant is one thing of AWS that the service may use, by its ARN.
type grant struct {
	arn    pulumi.StringInput
	allows func(arn string) []iam.Statement
}

// grants is all that the service may do in AWS. A service without any has no role.
func (a Args) grants() []grant {
	var out []grant
	if a.usesKafka() {
		out = append(out, grant{a.KafkaARN, a.mayStream})
	}
	for _, e := range a.endpoints() {
		if e.Consumer.Endpoint == stores.Proxy {
			out = append(out, grant{e.ProxyARN, func(proxy string) []iam.Statement { return a.mayLogIn(proxy, e.Consumer) }})
		}
	}
	if len(a.evidence()) > 0 {
		out = append(out, grant{a.EvidenceKeyARN, a.mayAddEvidence})
	}
	return out
}

// mayStream is reading and writing the topics of the service's row, as a member of its own
// group: not making topics, and not settings of any.
func (a Args) mayStream(cluster string) []iam.Statement {
	reads, writes := a.topics()
	connect := []string{"kafka-cluster:Connect", "kafka-cluster:DescribeCluster"}
	if len(writes) > 0 {
		connect = append(connect, "kafka-cluster:WriteDataIdempotently") // a record that is sent twice counts once
	}
	out := []iam.Statement{{Sid: "Brokers", Effect: iam.Allow, Action: connect, Resource: []string{cluster}}}
	if len(reads) > 0 {
		out = append(out,
			iam.Statement{Sid: "Read", Effect: iam.Allow, Action: []string{"kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"}, Resource: within(cluster, "topic", reads)},
			iam.Statement{Sid: "Group", Effect: iam.Allow, Action: []string{"kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"}, Resource: within(cluster, "group", []string{a.group()})},
		)
	}
	if len(writes) > 0 {
		out = append(out, iam.Statement{Sid: "Write", Effect: iam.Allow, Action: []string{"kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"}, Resource: within(cluster, "topic", writes)})
	}
	return out
}

// within is things of a kind in a cluster. Each once, sorted.
func within(cluster, kind string, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = kafka.Within(cluster, kind, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mayLogIn is logging in to a proxy as one user. AWS names the proxy there by the last part
// of its ARN.
func (a Args) mayLogIn(proxy string, as stores.Consumer) []iam.Statement {
	id := proxy[strings.LastIndex(proxy, ":")+1:]
	return []iam.Statement{{
		Sid: "LogIn" + naming.Digest(as.Name), Effect: iam.Allow, Action: []string{"rds-db:connect"},
		Resource: []string{"arn:aws:rds-db:" + a.Region.String() + ":" + a.Market.Account + ":dbuser:" + id + "/" + as.Username},
	}}
}

// mayAddEvidence is adding objects under the service's own name to the buckets of its
// record classes, and the key for that and nothing else. S3 decrypts too while an upload
// comes in parts; without GetObject nothing is read.
func (a Args) mayAddEvidence(key string) []iam.Statement {
	var objects []string
	for _, class := range a.evidence() {
		objects = append(objects, naming.BucketARN(a.bucket(class))+"/"+a.Service.Name+"/*")
	}
	return []iam.Statement{
		{Sid: "Evidence", Effect: iam.Allow, Action: []string{"s3:PutObject"}, Resource: objects},
		{
			Sid: "EvidenceKey", Effect: iam.Allow, Action: []string{"kms:GenerateDataKey", "kms:Decrypt"}, Resource: []string{key},
			Condition: iam.Condition{"StringEquals": {"kms:ViaService": {"s3." + a.Region.String() + ".amazonaws.com"}}},
		},
	}
}
