package workload_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/components/services"
	"pitboss/components/workload"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
)

// TestObjects wants of each service what it needs and nothing else.
func TestObjects(t *testing.T) {
	for service, want := range map[string]string{
		"ledger":  "account budget config deployment identity monitor policy role secret-cache service traffic",
		"api":     "account autoscaler budget config deployment monitor service traffic",
		"worker":  "account budget config deployment identity monitor policy role scaler service traffic",
		"capture": "account budget config monitor recommendation service statefulset traffic",
		"report":  "account config cronjob identity policy recommendation role secret-ledger-reporting traffic",
		"people":  "account budget config deployment groups monitor secret-cashier secret-identity-provider secret-kyc service traffic",
		"media":   "account config daemonset service traffic",
	} {
		var got []string
		for _, one := range made(t, service).Resources {
			if what, ok := strings.CutPrefix(one.Name, service+"-"); ok {
				got = append(got, what)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s has %v, want %s", service, got, want)
		}
	}
}

func TestConfig(t *testing.T) {
	for service, want := range map[string]map[string]any{
		"ledger": {
			"PITBOSS_MARKET": "mt", "PITBOSS_REGION": "eu-south-1", "PORT_HTTP": "8080", "PORT_METRICS": "9090", "LEDGER_TIMEOUT": "2s",
			"STORE_WALLET_HOST": "wallet.db", "STORE_WALLET_PORT": "5432", "STORE_WALLET_USER": "wallet", "STORE_CACHE_HOST": "cache.db", "STORE_CACHE_PORT": "6379", "STORE_CACHE_USER": "default",
			"KAFKA_BROKERS": "broker-1:9098", "KAFKA_GROUP": "ledger",
		},
		"api": {
			"PITBOSS_MARKET": "mt", "PITBOSS_REGION": "eu-south-1", "PORT_HTTPS": "8443", "PORT_HEALTH": "8081", "PORT_METRICS": "9090",
			"SERVICE_LEDGER_HTTP": "ledger.bank.svc.cluster.local:8080", "SERVICE_MEDIA_SIGNAL": "media.live.svc.cluster.local:9200",
		},
		"media": {
			"PITBOSS_MARKET": "mt", "PITBOSS_REGION": "eu-south-1", "PORT_SIGNAL": "9200", "PORT_ICE": "3478",
			"MEDIA_PORT_FIRST": "50000", "MEDIA_PORT_LAST": "60000", "MEDIA_DSCP": "34",
		},
		"report": {
			"PITBOSS_MARKET": "mt", "PITBOSS_REGION": "eu-south-1", "STORE_LEDGER_REPORTING_HOST": "ledger-reporting.db", "STORE_LEDGER_REPORTING_PORT": "5432",
			"STORE_LEDGER_REPORTING_USER": "reporting", "EVIDENCE_GAME": "s3://pitboss-mt-audit-game-111122223333-eu-south-1/report/",
		},
	} {
		if got := differences(service+" ", object(t, made(t, service), service+"-config").Get("data"), any(want)); got != nil {
			t.Errorf("configuration, got and want: %v", got)
		}
	}
}

// TestSecretsAreFiles wants every secret mounted, and read by its own name. A service that
// comes through the proxy is told no password.
func TestSecretsAreFiles(t *testing.T) {
	r := made(t, "people")
	within := pod(t, r, "people")
	for i, name := range []string{"identity-provider", "kyc", "cashier"} {
		expect{
			fmt.Sprintf("spec.volumes.%d.secret.secretName", i+2): "people-" + name, fmt.Sprintf("spec.volumes.%d.secret.defaultMode", i+2): 0o440,
			fmt.Sprintf("spec.containers.0.volumeMounts.%d.mountPath", i+2): "/var/run/secrets/pitboss/" + name, fmt.Sprintf("spec.containers.0.volumeMounts.%d.readOnly", i+2): true,
		}.of(t, name, within)
		expect{
			"metadata.name": "people-" + name, "spec.target.name": "people-" + name, "spec.secretStoreRef.name": "aws", "spec.dataFrom.0.extract.key": "pitboss/mt/" + name,
		}.of(t, name, object(t, r, "people-secret-"+name).Get)
	}
	if _, told := made(t, "ledger").Named("ledger-secret-wallet"); told {
		t.Error("the ledger is told the password that the proxy keeps for it")
	}
}

func TestService(t *testing.T) {
	for service, want := range map[string]expect{
		"ledger":  {"spec.type": "ClusterIP", "spec.clusterIP": nil, "spec.sessionAffinity": nil, "spec.ports.0.targetPort": "http", "spec.ports.0.port": 8080},
		"api":     {"spec.sessionAffinity": "ClientIP", "spec.sessionAffinityConfig.clientIP.timeoutSeconds": 10800},
		"capture": {"spec.clusterIP": "None"},
		"media":   {"spec.clusterIP": "None", "spec.ports.1.protocol": "UDP"},
	} {
		want.of(t, service, object(t, made(t, service), service+"-service").Get)
	}
	expect{"spec.endpoints.0.port": "metrics", "spec.endpoints.1": nil, "spec.sampleLimit": 20000, "spec.selector.matchLabels.pitboss.io/service": "ledger"}.of(t, "monitor", object(t, made(t, "ledger"), "ledger-monitor").Get)
}

func TestBudgets(t *testing.T) {
	for service, want := range map[string]expect{
		"ledger":  {"spec.minAvailable": 3, "spec.maxUnavailable": nil, "spec.unhealthyPodEvictionPolicy": "AlwaysAllow", "metadata.labels.pitboss.io/tier": "money"},
		"api":     {"spec.minAvailable": nil, "spec.maxUnavailable": 1},
		"capture": {"spec.maxUnavailable": 1},
	} {
		want.of(t, service, object(t, made(t, service), service+"-budget").Get)
		want.of(t, service+" standby", object(t, made(t, service, standby), service+"-budget").Get)
	}
}

func TestScaling(t *testing.T) {
	signal := func(s services.Signal) func(*workload.Args) {
		return func(a *workload.Args) { a.Service.Scaling.Signal = s }
	}
	for reason, c := range map[string]struct {
		edit func(*workload.Args)
		want string
	}{
		"requests":    {signal(services.Requests), "http_requests_per_second"},
		"latency":     {signal(services.Latency), "http_request_duration_p95_milliseconds"},
		"connections": {signal(services.Connections), "open_connections"},
	} {
		expect{
			"spec.minReplicas": 3, "spec.maxReplicas": 9, "spec.scaleTargetRef.kind": "Deployment", "spec.scaleTargetRef.name": "api", "spec.metrics.0.type": "Pods",
			"spec.metrics.0.pods.metric.name": c.want, "spec.metrics.0.pods.target.averageValue": "200", "spec.metrics.1": nil,
			"spec.behavior.scaleDown.stabilizationWindowSeconds": 600, "spec.behavior.scaleUp.stabilizationWindowSeconds": 0,
		}.of(t, reason, object(t, made(t, "api", c.edit), "api-autoscaler").Get)
	}
	many := func(a *workload.Args) { a.Service.Scaling.Target = 8000 }
	expect{"spec.metrics.0.pods.target.averageValue": "8k"}.of(t, "as the API server spells it", object(t, made(t, "api", many), "api-autoscaler").Get)
	expect{"spec.metrics.0.resource.name": "cpu", "spec.metrics.0.resource.target.averageUtilization": 1000}.of(t, "cpu", object(t, made(t, "worker", signal(services.CPU)), "worker-autoscaler").Get)
	expect{
		"spec.minReplicaCount": 2, "spec.maxReplicaCount": 12, "spec.scaleTargetRef.name": "worker", "spec.triggers.0.type": "apache-kafka",
		"spec.triggers.0.metadata": map[string]any{
			"bootstrapServers": "broker-1:9098", "topic": "bets.settled", "consumerGroup": "workers", "lagThreshold": "1000", "offsetResetPolicy": "earliest",
			"sasl": "aws_msk_iam", "tls": "enable", "awsRegion": "eu-south-1", "identityOwner": "operator",
		},
	}.of(t, "lag", object(t, made(t, "worker"), "worker-scaler").Get)
	expect{"spec.updatePolicy.updateMode": "Off", "spec.targetRef.kind": "CronJob", "spec.targetRef.apiVersion": "batch/v1"}.of(t, "recommended", object(t, made(t, "report"), "report-recommendation").Get)
}

// TestLeastPrivilege reads the whole policy of each service that has one.
func TestLeastPrivilege(t *testing.T) {
	for service, want := range map[string][]string{
		"ledger": {
			"Brokers kafka-cluster:Connect,kafka-cluster:DescribeCluster,kafka-cluster:WriteDataIdempotently arn:aws:kafka:r:1:cluster/mt/u-1",
			"Read kafka-cluster:DescribeTopic,kafka-cluster:ReadData arn:aws:kafka:r:1:topic/mt/u-1/safeguard.limits",
			"Group kafka-cluster:DescribeGroup,kafka-cluster:AlterGroup arn:aws:kafka:r:1:group/mt/u-1/ledger",
			"Write kafka-cluster:DescribeTopic,kafka-cluster:WriteData arn:aws:kafka:r:1:topic/mt/u-1/audit.actions,arn:aws:kafka:r:1:topic/mt/u-1/wallet.transactions",
			"LogIne8d44050 rds-db:connect arn:aws:rds-db:eu-south-1:111122223333:dbuser:prx-01/wallet",
		},
		"worker": {
			"Brokers kafka-cluster:Connect,kafka-cluster:DescribeCluster arn:aws:kafka:r:1:cluster/mt/u-1",
			"Read kafka-cluster:DescribeTopic,kafka-cluster:ReadData arn:aws:kafka:r:1:topic/mt/u-1/bets.settled",
			"Group kafka-cluster:DescribeGroup,kafka-cluster:AlterGroup arn:aws:kafka:r:1:group/mt/u-1/workers",
		},
		"report": {
			"Evidence s3:PutObject arn:aws:s3:::pitboss-mt-audit-game-111122223333-eu-south-1/report/*",
			"EvidenceKey kms:GenerateDataKey,kms:Decrypt arn:audit-key map[StringEquals:map[kms:ViaService:[s3.eu-south-1.amazonaws.com]]]",
		},
	} {
		r := made(t, service)
		var got []string
		for _, s := range statements(t, object(t, r, service+"-policy"), "policy") {
			line := s.Sid + " " + strings.Join(s.Action, ",") + " " + strings.Join(s.Resource, ",")
			if s.Condition != nil {
				line += " " + fmt.Sprint(s.Condition)
			}
			got = append(got, line)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s may\n%s\nwant\n%s", service, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		trust := statements(t, object(t, r, service+"-role"), "assumeRolePolicy")[0]
		if who := fmt.Sprint(trust.Condition["StringEquals"]["aws:RequestTag/kubernetes-service-account"]); who != "["+service+"]" {
			t.Errorf("the role of %s is for %s", service, who)
		}
		expect{"serviceAccount": service, "clusterName": "mt-cluster", "roleArn": "arn:aws:recorded:::" + service + "-role"}.of(t, service, object(t, r, service+"-identity").Get)
	}
}

type statement struct {
	Sid              string
	Action, Resource []string
	Condition        map[string]map[string][]string
}

func statements(t *testing.T, r record.Resource, at string) []statement {
	t.Helper()
	var d struct{ Statement []statement }
	if err := json.Unmarshal([]byte(r.Text(at)), &d); err != nil {
		t.Fatal(err)
	}
	return d.Statement
}

// TestVaultGroups wants the cluster's group and the database's clients, each once.
func TestVaultGroups(t *testing.T) {
	groups := object(t, made(t, "people"), "people-groups")
	expect{"spec.securityGroups.groupIds": "[sg-cluster sg-vault]", "spec.podSelector.matchLabels.pitboss.io/service": "people"}.of(t, "people", groups.Get)
}

// TestPreviewShowsEverything: what is known only after it is made hides no object.
func TestPreviewShowsEverything(t *testing.T) {
	args := given(t, domains(), "ledger")
	preview, err := record.Run(record.Options{Stack: "s", Preview: true}, program(args))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(preview.Resources), len(componenttest.Record(t, program(args)).Resources); got != want {
		t.Errorf("a preview shows %d resources, an update makes %d", got, want)
	}
}

// TestThePlatform composes every service that there is, as one region would. It may take 200
// ms on a machine that does nothing else; here it is only kept from growing by much.
func TestThePlatform(t *testing.T) {
	all := services.Domains()
	var args []workload.Args
	for _, d := range all {
		for _, s := range d.Services {
			args = append(args, given(t, all, s.Name))
		}
	}
	best := time.Hour
	for range 5 {
		start := time.Now()
		r := componenttest.Record(t, program(args...))
		best = min(best, time.Since(start))
		t.Logf("%d services, %d resources, %s", len(args), len(r.Resources), time.Since(start))
	}
	if best > time.Second {
		t.Errorf("composing took %s", best)
	}
}
