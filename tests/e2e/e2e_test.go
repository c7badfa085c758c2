//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outcome is what `pitboss up --json` and its like print.
type outcome struct {
	Result string `json:"result"`
	Total  struct{ Creates, Updates, Replaces, Deletes, Same int }
	Stacks []struct {
		Name, Result string
		Planned      []struct{ Op, Type, Name string }
		Repairs      []string
	} `json:"stacks"`
}

func (o outcome) changes() int {
	return o.Total.Creates + o.Total.Updates + o.Total.Replaces + o.Total.Deletes
}

type status struct {
	Markets []struct {
		Name   string
		Stacks []struct {
			Name    string
			Exists  bool
			Pending []string `json:"pendingOperations"`
			Cluster *struct {
				Name, Kubeconfig string
				Pools            []struct {
					Name         string
					Ready, Total int
					Zones        []string
				}
			}
		}
	}
}

// cloudResource is a line of `sandbox resources`.
type cloudResource struct {
	Account, Region, Type, ID string
	Props                     map[string]any
}

// TestEndToEnd is one story; each chapter needs those before it.
func TestEndToEnd(t *testing.T) {
	c := newCheckout(t)
	for _, chapter := range []struct {
		name string
		run  func(*checkout)
	}{
		{"KilledInTheMiddleOfUp", killedInTheMiddle},
		{"UpFinishesWhatWasKilled", upFinishes},
		{"StatusShowsClustersAndPools", statusShows},
		{"UpAgainChangesNothing", upAgain},
		{"SwapOfActiveKeepsData", swapActive},
		{"AChangeThatUpdates", changeUpdates},
		{"AChangeThatReplaces", changeReplaces},
		{"DriftIsRefreshedAndUndone", driftUndone},
		{"EvidenceIsLocked", evidenceLocked},
		{"TheProvidersOwnWords", providersWords},
		{"ACrashOfTheSandboxIsRepaired", crashRepaired},
		{"NothingOfTheCheckoutWasTouched", checkoutClean},
		{"DownLeavesNothing", downLeavesNothing},
	} {
		start := time.Now()
		if !t.Run(chapter.name, func(t *testing.T) {
			chapter.run(&checkout{T: t, dir: c.dir})
		}) {
			t.FailNow()
		}
		t.Logf("%s: %s", chapter.name, time.Since(start).Round(time.Second))
	}
}

// killedInTheMiddle kills pitboss, the engine and the plugins at once while both
// region stacks are half made.
func killedInTheMiddle(c *checkout) {
	c.must("make", "pitboss", "sandbox")
	c.must(c.bin("sandbox"), "up")
	cmd := exec.Command(c.bin("pitboss"), "up", "mt")
	cmd.Dir = c.dir
	log, err := cmd.StderrPipe()
	require.NoError(c, err)
	require.NoError(c, cmd.Start())
	halfway := regexp.MustCompile(`mt-eu-south-1 up: (\d+) of`)
	killed := false
	scanner := bufio.NewScanner(log)
	for scanner.Scan() {
		m := halfway.FindStringSubmatch(scanner.Text())
		if m == nil || killed {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n >= 40 {
			for _, pid := range append(descendants(c.T, cmd.Process.Pid), cmd.Process.Pid) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			killed = true
		}
	}
	_ = cmd.Wait()
	require.True(c, killed, "the run was over before it could be killed")
}

// descendants reads the process tree below pid from /proc.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	children := map[int][]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, s := range stats {
		data, err := os.ReadFile(s)
		if err != nil {
			continue // it ended
		}
		rest := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(s)))
		require.NoError(t, err)
		parent, err := strconv.Atoi(rest[1])
		require.NoError(t, err)
		children[parent] = append(children[parent], child)
	}
	var out []int
	for queue := children[pid]; len(queue) > 0; queue = queue[1:] {
		out = append(out, queue[0])
		queue = append(queue, children[queue[0]]...)
	}
	return out
}

func upFinishes(c *checkout) {
	c.must("make", "up")
	var s status
	c.pitboss(&s, "status", "mt", "--json")
	for _, stack := range s.Markets[0].Stacks {
		require.Empty(c, stack.Pending, stack.Name)
	}
}

