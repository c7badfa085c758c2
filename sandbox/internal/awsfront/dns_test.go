package awsfront

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/cloud"
)

// traffic is a zone with one weighted name: an alias a region.
type traffic struct {
	*world
	zone, check cloud.Resource
	records     map[string]cloud.Resource
	client      *route53.Client
}

func (w *world) traffic() traffic {
	w.Helper()
	tr := traffic{world: w, records: map[string]cloud.Resource{}, client: route53.NewFromConfig(w.in("us-east-1"))}
	tr.zone = w.make(home, "aws_route53_zone", map[string]any{"name": "mt.example.com", "zoneId": cloud.Unknown, "arn": cloud.Unknown, "nameServers": cloud.Unknown})
	tr.check = w.make(home, "aws_route53_health_check", map[string]any{"type": "HTTPS", "fqdn": "a.example.com", "requestInterval": 10, "arn": cloud.Unknown, "invertHealthcheck": false})
	for region, weight := range map[string]int{home: 100, standby: 0} {
		target := w.make(home, "aws_route53_record", map[string]any{"zoneId": tr.zone.ID, "name": region + ".api.mt.example.com", "type": "A", "ttl": 60,
			"records": []any{"198.18.0.2", "198.18.0.1"}, "fqdn": cloud.Unknown, "healthCheckId": tr.check.ID, "weightedRoutingPolicy": map[string]any{"weight": 1}, "setIdentifier": "only"})
		tr.records[region] = w.make(home, "aws_route53_record", map[string]any{"zoneId": tr.zone.ID, "name": "api.mt.example.com", "type": "A", "fqdn": cloud.Unknown,
			"alias":                 map[string]any{"name": target.String("fqdn"), "zoneId": tr.zone.ID, "evaluateTargetHealth": true},
			"weightedRoutingPolicy": map[string]any{"weight": weight}, "setIdentifier": region})
	}
	return tr
}

// upsert is the change that gives a region's record a weight.
func (tr traffic) upsert(region string, weight int64, edit ...func(*types.Change)) types.Change {
	c := types.Change{Action: types.ChangeActionUpsert, ResourceRecordSet: &types.ResourceRecordSet{Name: aws.String("api.mt.example.com."), Type: types.RRTypeA,
		SetIdentifier: aws.String(region), Weight: &weight,
		AliasTarget: &types.AliasTarget{DNSName: aws.String(region + ".api.mt.example.com."), HostedZoneId: aws.String(tr.zone.ID), EvaluateTargetHealth: true}}}
	for _, e := range edit {
		e(&c)
	}
	return c
}

func (tr traffic) change(changes ...types.Change) (*route53.ChangeResourceRecordSetsOutput, error) {
	return tr.client.ChangeResourceRecordSets(tr.Context(), &route53.ChangeResourceRecordSetsInput{HostedZoneId: aws.String(tr.zone.ID),
		ChangeBatch: &types.ChangeBatch{Comment: aws.String("a drill"), Changes: changes}})
}

func TestWeightsMoveInOneBatch(t *testing.T) {
	tr := newWorld(t).traffic()
	before := tr.read(tr.records[home]).Props
	out, err := tr.change(tr.upsert(home, 90), tr.upsert(standby, 10))
	require.NoError(t, err)
	require.Equal(t, types.ChangeStatusPending, out.ChangeInfo.Status)
	done, err := tr.client.GetChange(t.Context(), &route53.GetChangeInput{Id: out.ChangeInfo.Id})
	require.NoError(t, err)
	require.Equal(t, types.ChangeStatusInsync, done.ChangeInfo.Status)
	before["weightedRoutingPolicy"] = map[string]any{"weight": 90.0}
	require.Equal(t, before, tr.read(tr.records[home]).Props, "a refresh sees another weight and nothing else")

	// A record with values of its own: their order is kept, a check that is not said is gone.
	_, err = tr.change(types.Change{Action: types.ChangeActionUpsert, ResourceRecordSet: &types.ResourceRecordSet{Name: aws.String(home + ".api.mt.example.com"), Type: types.RRTypeA,
		SetIdentifier: aws.String("only"), Weight: aws.Int64(2), TTL: aws.Int64(30), ResourceRecords: []types.ResourceRecord{{Value: aws.String("198.18.0.1")}, {Value: aws.String("198.18.0.2")}}}})
	require.NoError(t, err)
	list, err := tr.client.ListResourceRecordSets(t.Context(), &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String("/hostedzone/" + tr.zone.ID)})
	require.NoError(t, err)
	require.False(t, list.IsTruncated)
	var seen []string
	for _, s := range list.ResourceRecordSets {
		seen = append(seen, *s.Name+" "+string(s.Type)+" "+aws.ToString(s.SetIdentifier))
		switch aws.ToString(s.SetIdentifier) + *s.Name {
		case standby + "api.mt.example.com.":
			require.EqualValues(t, 10, *s.Weight)
			require.Equal(t, standby+".api.mt.example.com.", *s.AliasTarget.DNSName)
			require.True(t, s.AliasTarget.EvaluateTargetHealth)
			require.Nil(t, s.TTL)
		case "only" + home + ".api.mt.example.com.":
			require.EqualValues(t, 30, *s.TTL)
			require.Equal(t, "198.18.0.2", *s.ResourceRecords[0].Value)
			require.Nil(t, s.HealthCheckId)
		case "only" + standby + ".api.mt.example.com.":
			require.Equal(t, tr.check.ID, *s.HealthCheckId)
		}
	}
	require.Equal(t, []string{"mt.example.com. NS ", "mt.example.com. SOA ", "api.mt.example.com. A " + standby, "api.mt.example.com. A " + home,
		standby + ".api.mt.example.com. A only", home + ".api.mt.example.com. A only"}, seen, "in Route 53's order")
	pages := route53.NewListResourceRecordSetsPaginator(tr.client, &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String(tr.zone.ID), MaxItems: aws.Int32(4)})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		n += len(page.ResourceRecordSets)
	}
	require.Equal(t, 6, n)
}

