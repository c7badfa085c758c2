//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/stretchr/testify/require"
)

func changeUpdates(c *checkout) {
	c.edit("stacks/markets/mt.yaml", "publicCIDRs: []", "publicCIDRs: [203.0.113.0/24]")
	var o outcome
	c.pitboss(&o, append([]string{"up", "mt", "--json"}, c.accepted()...)...)
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

// accepted is what up must be told to carry out the market's plan. Without it, up refuses
// and touches nothing.
func (c *checkout) accepted() []string {
	c.Helper()
	var o outcome
	c.previewed(&o, "mt", "--json")
	var words []string
	for _, s := range o.Stacks {
		for _, r := range s.Risks {
			words = append(words, "--accept-risk="+r.Kind+":"+r.URN)
		}
	}
	if len(words) > 0 {
		r := c.run(nil, c.bin("pitboss"), "up", "mt", "--json")
		require.Equal(c, 3, r.code, r.log)
		require.Contains(c, r.log, "to accept it: --accept-risk=")
		require.NoError(c, json.Unmarshal([]byte(r.out), &o), r.out)
		require.Zero(c, o.changes(), "%+v", o.Total)
	}
	c.Logf("accepted: %v", words)
	return words
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
	c.kill(func(command string) bool { return !strings.Contains(command, " etcd ") })
	r := c.run(nil, c.bin("pitboss"), "preview", "mt")
	require.NotZero(c, r.code)
	require.Contains(c, r.log, "make up")
	c.must("make", "up")
	statusShows(c)
	upAgain(c)
}

// deadClusterRepaired kills one control plane under a sandboxd that lives.
func deadClusterRepaired(c *checkout) {
	c.kill(func(command string) bool {
		return strings.Contains(command, "pitboss-kube run") && strings.Contains(command, "mt-eu-south-1")
	})
	r := c.run(nil, c.bin("pitboss"), "status", "mt")
	require.Equal(c, 4, r.code, "an API server that does not answer is not fine")
	require.Contains(c, r.out, "unreachable")
	c.must(c.bin("sandbox"), "up")
	statusShows(c)
}

// kill ends the sandbox's processes whose command line is chosen, hard.
func (c *checkout) kill(chosen func(command string) bool) {
	c.Helper()
	var report struct {
		Processes []struct {
			PID     int
			Command string
		}
	}
	r := c.must(c.bin("sandbox"), "status", "--json")
	require.NoError(c, json.Unmarshal([]byte(r.out), &report))
	killed := 0
	for _, p := range report.Processes {
		if chosen(p.Command) {
			require.NoError(c, syscall.Kill(p.PID, syscall.SIGKILL))
			killed++
		}
	}
	require.Positive(c, killed)
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
