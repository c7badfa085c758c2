package kafka_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/kafka"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/role"
)

func end(t *testing.T, region string, does role.Role) kafka.End {
	return kafka.End{
		Region: componenttest.Region(t, region), Role: does,
		ClusterARN:      pulumi.String("arn:aws:kafka:" + region + ":111122223333:cluster/k/1"),
		SubnetIDs:       pulumi.ToStringArray([]string{region + "-a", region + "-b", region + "-c"}),
		SecurityGroupID: pulumi.String(region + "-group"),
	}
}

func pair(t *testing.T, home role.Role) kafka.ReplicationArgs {
	args := kafka.ReplicationArgs{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Ends:   [2]kafka.End{end(t, "eu-south-1", home), end(t, "eu-central-1", home.Other())},
		Topics: kafka.Topics(),
	}
	args.Ends[1].Provider = &aws.Provider{}
	return args
}

func TestReplicationArgs(t *testing.T) {
	first := func(edit func(*kafka.End)) func(*kafka.ReplicationArgs) {
		return func(a *kafka.ReplicationArgs) { edit(&a.Ends[0]) }
	}
	second := func(edit func(*kafka.End)) func(*kafka.ReplicationArgs) {
		return func(a *kafka.ReplicationArgs) { edit(&a.Ends[1]) }
	}
	componenttest.Blame(t, pair(t, role.Active), map[string]componenttest.Case[kafka.ReplicationArgs]{
		"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*kafka.ReplicationArgs) {}},
		"Other":      {Reason: "the standby may be the active one", Edit: func(a *kafka.ReplicationArgs) { a.Ends[0].Role, a.Ends[1].Role = role.Standby, role.Active }},
		"NoMarket":   {Reason: "names carry it", Edit: func(a *kafka.ReplicationArgs) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount": {Reason: "the trust names it", Edit: func(a *kafka.ReplicationArgs) { a.Market.Account = "1" }, Blames: "Market.Account"},
		"NoRegion":   {Reason: "a replicator lives in one", Edit: first(func(e *kafka.End) { e.Region = regions.Region{} }), Blames: "Ends[0].Region"},
		"Same":       {Reason: "a copy beside the original dies with it", Edit: func(a *kafka.ReplicationArgs) { a.Ends[1].Region = a.Ends[0].Region }, Blames: "Ends[1].Region"},
		"NoRole":     {Reason: "nobody would know which way", Edit: second(func(e *kafka.End) { e.Role = "" }), Blames: "Ends[1].Role"},
		"BothActive": {Reason: "records would go round", Edit: second(func(e *kafka.End) { e.Role = role.Active }), Blames: "Ends[1].Role"},
		"NoneActive": {Reason: "nothing would be copied", Edit: first(func(e *kafka.End) { e.Role = role.Standby }), Blames: "Ends[1].Role"},
		"NoProvider": {Reason: "both would be in one region", Edit: second(func(e *kafka.End) { e.Provider = nil }), Blames: "Ends[1].Provider"},
		"NoCluster":  {Reason: "nothing to read", Edit: first(func(e *kafka.End) { e.ClusterARN = nil }), Blames: "Ends[0].ClusterARN"},
		"NoSubnets":  {Reason: "nowhere to connect from", Edit: second(func(e *kafka.End) { e.SubnetIDs = nil }), Blames: "Ends[1].SubnetIDs"},
		"NoGroup":    {Reason: "the VPC's default group reaches nothing", Edit: second(func(e *kafka.End) { e.SecurityGroupID = nil }), Blames: "Ends[1].SecurityGroupID"},
		"NoTopics":   {Reason: "nothing would be copied", Edit: func(a *kafka.ReplicationArgs) { a.Topics = nil }, Blames: "Topics"},
		"BadTopic":   {Reason: "its name would be a pattern", Edit: func(a *kafka.ReplicationArgs) { a.Topics = []kafka.Topic{{Name: ".*"}} }, Blames: "Topics"},
	})
}

func replicated(t *testing.T, home role.Role) record.Recording {
	t.Helper()
	args := pair(t, home)
	return componenttest.RecordIn(t, args.Ends[0].Region, args.Ends[1].Region, func(ctx *pulumi.Context, here pulumi.ResourceOption, there pulumi.ProviderResource) (pulumi.Map, error) {
		args.Ends[1].Provider = there
		_, err := kafka.NewReplication(ctx, "copy", args, here)
		return nil, err
	})
}

// ways are the two replicators by where they are and where they lead.
var ways = map[string][2]string{
	"copy-eu-south-1-to-eu-central-1": {"eu-south-1", "eu-central-1"},
	"copy-eu-central-1-to-eu-south-1": {"eu-central-1", "eu-south-1"},
}

// TestBothWaysExist wants a replicator in each region that writes into that region, from
// the oldest record, under the same names.
func TestBothWaysExist(t *testing.T) {
	r := replicated(t, role.Active)
	if got := len(r.Type("Replicator")); got != 2 {
		t.Fatalf("%d replicators, want one each way", got)
	}
	for name, way := range ways {
		one, _ := r.Named(name)
		from, to := way[0], way[1]
		arn := func(region string) string { return "arn:aws:kafka:" + region + ":111122223333:cluster/k/1" }
		if r.Region(one) != to {
			t.Errorf("%s is made in %q, want the region that it writes to", name, r.Region(one))
		}
		info := func(path ...any) string { return one.Text(append([]any{"replicationInfoList"}, path...)...) }
		if info("sourceKafkaClusterArn") != arn(from) || info("targetKafkaClusterArn") != arn(to) {
			t.Errorf("%s copies %s to %s", name, info("sourceKafkaClusterArn"), info("targetKafkaClusterArn"))
		}
		if info("topicReplications", 0, "topicNameConfiguration", "type") != "IDENTICAL" || info("topicReplications", 0, "startingPosition", "type") != "EARLIEST" ||
			info("consumerGroupReplications", 0, "synchroniseConsumerGroupOffsets") != "true" || info("topicReplications", 0, "copyAccessControlListsForTopics") != "false" {
			t.Errorf("%s copies %v", name, one.Get("replicationInfoList"))
		}
		for i, region := range []string{from, to} {
			group := []string{to + "-group"}
			if i == 0 {
				group = nil // AWS connects to the source by itself
			}
			if one.Text("kafkaClusters", i, "amazonMskCluster", "mskClusterArn") != arn(region) || !slices.Equal(one.Texts("kafkaClusters", i, "vpcConfig", "securityGroupsIds"), group) ||
				!slices.Equal(one.Texts("kafkaClusters", i, "vpcConfig", "subnetIds"), []string{region + "-a", region + "-b", region + "-c"}) {
				t.Errorf("%s: cluster %d is %v", name, i, one.Get("kafkaClusters", i))
			}
		}
		if !slices.ContainsFunc(one.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::copy-role-policy") }) {
			t.Errorf("%s does not wait for what its role may do", name)
		}
	}
}

// TestSwapTurnsInPlace flips the roles and wants the same resources under the same names,
// changed only where AWS changes a replicator in place.
func TestSwapTurnsInPlace(t *testing.T) {
	before, after := replicated(t, role.Active), replicated(t, role.Standby)
	if len(before.Resources) != len(after.Resources) {
		t.Fatalf("%d resources become %d", len(before.Resources), len(after.Resources))
	}
	turned := map[string]bool{}
	for i, a := range before.Resources {
		b := after.Resources[i]
		if a.URN != b.URN {
			t.Errorf("a swap replaces %s by %s", a.URN, b.URN)
		}
		for _, path := range differences("", a.Inputs, b.Inputs) {
			turned[a.Type+" "+path] = true
		}
	}
	want := []string{
		"aws:msk/replicator:Replicator replicationInfoList.consumerGroupReplications.0.consumerGroupsToReplicates",
		"aws:msk/replicator:Replicator replicationInfoList.topicReplications.0.topicsToReplicates",
	}
	if got := slices.Sorted(maps.Keys(turned)); !slices.Equal(got, want) {
		t.Errorf("a swap changes %v, want %v", got, want)
	}
}

// TestOneWayCarries wants every topic to leave the active region, and none the other.
func TestOneWayCarries(t *testing.T) {
	for _, home := range []role.Role{role.Active, role.Standby} {
		r := replicated(t, home)
		for name, way := range ways {
			one, _ := r.Named(name)
			topics := one.Texts("replicationInfoList", "topicReplications", 0, "topicsToReplicates")
			groups := one.Texts("replicationInfoList", "consumerGroupReplications", 0, "consumerGroupsToReplicates")
			carries := (way[0] == "eu-south-1") == (home == role.Active)
			if !carries {
				if !slices.Equal(topics, []string{"nothing-while-standby"}) || !slices.Equal(groups, topics) {
					t.Errorf("%s with home %s copies %v and %v, want nothing", name, home, topics, groups)
				}
				continue
			}
			if len(topics) != len(kafka.Topics()) || !slices.Contains(topics, `bets\.placed`) || !slices.Equal(groups, []string{".*"}) {
				t.Errorf("%s with home %s copies %v and %v, want all", name, home, topics, groups)
			}
		}
	}
}

// TestReplicatorMayNoMore wants a role that only MSK, for this account, may take, for the
// two clusters alone.
func TestReplicatorMayNoMore(t *testing.T) {
	r := replicated(t, role.Active)
	made, _ := r.Named("copy-role")
	if made.Text("name") != "pitboss-mt-eu-south-1-kafka-copy" || !strings.Contains(made.Text("assumeRolePolicy"), `"Service":["kafka.amazonaws.com"]`) ||
		!strings.Contains(made.Text("assumeRolePolicy"), `{"StringEquals":{"aws:SourceAccount":["111122223333"]}}`) {
		t.Errorf("the role is %v", made.Inputs)
	}
	policy, _ := r.Named("copy-role-policy")
	var d struct {
		Statement []struct{ Action, Resource []string }
	}
	if err := policy.JSON(&d, "policy"); err != nil {
		t.Fatal(err)
	}
	for i, kind := range []string{"cluster/k/1", "topic/k/1/*", "group/k/1/*"} {
		want := []string{"arn:aws:kafka:eu-south-1:111122223333:" + kind, "arn:aws:kafka:eu-central-1:111122223333:" + kind}
		if !slices.Equal(d.Statement[i].Resource, want) {
			t.Errorf("statement %d is about %v, want %v", i, d.Statement[i].Resource, want)
		}
		for _, action := range d.Statement[i].Action {
			if !strings.HasPrefix(action, "kafka-cluster:") || strings.Contains(action, "*") || strings.Contains(action, "Delete") {
				t.Errorf("it may %s", action)
			}
		}
	}
	if !slices.Contains(d.Statement[0].Action, "kafka-cluster:WriteDataIdempotently") {
		t.Error("it may not write idempotently, which AWS asks of both clusters")
	}
}

// TestReadEnd takes an end back from what New published, and says what is missing.
func TestReadEnd(t *testing.T) {
	const stack = "organization/pitboss/mt-eu-south-1"
	read := func(output map[string]any) (map[string]any, error) {
		r, err := record.Run(record.Options{Stack: "s", Stacks: map[string]map[string]any{stack: {"kafka": output}}}, func(ctx *pulumi.Context) (pulumi.Map, error) {
			ref, err := pulumi.NewStackReference(ctx, stack, nil)
			if err != nil {
				return nil, err
			}
			e := kafka.ReadEnd(stack, ref.GetOutput(pulumi.String("kafka")), componenttest.Region(t, "eu-south-1"), role.Active)
			if e.Region.String() != "eu-south-1" || e.Role != role.Active {
				t.Errorf("the end is in %s and %s", e.Region, e.Role)
			}
			return pulumi.Map{"arn": e.ClusterARN, "subnets": e.SubnetIDs, "group": e.SecurityGroupID}, nil
		})
		return r.Outputs, err
	}
	published := recorded(t).Outputs
	got, err := read(published)
	if want := (map[string]any{"arn": published["arn"], "subnets": published["subnetIds"], "group": published["securityGroupId"]}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %v, %v, want %v", got, err, want)
	}
	for reason, subnets := range map[string]any{
		"an older program published none":           nil,
		"one id is no list":                         "core-a",
		"an empty list places a replicator nowhere": []any{},
		"a list of something else":                  []any{1.0},
	} {
		broken := maps.Clone(published)
		broken["subnetIds"] = subnets
		if _, err := read(broken); err == nil || !strings.Contains(err.Error(), "stack "+stack) || !strings.Contains(err.Error(), "subnetIds") {
			t.Errorf("%s: error is %v, want it to name stack and output", reason, err)
		}
	}
}

// differences is every path at which a and b differ; lists of texts as one.
func differences(path string, a, b any) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	var out []string
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok && len(a) == len(b) {
			for key := range a {
				out = append(out, differences(strings.TrimPrefix(path+"."+key, "."), a[key], b[key])...)
			}
			return out
		}
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			break
		}
		if _, texts := a[0].(string); texts {
			break
		}
		for i := range a {
			out = append(out, differences(fmt.Sprintf("%s.%d", path, i), a[i], b[i])...)
		}
		return out
	}
	return []string{path}
}
