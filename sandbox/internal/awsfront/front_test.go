package awsfront

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	watch "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/globalaccelerator"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"
)

// everyProtocol asks something of a service of each protocol.
func everyProtocol(t *testing.T, c aws.Config) map[string]error {
	return map[string]error{
		"query":  second(rds.NewFromConfig(c).DescribeGlobalClusters(t.Context(), &rds.DescribeGlobalClustersInput{})),
		"json":   second(secretsmanager.NewFromConfig(c).DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: aws.String("none")})),
		"rest":   second(kafka.NewFromConfig(c).ListReplicators(t.Context(), &kafka.ListReplicatorsInput{})),
		"data":   second(rdsdata.NewFromConfig(c).ExecuteStatement(t.Context(), &rdsdata.ExecuteStatementInput{ResourceArn: aws.String("a"), SecretArn: aws.String("b"), Sql: aws.String("c")})),
		"s3":     second(s3.NewFromConfig(c).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("none")})),
		"watch":  second(cloudwatch.NewFromConfig(c).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})),
		"global": second(route53.NewFromConfig(c).ListResourceRecordSets(t.Context(), &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String("Znone")})),
		"wide":   second(sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})),
	}
}

func TestOnlyTheTokenMayCall(t *testing.T) {
	w := newWorld(t)
	c := w.in(home)
	c.Credentials = credentials.NewStaticCredentialsProvider("AKIDSOMEBODYELSE", "secret", "")
	for name, err := range everyProtocol(t, c) {
		t.Log(name)
		w.refuses("InvalidClientTokenId", err)
	}
	answer, err := http.Get(w.url)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
}

func TestALostRegionDoesNotAnswer(t *testing.T) {
	w := newWorld(t)
	w.make(home, "aws_iam_role", map[string]any{"name": "r"})
	w.data.kill(home)
	for name, err := range everyProtocol(t, w.in(home)) {
		switch name {
		case "wide":
			require.NoError(t, err, "global services live on")
		case "global":
			w.refuses("NoSuchHostedZone", err)
		default:
			require.ErrorContains(t, err, "StatusCode: 0", name)
		}
	}
	require.NoError(t, everyProtocol(t, w.in(standby))["query"], "the other region lives")
}

func TestADeniedActionIsRefusedAndSimulatedSo(t *testing.T) {
	w := newWorld(t)
	w.ledger()
	c := w.in(home)
	who, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	require.NoError(t, err)
	require.Equal(t, account, *who.Account)
	require.Equal(t, "arn:aws:iam::111122223333:user/sandbox", *who.Arn)
	simulate := func() (out []string) {
		t.Helper()
		got, err := iam.NewFromConfig(c).SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{PolicySourceArn: who.Arn,
			ActionNames: []string{"rds:DescribeGlobalClusters", "s3:GetObject"}, ResourceArns: []string{"arn:a", "arn:b"}})
		require.NoError(t, err)
		for _, r := range got.EvaluationResults {
			if r.EvalDecision != iamtypes.PolicyEvaluationDecisionTypeAllowed {
				out = append(out, *r.EvalActionName+" "+*r.EvalResourceName)
			}
		}
		require.Len(t, got.EvaluationResults, 4)
		return out
	}
	require.Empty(t, simulate())
	w.front.SetFaults(Faults{Deny: []string{"rds:Describe*"}})
	require.Equal(t, []string{"rds:DescribeGlobalClusters arn:a", "rds:DescribeGlobalClusters arn:b"}, simulate())
	w.refuses("AccessDenied", everyProtocol(t, c)["query"])
	w.front.SetFaults(Faults{Deny: []string{"s3:ListBucket", "kafka:*", "route53:ListResourceRecordSets"}})
	all := everyProtocol(t, c)
	w.refuses("AccessDenied", all["s3"])
	w.refuses("AccessDeniedException", all["rest"])
	w.refuses("AccessDenied", all["global"])
	require.NoError(t, all["query"])
	w.front.SetFaults(Faults{})
	require.Empty(t, simulate(), "a fault can be taken back")
}

func TestAlarmsAreOnIfAFaultSaysSo(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"mt-lag", "mt-cpu"} {
		w.make(home, "aws_cloudwatch_metric_alarm", map[string]any{"alarmName": name, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1,
			"namespace": "AWS/RDS", "metricName": "CPUUtilization", "dimensions": map[string]any{"DBClusterIdentifier": "a", "Role": "WRITER"}})
	}
	states := func(in *cloudwatch.DescribeAlarmsInput) map[string]watch.StateValue {
		t.Helper()
		out, err := cloudwatch.NewFromConfig(w.in(home)).DescribeAlarms(t.Context(), in)
		require.NoError(t, err)
		of := map[string]watch.StateValue{}
		for _, a := range out.MetricAlarms {
			require.Len(t, a.Dimensions, 2)
			of[*a.AlarmName] = a.StateValue
		}
		return of
	}
	on := &cloudwatch.DescribeAlarmsInput{StateValue: watch.StateValueAlarm}
	require.Empty(t, states(on))
	require.Equal(t, map[string]watch.StateValue{"mt-lag": "OK", "mt-cpu": "OK"}, states(&cloudwatch.DescribeAlarmsInput{}))
	w.front.SetFaults(Faults{Alarms: []string{"mt-lag", "of-another-region"}})
	require.Equal(t, map[string]watch.StateValue{"mt-lag": "ALARM"}, states(on))
	require.Equal(t, map[string]watch.StateValue{"mt-cpu": "OK"}, states(&cloudwatch.DescribeAlarmsInput{StateValue: watch.StateValueOk}))
	require.Equal(t, map[string]watch.StateValue{"mt-lag": "ALARM"}, states(&cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"mt-lag"}}))
	none, err := cloudwatch.NewFromConfig(w.in(standby)).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	require.NoError(t, err)
	require.Empty(t, none.MetricAlarms)
}

func TestWhatIsUnknownIsNamed(t *testing.T) {
	w := newWorld(t)
	words := w.refuses("InvalidAction", second(rds.NewFromConfig(w.in(home)).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{})))
	require.Contains(t, words, "SwitchoverGlobalCluster")
	words = w.refuses("InvalidAction", second(globalaccelerator.NewFromConfig(w.in("us-west-2")).ListAccelerators(t.Context(), &globalaccelerator.ListAcceleratorsInput{})))
	require.Contains(t, words, "UpdateEndpointGroup")
	words = w.refuses("InvalidAction", second(route53.NewFromConfig(w.in(home)).ListHostedZones(t.Context(), &route53.ListHostedZonesInput{})))
	require.Contains(t, words, "ChangeResourceRecordSets")
	require.Contains(t, strings.Join(Operations(), ","), "s3 PutObject")
	for _, name := range Operations() {
		service, _, _ := strings.Cut(name, " ")
		spoken := services[service] != nil
		for signed, known := range signedAs {
			spoken = spoken || known == service && services[signed] != nil
		}
		require.True(t, spoken, "an operation that no protocol reaches: %s", name)
	}
}
