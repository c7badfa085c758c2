//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stretchr/testify/require"
)

func regionOf(arn string) string { return strings.Split(arn, ":")[3] }

// downRefuses shows that nothing protected goes unless it is named.
func downRefuses(c *checkout) {
	before := len(c.cloud("aws_rds_cluster"))
	r := c.run(nil, c.bin("pitboss"), "down", "mt", "--stack", "mt-"+standby)
	require.NotZero(c, r.code)
	require.Contains(c, r.out+r.log, "--destroy-protected")
	one := c.protected("mt-" + standby)[0]
	r = c.run(nil, c.bin("pitboss"), "down", "mt", "--stack", "mt-"+standby, "--destroy-protected", one)
	require.NotZero(c, r.code, "one of several names was enough")
	require.Len(c, c.cloud("aws_rds_cluster"), before)
}

// standbyRebuilt loses the standby region and builds it again, without touching home.
func standbyRebuilt(c *checkout) {
	kept := c.cloudIn("aws_rds_cluster", home)
	lost := c.cloudIn("aws_rds_cluster", standby)
	names := filepath.Join(c.T.TempDir(), "names")
	require.NoError(c, os.WriteFile(names, []byte(strings.Join(c.protected("mt-"+standby), "\n")+"\n"), 0o600))
	c.must(c.bin("pitboss"), "down", "mt", "--stack", "mt-"+standby, "--destroy-protected-from", names)
	for _, r := range c.cloud("aws_rds_cluster") {
		require.NotEqual(c, standby, r.Region, "%s was not destroyed", r.ID)
	}
	var o outcome
	c.pitboss(&o, "up", "mt", "--json")
	for _, s := range o.Stacks {
		if s.Name == "mt-"+home || s.Name == "mt-foundation" {
			require.Zero(c, s.Creates+s.Updates+s.Replaces+s.Deletes, "%s was touched", s.Name)
		}
	}
	again := c.cloudIn("aws_rds_cluster", standby)
	require.Equal(c, lost.ID, again.ID, "the rebuilt member has another name")
	require.NotEqual(c, lost.Props["finalSnapshotIdentifier"], again.Props["finalSnapshotIdentifier"], "the next last snapshot would be refused: its name is taken")
	require.Equal(c, kept.Props["clusterResourceId"], c.cloudIn("aws_rds_cluster", home).Props["clusterResourceId"])
	require.Equal(c, home, c.writer("pitboss-mt-ledger"))
	require.True(c, c.cachesWriteIn(home))
	broker := c.cloudIn("aws_msk_cluster", standby).ID
	copied := 0
	for _, r := range c.cloud("aws_msk_replicator") {
		if strings.Contains(toJSON(c, r.Props["kafkaClusters"]), broker) {
			copied++
		}
	}
	require.Equal(c, 2, copied, "both replicators lead to and from the new brokers")
	door := c.cloudIn("aws_lb", standby)
	for _, r := range c.cloud("aws_globalaccelerator_endpoint_group") {
		if r.Props["endpointGroupRegion"] == standby {
			require.Contains(c, toJSON(c, r.Props["endpointConfigurations"]), ":loadbalancer/net/mt-"+standby, "players are led to a door that is gone")
		}
	}
	require.NotEqual(c, "", door.Props["dnsName"])
	upAgain(c)
	statusShows(c)
}

func toJSON(c *checkout, v any) string {
	c.Helper()
	text, err := json.Marshal(v)
	require.NoError(c, err)
	return string(text)
}

// protected lists what a stack protects, as `pitboss down` wants it named.
func (c *checkout) protected(stack string) []string {
	c.Helper()
	var o struct {
		Stacks []struct {
			Name      string
			Protected []struct{ Name string }
		}
	}
	r := c.run(nil, c.bin("pitboss"), "down", "mt", "--stack", stack, "--dry-run", "--json")
	require.NoError(c, json.Unmarshal([]byte(r.out), &o), r.out)
	require.Len(c, o.Stacks, 1)
	require.NotEmpty(c, o.Stacks[0].Protected, "stack %s protects nothing: this proves nothing", stack)
	var names []string
	for _, p := range o.Stacks[0].Protected {
		names = append(names, p.Name)
	}
	return names
}

// secretsStaySecret looks for every password that the cloud was told in everything that
// a run leaves: state, logs, engine files, outputs.
func secretsStaySecret(c *checkout) {
	var values []string
	r := c.must(c.bin("sandbox"), "resources", "--show-secrets")
	var all []cloudResource
	require.NoError(c, json.Unmarshal([]byte(r.out), &all))
	for _, one := range all {
		if one.Type == "aws_secretsmanager_secret_version" {
			var secret struct{ Password string }
			text, _ := one.Props["secretString"].(string)
			if json.Unmarshal([]byte(text), &secret) != nil {
				secret.Password = text // words, such as those of the signing key
			}
			require.GreaterOrEqual(c, len(secret.Password), 32, one.ID)
			values = append(values, secret.Password)
		}
	}
	require.GreaterOrEqual(c, len(values), 10)
	require.NotContains(c, c.must(c.bin("sandbox"), "resources").out, values[0], "the cloud's own listing shows secrets to whoever looks")
	searched := 0
	require.NoError(c, filepath.WalkDir(c.state(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if rel, err := filepath.Rel(c.state(), path); err != nil || strings.HasPrefix(rel, "data"+string(filepath.Separator)) {
			return err // the databases' own, as the cloud's below
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found := 0
		for _, v := range values {
			// A password in JSON is written with escapes, one in gob or text is not.
			escaped, err := json.Marshal(v)
			require.NoError(c, err)
			if bytes.Contains(data, []byte(v)) || bytes.Contains(data, bytes.Trim(escaped, `"`)) {
				found++
			}
		}
		if filepath.Base(path) == "cloud.db" { // the cloud itself knows them: the search works
			require.Equal(c, len(values), found)
			return nil
		}
		searched++
		require.Zero(c, found, "%s holds %d passwords in plain", path, found)
		return nil
	}))
	require.Greater(c, searched, 20)
}
