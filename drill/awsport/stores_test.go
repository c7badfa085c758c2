package awsport

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/drill/conformance"
	"pitboss/drill/port"
)

var full = conformance.Mode{Full: true, Patience: 10 * time.Second}

func TestDatabasesConform(t *testing.T) {
	a, _ := start(t, newStore().calls())
	conformance.Databases(t, full, a.Databases(), ledger)
}

func TestCachesConform(t *testing.T) {
	a, _ := start(t, newStore().calls())
	conformance.Caches(t, full, a.Caches(), cache)
}

func TestStreamsConform(t *testing.T) {
	s := newStore()
	a, f := start(t, s.calls())
	for _, r := range topics.Replicators {
		path := "/replication/v1/replicators/" + url.PathEscape(r.ARN)
		plain, _ := url.PathUnescape(path)
		f.calls["kafka GET "+plain] = func(request) answer {
			return ok(`{"replicatorState":"RUNNING","currentVersion":"K%d","kafkaClusters":[{"kafkaClusterAlias":"a","amazonMskCluster":{"mskClusterArn":"arn:source"}},{"kafkaClusterAlias":"b","amazonMskCluster":{"mskClusterArn":"arn:target"}}],"replicationInfoList":[{"sourceKafkaClusterAlias":"a","targetKafkaClusterAlias":"b",%s}]}`, s.version, s.carries[r.ARN])
		}
		f.calls["kafka PUT "+plain+"/replication-info"] = func(in request) answer {
			var sent struct {
				CurrentVersion, SourceKafkaClusterArn, TargetKafkaClusterArn string
				TopicReplication, ConsumerGroupReplication                   json.RawMessage
			}
			if json.Unmarshal([]byte(in.body), &sent) != nil || sent.SourceKafkaClusterArn != "arn:source" || sent.TargetKafkaClusterArn != "arn:target" {
				return answer{400, `BadRequestException|{"message":"what?"}`}
			}
			s.version++
			s.carries[r.ARN] = `"topicReplication":` + string(sent.TopicReplication) + `,"consumerGroupReplication":` + string(sent.ConsumerGroupReplication)
			return ok(`{}`)
		}
	}
	before := s.carries[topics.Replicators[home].ARN]
	conformance.Streams(t, full, a.Streams(), topics)
	assert.Equal(t, 2, s.version, "what is as wanted is not changed")
	assert.Contains(t, s.carries[topics.Replicators[home].ARN], `"copyTopicConfigurations":true`)
	assert.Contains(t, before, `"copyTopicConfigurations":true`)

	left, err := a.Streams().Behind(t.Context(), topics, home)
	require.NoError(t, err)
	assert.Equal(t, []int64{3, 4}, []int64{left.Copied, left.Read}, "of one replicator, and of two consumer groups")
	assert.False(t, left.AsOf.IsZero(), "the moment that it is of")
	asked := f.of("monitoring GetMetricData")
	assert.Equal(t, "from-pitboss-mt-eu-south-1", asked[0].form.Get("MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value"))
	assert.Equal(t, []string{standby.String(), home.String()}, []string{asked[0].region, asked[1].region}, "the replicator's region, and the consumers'")
	s.noLag = true
	_, err = a.Streams().Behind(t.Context(), topics, home)
	require.ErrorContains(t, err, "no data", "silence is not zero")
}

// TestLag takes the larger of what is measured, and no silence for zero.
func TestLag(t *testing.T) {
	s := newStore()
	a, f := start(t, s.calls())
	lag, err := a.Databases().Lag(t.Context(), ledger, standby)
	require.NoError(t, err)
	assert.Equal(t, 120*time.Millisecond, lag, "the newest value is the first")
	assert.Equal(t, "pitboss-mt-eu-central-1-ledger", f.of("monitoring GetMetricData")[0].form.Get("MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value"))
	s.noLag = true
	_, err = a.Databases().Lag(t.Context(), ledger, standby)
	require.ErrorContains(t, err, "no data")
}

// TestFreezeIsFromOutside: from the frozen database itself nothing can be thawed.
func TestFreezeIsFromOutside(t *testing.T) {
	s := newStore()
	a, f := start(t, s.calls())
	require.NoError(t, a.Databases().Freeze(t.Context(), ledger, home))
	require.NoError(t, a.Databases().Thaw(t.Context(), ledger, home))
	var said []string
	for _, one := range f.of("rds-data POST /Execute") {
		var sent struct{ Database, SQL, ResourceArn, SecretArn string }
		require.NoError(t, json.Unmarshal([]byte(one.body), &sent))
		assert.Equal(t, []string{neutral, ledger.ARNs[home], ledger.SecretARNs[home]}, []string{sent.Database, sent.ResourceArn, sent.SecretArn})
		verb, _, _ := strings.Cut(sent.SQL, " ")
		said = append(said, verb)
	}
	assert.Equal(t, []string{"ALTER", "SELECT", "SELECT", "SELECT", "SELECT", "ALTER"}, said, "set, ask the time, end sessions until none is left twice, reset")
	assert.Zero(t, s.sessions)
}

func TestTryWriteTellsSilenceFromRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		reason, answer string
		unreachable    bool
	}{
		"NoWriter":   {"a secondary of AWS has none", `DatabaseUnavailableException|{"message":"no writer"}`, true},
		"Ended":      {"every kept session was ended", `DatabaseErrorException|{"message":"FATAL: terminating connection; SQLState: 57P01"}`, true},
		"Lost":       {"a connection class", `DatabaseErrorException|{"message":"gone; SQLState: 08006"}`, true},
		"NotAllowed": {"a refusal says nothing of writes", `AccessDeniedException|{"message":"no"}`, false},
		"Full":       {"an error of another kind", `DatabaseErrorException|{"message":"disk full; SQLState: 53100"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := start(t, map[string]func(request) answer{"rds-data POST /Execute": func(request) answer { return answer{400, c.answer} }})
			taken, err := a.Databases().TryWrite(t.Context(), ledger, home)
			require.Error(t, err, c.reason)
			assert.False(t, taken)
			assert.Equal(t, c.unreachable, assert.ErrorIs(&testing.T{}, err, port.ErrUnreachable), "%s: %v", c.reason, err)
		})
	}
}

// TestCloseKeepsRules: all is said again of a rule but its ports, so nothing is lost.
func TestCloseKeepsRules(t *testing.T) {
	s := newStore()
	a, f := start(t, s.calls())
	require.NoError(t, a.Databases().Close(t.Context(), ledger, home))
	sent := f.of("ec2 ModifySecurityGroupRules")[0].form
	for key, value := range map[string]string{
		"GroupId": "sg-eu-south-1", "SecurityGroupRule.1.SecurityGroupRuleId": "sgr-1", "SecurityGroupRule.1.SecurityGroupRule.ReferencedGroupId": "sg-clients",
		"SecurityGroupRule.1.SecurityGroupRule.FromPort": "1", "SecurityGroupRule.1.SecurityGroupRule.Description": "why",
		"SecurityGroupRule.2.SecurityGroupRuleId": "sgr-2", "SecurityGroupRule.2.SecurityGroupRule.CidrIpv4": "10.0.0.0/8", "SecurityGroupRule.3.SecurityGroupRuleId": "",
	} {
		assert.Equal(t, value, sent.Get(key), key)
	}
	require.NoError(t, a.Databases().Close(t.Context(), ledger, home))
	assert.Len(t, f.of("ec2 ModifySecurityGroupRules"), 1, "closed is closed")
	require.NoError(t, a.Databases().Open(t.Context(), ledger, home))
	assert.Equal(t, answers, s.ports["sg-eu-south-1"])
	s.ports["sg-eu-south-1"] = 6432
	require.ErrorContains(t, a.Databases().Close(t.Context(), ledger, home), "6432", "another way in would stay open")
}

// TestNoAnswer: nobody there and nobody in time are ErrUnreachable; a refusal is not, and
// keeps AWS's words.
func TestNoAnswer(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	environment(t, gone.URL)
	a, err := New(t.Context(), Options{Region: home})
	require.NoError(t, err)
	_, err = a.Databases().Describe(t.Context(), home, ledger)
	require.ErrorIs(t, err, port.ErrUnreachable)
	require.ErrorIs(t, a.Databases().Open(t.Context(), ledger, home), port.ErrUnreachable)
	require.ErrorIs(t, a.Vault(home, "audit").PutNew(t.Context(), "k", nil), port.ErrUnreachable)

	over := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(over) })
	environment(t, slow.URL)
	a, err = New(t.Context(), Options{Region: home})
	require.NoError(t, err)
	_, err = within(t.Context(), 50*time.Millisecond, "caller", func(ctx context.Context) (*sts.GetCallerIdentityOutput, error) {
		return a.sts.in(home.String(), a.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	})
	require.ErrorIs(t, err, port.ErrUnreachable, "none in time")
	_, _, err = traffic{&AWS{options: Options{Door: slow.URL}, door: &http.Client{Timeout: 50 * time.Millisecond}}}.Ask(t.Context(), players, home, "/sli/bet")
	require.ErrorIs(t, err, port.ErrUnreachable)

	a, _ = start(t, newStore().calls())
	err = a.Databases().Switchover(t.Context(), ledger, home, home)
	require.ErrorContains(t, err, "InvalidDBClusterStateFault: the target is the writer already")
	require.NotErrorIs(t, err, port.ErrUnreachable)
}
