//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/drill/awsport"
	"pitboss/drill/conformance"
	"pitboss/drill/inventory"
	"pitboss/drill/kubeport"
	"pitboss/drill/promport"
	"pitboss/regions"
)

// portsConform holds the adapters, on the sandbox's own AWS, Kubernetes and Prometheus, to
// the suite that the drill's model is held to: databases are promoted there and back,
// replicators turned, players moved.
func portsConform(c *checkout) {
	c.must(c.bin("sandbox"), "data", "up", "mt")
	var planned struct{ Inventory inventory.Inventory }
	c.pitboss(&planned, "drill", "mt", "--plan", "--json")
	inv := planned.Inventory
	var e struct {
		Drill struct {
			Env              map[string]string
			Prometheus, Door string
		}
	}
	raw, err := os.ReadFile(filepath.Join(c.state(), "engine.json"))
	require.NoError(c, err)
	require.NoError(c, json.Unmarshal(raw, &e))
	for name, value := range e.Drill.Env {
		c.Setenv(name, value)
	}
	aws, err := awsport.New(c.Context(), awsport.Options{Region: inv.Home, Door: e.Drill.Door})
	require.NoError(c, err)
	indicators, err := promport.New(promport.Options{Market: inv.Market, URLs: []string{e.Drill.Prometheus}})
	require.NoError(c, err)
	clusters := map[regions.Region]kubeport.Kubeconfig{}
	for at, name := range inv.Clusters {
		clusters[at] = kubeport.Kubeconfig{Path: filepath.Join(c.state(), "kubeconfigs", name+".yaml")}
	}
	mode := conformance.Mode{Full: true, Patience: time.Minute}
	suites := []struct {
		name string
		run  func(*testing.T)
	}{
		{"streams", func(t *testing.T) { conformance.Streams(t, mode, aws.Streams(), inv.Streams) }},
		{"workloads", func(t *testing.T) {
			conformance.Workloads(t, mode, kubeport.New(clusters), inv.Standby, inv.Home)
		}},
		{"traffic", func(t *testing.T) { conformance.Traffic(t, mode, aws.Traffic(), inv.Traffic) }},
		{"vault", func(t *testing.T) { conformance.Vault(t, mode, aws.Vault(inv.Home, inv.Buckets[inv.Home])) }},
		{"account", func(t *testing.T) { conformance.Account(t, aws.Account(), inv.Home) }},
		{"indicators", func(t *testing.T) { conformance.Indicators(t, indicators, inv.Home) }},
	}
	for _, one := range suites {
		require.True(c, c.Run(one.name, one.run), one.name)
	}
	for _, d := range inv.Databases {
		require.True(c, c.Run(d.Name, func(t *testing.T) { conformance.Databases(t, mode, aws.Databases(), d) }))
	}
	for _, one := range inv.Caches {
		require.True(c, c.Run(one.Name, func(t *testing.T) { conformance.Caches(t, mode, aws.Caches(), one) }))
	}
	// That they have left nothing is seen by the drills that follow: each wants a clean diff.
}
