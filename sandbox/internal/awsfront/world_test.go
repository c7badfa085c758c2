package awsfront

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/cloud"
)

const account, home, standby, token = "111122223333", "eu-south-1", "eu-central-1", "the-sandboxes-token"

// unused runs no control planes: no test here makes a cluster of EKS.
type unused struct{ cloud.Clusters }

// fakeData is a data plane that answers what it is told to.
type fakeData struct {
	mu   sync.Mutex
	dead map[string]bool
	lags map[string]time.Duration // by the cluster's ARN
	said []string                 // the last statement and where it ran
	give Result
	err  error
}

func (d *fakeData) Execute(_ context.Context, cluster, user, password, database, sql string) (Result, error) {
	d.said = []string{cluster, user, password, database, sql}
	return d.give, d.err
}

func (d *fakeData) Lag(_ context.Context, cluster string) (time.Duration, error) {
	lag, ok := d.lags[cluster]
	if !ok {
		return 0, context.DeadlineExceeded
	}
	return lag, nil
}

func (d *fakeData) Dead(region string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead[region]
}

func (d *fakeData) kill(region string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead[region] = true
}

type world struct {
	*testing.T
	cloud *cloud.Cloud
	data  *fakeData
	front *Front
	url   string
	now   time.Time // set it forward to see what time does
}

var schema = sync.OnceValues(func() (*awsschema.Schema, error) { return awsschema.Load("../cloud/testdata/schema.json") })

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, data: &fakeData{dead: map[string]bool{}, lags: map[string]time.Duration{}}, now: time.Now()}
	var clock sync.Mutex
	c, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.db"), cloud.Options{Schema: schema, Clusters: unused{}, Now: func() time.Time {
		clock.Lock()
		defer clock.Unlock()
		w.now = w.now.Add(time.Microsecond)
		return w.now
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	w.cloud = c
	w.serve(New(Options{Cloud: c, Data: w.data, Token: token, Objects: filepath.Join(t.TempDir(), "objects")}))
	return w
}

func (w *world) serve(f *Front) {
	w.front = f
	server := httptest.NewServer(f)
	w.Cleanup(server.Close)
	w.url = server.URL
}

// in is the configuration of an SDK as a drill has it, in a region.
func (w *world) in(region string) aws.Config {
	return aws.Config{Region: region, BaseEndpoint: aws.String(w.url), RetryMaxAttempts: 1, RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		Credentials: credentials.NewStaticCredentialsProvider(token, token, "")}
}

// make makes a resource as the engine would.
func (w *world) make(region, tfType string, planned map[string]any) cloud.Resource {
	w.Helper()
	data, err := json.Marshal(planned)
	require.NoError(w, err)
	plan := map[string]any{}
	require.NoError(w, json.Unmarshal(data, &plan))
	r, err := w.cloud.Create(w.Context(), cloud.Request{Account: account, Region: region, Type: tfType, URN: tfType + "/" + w.Name() + string(data), Planned: plan})
	require.NoError(w, err)
	return r
}

func (w *world) read(r cloud.Resource) cloud.Resource {
	w.Helper()
	now, err := w.cloud.Read(r.Account, r.Region, r.Type, r.ID)
	require.NoError(w, err)
	return now
}

// refuses asserts AWS's error code, and returns the words.
func (w *world) refuses(code string, err error) string {
	w.Helper()
	var api smithy.APIError
	require.ErrorAs(w, err, &api)
	require.Equal(w, code, api.ErrorCode(), err.Error())
	return err.Error()
}

func (w *world) subnets(region string) []any {
	vpc := w.make(region, "aws_vpc", map[string]any{"cidrBlock": "10.16.0.0/16", "arn": cloud.Unknown})
	var ids []any
	for i, block := range []string{"10.16.0.0/20", "10.16.16.0/20"} {
		ids = append(ids, w.make(region, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": block, "availabilityZone": region + string(rune('a'+i))}).ID)
	}
	return ids
}

func (w *world) key(region string) string {
	return w.make(region, "aws_kms_key", map[string]any{"arn": cloud.Unknown, "description": region}).String("arn")
}

func (w *world) group(region string) string {
	vpc := w.make(region, "aws_vpc", map[string]any{"cidrBlock": "10.32.0.0/16"})
	return w.make(region, "aws_security_group", map[string]any{"name": "ledger", "vpcId": vpc.ID}).ID
}

// ledger is a global database with a writer in home and a secondary in standby.
type ledger struct {
	primary, secondary cloud.Resource
	group              string
}

func (w *world) ledger() ledger {
	w.Helper()
	w.make(home, "aws_rds_global_cluster", map[string]any{"globalClusterIdentifier": "mt-ledger", "engine": "aurora-postgresql", "engineVersion": "17.7",
		"storageEncrypted": true, "databaseName": "ledger", "arn": cloud.Unknown, "endpoint": cloud.Unknown, "globalClusterMembers": cloud.Unknown})
	l := ledger{group: w.group(home)}
	cluster := func(region string, more map[string]any) cloud.Resource {
		subnets := w.make(region, "aws_db_subnet_group", map[string]any{"name": "ledger", "subnetIds": w.subnets(region), "vpcId": cloud.Unknown}).ID
		plan := map[string]any{"clusterIdentifier": "mt-" + region + "-ledger", "engine": "aurora-postgresql", "engineVersion": "17.7", "globalClusterIdentifier": "mt-ledger",
			"storageEncrypted": true, "enableHttpEndpoint": true, "kmsKeyId": w.key(region), "dbSubnetGroupName": subnets, "skipFinalSnapshot": true,
			"arn": cloud.Unknown, "endpoint": cloud.Unknown, "readerEndpoint": cloud.Unknown, "port": cloud.Unknown, "clusterMembers": cloud.Unknown}
		for k, v := range more {
			plan[k] = v
		}
		r := w.make(region, "aws_rds_cluster", plan)
		w.make(region, "aws_rds_cluster_instance", map[string]any{"identifier": "ledger-" + region, "clusterIdentifier": r.ID, "engine": "aurora-postgresql",
			"instanceClass": "db.r7g.large", "promotionTier": 0, "writer": cloud.Unknown, "endpoint": cloud.Unknown, "availabilityZone": cloud.Unknown})
		return r
	}
	l.primary = cluster(home, map[string]any{"masterUsername": "ledger", "masterPassword": "correct-horse-battery", "databaseName": "ledger", "vpcSecurityGroupIds": []any{l.group}})
	l.secondary = cluster(standby, map[string]any{"sourceRegion": home, "masterUsername": cloud.Unknown, "databaseName": cloud.Unknown})
	return l
}

// secret is one that is copied to standby, with a value; its ARNs are by region.
func (w *world) secret(name, value string) map[string]string {
	w.Helper()
	s := w.make(home, "aws_secretsmanager_secret", map[string]any{"name": name, "arn": cloud.Unknown, "kmsKeyId": w.key(home),
		"replicas": []any{map[string]any{"region": standby, "kmsKeyId": w.key(standby), "status": cloud.Unknown}}})
	w.make(home, "aws_secretsmanager_secret_version", map[string]any{"secretId": s.ID, "secretString": value, "arn": cloud.Unknown,
		"versionId": cloud.Unknown, "versionStages": cloud.Unknown})
	return map[string]string{home: s.ID, standby: strings.Replace(s.ID, home, standby, 1)}
}
