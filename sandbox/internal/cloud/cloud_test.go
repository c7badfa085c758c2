package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsschema"
)

const account, home, standby = "111122223333", "eu-south-1", "eu-central-1"

// fakeClusters records what the cloud asks of the control planes; the real ones
// are exercised by the end-to-end run.
type fakeClusters struct {
	started, stopped []string
	groups           []NodeGroup
	fail             error
	wait             chan struct{} // Start waits for it to be closed, if there is one
	waiting          atomic.Int32
}

func (f *fakeClusters) Start(_ context.Context, name, version string) (endpoint, ca string, err error) {
	if f.wait != nil {
		f.waiting.Add(1)
		<-f.wait
	}
	f.started = append(f.started, name+" "+version)
	return "https://127.0.0.1:6443", "CA", f.fail
}
func (f *fakeClusters) Stop(_ context.Context, name string) error {
	f.stopped = append(f.stopped, name)
	return nil
}
func (f *fakeClusters) ApplyNodeGroup(_ context.Context, g NodeGroup) error {
	f.groups = append(f.groups, g)
	return nil
}
func (f *fakeClusters) DeleteNodeGroup(context.Context, string, string) error { return nil }

type world struct {
	*testing.T
	cloud    *Cloud
	clusters *fakeClusters
	now      time.Time // set it forward to see what time does
	path     string
}

// testSchema is the real schema of every type in the table: the bridge's
// GetSchema answer without its descriptions. An integration test of the AWS
// plugin compares the two.
var testSchema = sync.OnceValues(func() (*awsschema.Schema, error) { return awsschema.Load("testdata/schema.json") })

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clusters: &fakeClusters{}, now: time.Now(), path: filepath.Join(t.TempDir(), "cloud.db")}
	w.open()
	t.Cleanup(func() { require.NoError(t, w.cloud.Close()) })
	return w
}

// open starts the cloud on what it remembers.
func (w *world) open() {
	w.Helper()
	var err error
	w.cloud, err = Open(w.path, Options{
		Schema:   sync.OnceValues(func() (*awsschema.Schema, error) { return awsschema.Load("testdata/schema.json") }),
		Clusters: w.clusters, Now: func() time.Time { w.now = w.now.Add(time.Microsecond); return w.now },
	})
	require.NoError(w, err)
}

func (w *world) try(region, tfType string, planned map[string]any) (Resource, error) {
	return w.cloud.Create(w.Context(), Request{Account: account, Region: region, Type: tfType, URN: tfType + "/" + w.Name(), Planned: viaJSON(w.T, planned)})
}

func (w *world) make(region, tfType string, planned map[string]any) Resource {
	w.Helper()
	r, err := w.try(region, tfType, planned)
	require.NoError(w, err)
	return r
}

// refuses asserts AWS's error code.
func (w *world) refuses(code string, err error) {
	w.Helper()
	var api *APIError
	require.ErrorAs(w, err, &api)
	require.Equal(w, code, api.Code, err.Error())
}

// viaJSON gives values the types that they arrive with.
func viaJSON(t *testing.T, m map[string]any) map[string]any {
	t.Helper()
	data, err := json.Marshal(m)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}

func (w *world) vpc() Resource {
	return w.make(home, "aws_vpc", map[string]any{"cidrBlock": "10.16.0.0/16", "arn": Unknown, "ownerId": Unknown, "defaultSecurityGroupId": Unknown})
}