func statusShows(c *checkout) {
	var s status
	c.pitboss(&s, "status", "mt", "--json")
	require.Len(c, s.Markets, 1)
	require.Len(c, s.Markets[0].Stacks, 3)
	clusters := 0
	for _, stack := range s.Markets[0].Stacks {
		require.True(c, stack.Exists, stack.Name)
		if stack.Cluster == nil {
			continue
		}
		clusters++
		ready := map[string]int{}
		for _, p := range stack.Cluster.Pools {
			require.Equal(c, p.Total, p.Ready, "%s %s", stack.Name, p.Name)
			ready[p.Name] = p.Ready
			if p.Name == "api" {
				require.Len(c, p.Zones, 3, "the api pool spans three zones")
			}
		}
		for _, pool := range []string{"api", "etl", "webrtc"} {
			require.Positive(c, ready[pool], "%s has no %s node", stack.Name, pool)
		}
		require.FileExists(c, stack.Cluster.Kubeconfig)
	}
	require.Equal(c, 2, clusters)
}

func upAgain(c *checkout) {
	var o outcome
	c.pitboss(&o, "up", "mt", "--json")
	require.Zero(c, o.changes(), "%+v", o.Total)
	c.pitboss(&o, "preview", "mt", "--expect-no-changes", "--json")
	require.Zero(c, o.changes())
}

// swapActive previews the DR swap: it may resize pools, and may not replace or
// delete anything.
func swapActive(c *checkout) {
	c.edit("stacks/markets/mt.yaml", "active: eu-south-1", "active: eu-central-1")
	defer c.edit("stacks/markets/mt.yaml", "active: eu-central-1", "active: eu-south-1")
	var o outcome
	c.pitboss(&o, "preview", "mt", "--json")
	require.Zero(c, o.Total.Replaces+o.Total.Deletes, "%+v", o.Stacks)
	for _, s := range o.Stacks {
		for _, p := range s.Planned {
			require.NotRegexp(c, `aws:(s3|kms)/|eks/cluster:`, p.Type, "%s %s: a swap touches nothing that holds data, keys or evidence", p.Op, p.Name)
		}
	}
}

func changeUpdates(c *checkout) {
	c.edit("stacks/markets/mt.yaml", "publicCIDRs: []", "publicCIDRs: [203.0.113.0/24]")
	var o outcome
	c.pitboss(&o, "up", "mt", "--json")
	require.Positive(c, o.Total.Updates)
	require.Zero(c, o.Total.Replaces+o.Total.Deletes)
	public := 0
	for _, r := range c.cloud("aws_eks_cluster") {
		config, _ := r.Props["vpcConfig"].(map[string]any)
		if on, _ := config["endpointPublicAccess"].(bool); on {
			public++
			require.Equal(c, []any{"203.0.113.0/24"}, config["publicAccessCidrs"])
		}
	}
	require.Equal(c, 2, public)
}

// changeReplaces: EC2 cannot change a flow log's interval, so Terraform's own
// provider says that it must be replaced.
func changeReplaces(c *checkout) {
	before := c.cloud("aws_flow_log")
	c.edit("components/network/flowlog.go", "pulumi.Int(flowSeconds)", "pulumi.Int(660-flowSeconds)")
	var o outcome
	c.pitboss(&o, "up", "mt", "--json")
	require.Equal(c, len(before), o.Total.Replaces, "%+v", o.Total)
	after := c.cloud("aws_flow_log")
	require.Len(c, after, len(before))
	for i := range after {
		require.NotEqual(c, before[i].ID, after[i].ID)
	}
}

func driftUndone(c *checkout) {
	vpc := c.cloud("aws_vpc")[0]
	at := []string{"--account", vpc.Account, "--region", vpc.Region}
	c.must(c.bin("sandbox"), append([]string{"drift", "--type", vpc.Type, "--id", vpc.ID, "--set", "enableDnsSupport=false"}, at...)...)
	lost := c.cloudIn("aws_flow_log", vpc.Region)
	c.must(c.bin("sandbox"), append([]string{"drift", "--type", lost.Type, "--id", lost.ID, "--delete"}, at...)...)
	var o outcome
	c.pitboss(&o, "up", "mt", "--refresh", "--json")
	require.Equal(c, 1, o.Total.Creates, "what was deleted behind our back is made again: %+v", o.Total)
	require.Equal(c, 1, o.Total.Updates, "what was changed behind our back is put right: %+v", o.Total)
	require.Equal(c, true, c.cloudIn("aws_vpc", vpc.Region).Props["enableDnsSupport"])
	c.cloudIn("aws_flow_log", vpc.Region)
}