func TestABatchIsRefusedWhole(t *testing.T) {
	tr := newWorld(t).traffic()
	cases := map[string]struct {
		reason string
		edit   func(*types.Change)
		code   string
	}{
		"Weight":  {"a weight is at most 255", func(c *types.Change) { c.ResourceRecordSet.Weight = aws.Int64(256) }, "InvalidInput"},
		"Simple":  {"the sandbox moves weights alone", func(c *types.Change) { c.ResourceRecordSet.Weight = nil }, "InvalidInput"},
		"Delete":  {"and deletes nothing", func(c *types.Change) { c.Action = types.ChangeActionDelete }, "InvalidInput"},
		"Empty":   {"an UPSERT says what the record is", func(c *types.Change) { c.ResourceRecordSet.AliasTarget = nil }, "InvalidInput"},
		"Both":    {"and that is one thing", func(c *types.Change) { c.ResourceRecordSet.TTL = aws.Int64(5) }, "InvalidInput"},
		"Outside": {"a record lies in its zone", func(c *types.Change) { c.ResourceRecordSet.Name = aws.String("api.other.com") }, "InvalidChangeBatch"},
		"Lost":    {"an alias has a target", func(c *types.Change) { c.ResourceRecordSet.AliasTarget.DNSName = aws.String("none.mt.example.com") }, "InvalidChangeBatch"},
		"Twice":   {"a record is changed once", func(c *types.Change) { c.ResourceRecordSet.SetIdentifier = aws.String(home) }, "InvalidChangeBatch"},
		"Check":   {"its check exists", func(c *types.Change) { c.ResourceRecordSet.HealthCheckId = aws.String("none") }, "NoSuchHealthCheck"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := &world{T: t, cloud: tr.cloud}
			_, err := tr.change(tr.upsert(home, 0), tr.upsert(standby, 100, c.edit))
			w.refuses(c.code, err)
			require.Equal(t, map[string]any{"weight": 100.0}, w.read(tr.records[home]).Props["weightedRoutingPolicy"], "the good half is not done: %s", c.reason)
		})
	}
	_, err := tr.client.ListResourceRecordSets(t.Context(), &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String("Znone")})
	require.ErrorAs(t, err, new(*types.NoSuchHostedZone))
	_, err = tr.client.GetChange(t.Context(), &route53.GetChangeInput{Id: aws.String("none")})
	require.ErrorAs(t, err, new(*types.NoSuchChange))
	_, err = tr.change(tr.upsert("sa-east-1", 5, func(c *types.Change) {
		c.ResourceRecordSet.AliasTarget.DNSName = aws.String(home + ".api.mt.example.com")
	}))
	require.NoError(t, err, "an UPSERT makes what is not there")
	made, err := tr.cloud.Read(account, home, "aws_route53_record", tr.zone.ID+"_api.mt.example.com_A_sa-east-1")
	require.NoError(t, err)
	require.Equal(t, "api.mt.example.com", made.String("fqdn"))
}

func TestAHealthCheckIsInverted(t *testing.T) {
	tr := newWorld(t).traffic()
	out, err := tr.client.UpdateHealthCheck(t.Context(), &route53.UpdateHealthCheckInput{HealthCheckId: aws.String(tr.check.ID), Inverted: aws.Bool(true)})
	require.NoError(t, err)
	require.True(t, *out.HealthCheck.HealthCheckConfig.Inverted)
	require.Equal(t, true, tr.read(tr.check).Props["invertHealthcheck"])
	now, err := tr.client.GetHealthCheck(t.Context(), &route53.GetHealthCheckInput{HealthCheckId: aws.String(tr.check.ID)})
	require.NoError(t, err)
	require.True(t, *now.HealthCheck.HealthCheckConfig.Inverted)
	_, err = tr.client.GetHealthCheck(t.Context(), &route53.GetHealthCheckInput{HealthCheckId: aws.String("none")})
	require.ErrorAs(t, err, new(*types.NoSuchHealthCheck))
	_, err = tr.client.UpdateHealthCheck(t.Context(), &route53.UpdateHealthCheckInput{HealthCheckId: aws.String("none")})
	require.ErrorAs(t, err, new(*types.NoSuchHealthCheck))
}