func TestUnknownsAreFilledByTheirType(t *testing.T) {
	w := newWorld(t)
	vpc := w.vpc()
	require.Regexp(t, `^vpc-[0-9a-f]{17}$`, vpc.ID)
	require.Equal(t, "arn:aws:ec2:eu-south-1:111122223333:vpc/"+vpc.ID, vpc.Props["arn"])
	require.Equal(t, vpc.ID, vpc.Props["vpcId"], "Terraform's own id, under the bridge's name for it")
	lt := w.make(home, "aws_launch_template", map[string]any{
		"name": "api", "latestVersion": Unknown, "metadataOptions": Unknown, "tagSpecifications": Unknown,
		"blockDeviceMappings": []any{map[string]any{"ebs": map[string]any{"iops": Unknown, "volumeSize": 50}}},
	})
	require.InDelta(t, 1, lt.Props["latestVersion"], 0, "a number, not a string: the provider could not read it back")
	require.IsType(t, map[string]any{}, lt.Props["metadataOptions"])
	require.Equal(t, []any{}, lt.Props["tagSpecifications"])
	ebs := lt.Props["blockDeviceMappings"].([]any)[0].(map[string]any)["ebs"].(map[string]any)
	require.Equal(t, 0, ebs["iops"])
	data, err := json.Marshal(lt.Props)
	require.NoError(t, err)
	require.NotContains(t, string(data), Unknown)
}

func TestUpdateKeepsWhatThePlanLeavesOpen(t *testing.T) {
	w := newWorld(t)
	lt := w.make(home, "aws_launch_template", map[string]any{"name": "api", "latestVersion": Unknown, "arn": Unknown})
	next, err := w.cloud.Update(t.Context(), Request{Account: account, Region: home, Type: lt.Type, ID: lt.ID,
		Planned: map[string]any{"name": "api", "userData": "eA==", "latestVersion": Unknown, "arn": Unknown}})
	require.NoError(t, err)
	require.Equal(t, lt.Props["arn"], next.Props["arn"])
	require.InDelta(t, 2, next.Props["latestVersion"], 0, "every change of a launch template is a new version")
}

func TestMultiRegionKeysShareTheirID(t *testing.T) {
	w := newWorld(t)
	primary := w.make(home, "aws_kms_key", map[string]any{"multiRegion": true, "deletionWindowInDays": 30, "arn": Unknown})
	require.True(t, strings.HasPrefix(primary.ID, "mrk-"), primary.ID)
	replica := w.make(standby, "aws_kms_replica_key", map[string]any{"primaryKeyArn": primary.Props["arn"], "arn": Unknown})
	require.Equal(t, primary.ID, replica.ID)
	require.Contains(t, replica.Props["arn"], standby)
	require.NoError(t, w.cloud.Delete(t.Context(), account, standby, replica.Type, replica.ID))
	require.NoError(t, w.cloud.Delete(t.Context(), account, home, primary.Type, primary.ID))
}