func evidenceLocked(c *checkout) {
	var bucket string
	for _, b := range c.cloud("aws_s3_bucket_object_lock_configuration") {
		bucket = b.ID
	}
	require.NotEmpty(c, bucket)
	c.must(c.bin("sandbox"), "object", "--bucket", bucket, "--key", "evidence.json", "--size", "10")
	r := c.run(nil, c.bin("sandbox"), "object", "--bucket", bucket, "--key", "evidence.json", "--delete")
	require.NotZero(c, r.code)
	require.Contains(c, r.log, "AccessDenied")
}

// providersWords: what is refused is refused before anything is made, in the
// words of Terraform's AWS provider or of the law that it breaks.
func providersWords(c *checkout) {
	for _, bad := range []struct{ name, file, from, to, words string }{
		{"a value that AWS does not know", "components/cluster/cluster.go", `pulumi.String("API")`, `pulumi.String("WRONG")`, "authentication_mode"},
		{"a version that EKS does not offer", "stacks/markets/mt.yaml", `kubernetes: "1.35"`, `kubernetes: "1.29"`, "1.29"},
		{"a region outside the area", "stacks/markets/mt.yaml", "standby: eu-central-1", "standby: eu-west-2", "EEA"},
		{"an unknown key", "stacks/markets/mt.yaml", "domain:", "domian:", "domain"},
	} {
		c.edit(bad.file, bad.from, bad.to)
		r := c.run(nil, c.bin("pitboss"), "preview", "mt")
		require.NotZero(c, r.code, bad.name)
		require.Contains(c, r.out+r.log, bad.words, bad.name)
		c.edit(bad.file, bad.to, bad.from)
	}
	r := c.run([]string{"PITBOSS_SANDBOX_ACCOUNT=999999999999"}, c.bin("pitboss"), "preview", "mt")
	require.NotZero(c, r.code)
	require.Contains(c, r.out+r.log, "AWS account ID not allowed: 999999999999")
}

// crashRepaired kills every process of the sandbox but its clusters' etcd, so
// that it is half dead, and expects to be told so and then helped.
func crashRepaired(c *checkout) {
	var report struct {
		Processes []struct {
			PID     int
			Command string
		}
	}
	r := c.must(c.bin("sandbox"), "status", "--json")
	require.NoError(c, json.Unmarshal([]byte(r.out), &report))
	for _, p := range report.Processes {
		if !strings.Contains(p.Command, " etcd ") {
			_ = syscall.Kill(p.PID, syscall.SIGKILL)
		}
	}
	r = c.run(nil, c.bin("pitboss"), "preview", "mt")
	require.NotZero(c, r.code)
	require.Contains(c, r.log, "make up")
	c.must("make", "up")
	statusShows(c)
	upAgain(c)
}

func checkoutClean(c *checkout) {
	c.edit("components/network/flowlog.go", "pulumi.Int(660-flowSeconds)", "pulumi.Int(flowSeconds)")
	c.edit("stacks/markets/mt.yaml", "publicCIDRs: [203.0.113.0/24]", "publicCIDRs: []")
	require.Empty(c, c.must("git", "status", "--porcelain").out, "a run writes nothing into the checkout")
}

func downLeavesNothing(c *checkout) {
	c.must("make", "down")
	require.NoDirExists(c, c.state())
	envs, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(c, err)
	for _, e := range envs {
		data, err := os.ReadFile(e)
		require.False(c, err == nil && strings.Contains(string(data), "PITBOSS_SANDBOX_MARK="+c.state()+"\x00"), "%s is still running", e)
	}
	require.Empty(c, c.must("git", "status", "--porcelain").out)
}

func (c *checkout) cloud(tfType string) []cloudResource {
	c.Helper()
	var all, out []cloudResource
	r := c.must(c.bin("sandbox"), "resources")
	require.NoError(c, json.Unmarshal([]byte(r.out), &all))
	for _, resource := range all {
		if resource.Type == tfType {
			out = append(out, resource)
		}
	}
	require.NotEmpty(c, out, "no %s in the cloud", tfType)
	return out
}

func (c *checkout) cloudIn(tfType, region string) cloudResource {
	c.Helper()
	for _, r := range c.cloud(tfType) {
		if r.Region == region {
			return r
		}
	}
	require.Fail(c, "no "+tfType+" in "+region)
	return cloudResource{}
}