func TestClustersAndNodeGroupsHaveConsequences(t *testing.T) {
	w := newWorld(t)
	vpc := w.vpc()
	subnet := w.make(home, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": "10.16.0.0/20", "availabilityZone": "eu-south-1a"})
	cluster := w.make(home, "aws_eks_cluster", map[string]any{"name": "mt-eu-south-1", "version": "1.35", "endpoint": Unknown, "certificateAuthorities": Unknown,
		"vpcConfig": map[string]any{"subnetIds": []any{subnet.ID}, "vpcId": Unknown, "clusterSecurityGroupId": Unknown}})
	require.Equal(t, []string{"mt-eu-south-1 1.35"}, w.clusters.started)
	require.Equal(t, "https://127.0.0.1:6443", cluster.Props["endpoint"])
	require.Equal(t, vpc.ID, cluster.Props["vpcConfig"].(map[string]any)["vpcId"])
	w.make(home, "aws_eks_node_group", map[string]any{"clusterName": "mt-eu-south-1", "nodeGroupName": "etl", "subnetIds": []any{subnet.ID},
		"instanceTypes": []any{"r7i.2xlarge"}, "capacityType": "SPOT", "scalingConfig": map[string]any{"desiredSize": 2},
		"labels": map[string]any{"pitboss.io/pool": "etl"}, "taints": []any{map[string]any{"key": "pool", "value": "etl", "effect": "NO_SCHEDULE"}}, "version": Unknown})
	require.Len(t, w.clusters.groups, 1)
	g := w.clusters.groups[0]
	require.Equal(t, 2, g.Count)
	require.Equal(t, "eu-south-1a", g.Zones[0].Name)
	require.Equal(t, []Taint{{"pool", "etl", "NoSchedule"}}, g.Taints)
	require.Equal(t, "1.35", g.Version, "a group without a version takes its cluster's")
	w.refuses("ResourceInUseException", w.cloud.Delete(t.Context(), account, home, "aws_eks_cluster", "mt-eu-south-1"))
	require.NoError(t, w.cloud.Delete(t.Context(), account, home, "aws_eks_node_group", "mt-eu-south-1:etl"))
	require.NoError(t, w.cloud.Delete(t.Context(), account, home, "aws_eks_cluster", "mt-eu-south-1"))
	require.Equal(t, []string{"mt-eu-south-1"}, w.clusters.stopped)
}

func TestAClusterThatCannotStartDoesNotExist(t *testing.T) {
	w := newWorld(t)
	w.clusters.fail = errors.New("boom")
	_, err := w.try(home, "aws_eks_cluster", map[string]any{"name": "mt", "version": "1.35"})
	require.ErrorContains(t, err, "boom")
	_, err = w.cloud.Read(account, home, "aws_eks_cluster", "mt")
	require.True(t, IsNotFound(err), "%v", err)
	require.Equal(t, []string{"mt"}, w.clusters.stopped, "and nothing of it is left")
}

func TestDriftIsSeenByReadAndBadDriftIsRefused(t *testing.T) {
	w := newWorld(t)
	vpc := w.vpc()
	_, err := w.cloud.Drift(account, home, vpc.Type, vpc.ID, map[string]json.RawMessage{"enableDnsSupport": []byte("false")})
	require.NoError(t, err)
	now, err := w.cloud.Read(account, home, vpc.Type, vpc.ID)
	require.NoError(t, err)
	require.Equal(t, false, now.Props["enableDnsSupport"])
	_, err = w.cloud.Drift(account, home, vpc.Type, vpc.ID, map[string]json.RawMessage{"tags.owner": []byte(`"me"`)})
	require.ErrorContains(t, err, "has no fields")
}

// A run that is killed after AWS made something and before the state had it
// asks again in the same words.
func TestAKilledRunFindsWhatItHadMade(t *testing.T) {
	w := newWorld(t)
	vpc := w.vpc()
	planned := map[string]any{"vpcId": vpc.ID, "cidrBlock": "10.16.0.0/20", "arn": Unknown}
	first := w.make(home, "aws_subnet", planned)
	require.Equal(t, first.ID, w.make(home, "aws_subnet", planned).ID)
	require.NoError(t, w.cloud.Known(account, home, "aws_subnet", first.ID))
	_, err := w.try(home, "aws_subnet", planned)
	w.refuses("InvalidSubnet.Conflict", err) // the engine knew the first, so this is another
}

// What takes time is not there, and cannot be made twice, until it is done.
func TestOneAtATime(t *testing.T) {
	w := newWorld(t)
	w.clusters.started = nil
	gate := make(chan struct{})
	w.clusters.wait = gate
	done := make(chan Resource, 2)
	for range 2 {
		go func() {
			r, err := w.try(home, "aws_eks_cluster", map[string]any{"name": "c", "version": "1.35"})
			if err != nil {
				t.Error(err)
			}
			done <- r
		}()
	}
	require.Eventually(t, func() bool { return w.clusters.waiting.Load() == 1 }, 5*time.Second, time.Millisecond)
	_, err := w.cloud.Read(account, home, "aws_eks_cluster", "c")
	require.True(t, IsNotFound(err), "half a cluster is no cluster")
	close(gate)
	a, b := <-done, <-done
	require.Equal(t, a.Props["endpoint"], b.Props["endpoint"])
	require.Len(t, w.clusters.started, 1)
}
