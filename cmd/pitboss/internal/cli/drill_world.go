package cli

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"pitboss/drill/awsport"
	"pitboss/drill/inventory"
	"pitboss/drill/kubeport"
	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/drill/promport"
	"pitboss/drill/steps"
	"pitboss/regions"
)

// wallClock is the time.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

func (wallClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// world connects to everything that a drill works on.
func (a *app) world(ctx context.Context, t target, d drilling, inv inventory.Inventory, p plan.Plan) (*steps.World, error) {
	prometheus := d.prometheus
	if prometheus == "" {
		prometheus = t.ws.Engine.Drill.Prometheus
	}
	if prometheus == "" {
		return nil, &usageError{"--prometheus: found nothing, and the indicators that each share of the players is held to are there", "give its address"}
	}
	cloud, err := a.cloud(ctx, t, p.To)
	if err != nil {
		return nil, err
	}
	indicators, err := promport.New(promport.Options{Market: inv.Market, URLs: strings.Split(prometheus, ",")})
	if err != nil {
		return nil, &usageError{"--prometheus: " + err.Error(), "give its address"}
	}
	clusters := map[regions.Region]kubeport.Kubeconfig{}
	for _, s := range t.market.Stacks() {
		name, ok := inv.Clusters[s.Region]
		if !ok {
			continue
		}
		path, err := reader{ws: t.ws}.kubeconfig(ctx, s.Name, name)
		if err != nil {
			return nil, err
		}
		clusters[s.Region] = kubeport.Kubeconfig{Path: path}
	}
	return &steps.World{
		Inventory: inv, Databases: cloud.Databases(), Caches: cloud.Caches(), Streams: cloud.Streams(), Workloads: kubeport.New(clusters),
		Traffic: cloud.Traffic(), Indicators: indicators, Account: cloud.Account(), Code: &code{app: a, target: t},
		Vaults: vaultsOf(cloud, inv), Witness: a.witness(t, d), Clock: wallClock{}, Pace: d.pace, Who: who(), Accepted: d.accept,
	}, nil
}

// cloud connects to AWS from a region, as the engine says.
func (a *app) cloud(ctx context.Context, t target, at regions.Region) (*awsport.AWS, error) {
	if err := setenv(t.ws.Engine.Drill.Env); err != nil {
		return nil, err
	}
	return awsport.New(ctx, awsport.Options{Region: at, Door: t.ws.Engine.Drill.Door})
}

// vaultsOf are a market's audit buckets, by region.
func vaultsOf(cloud *awsport.AWS, inv inventory.Inventory) map[regions.Region]port.Vault {
	out := map[regions.Region]port.Vault{}
	for _, at := range []regions.Region{inv.Home, inv.Standby} {
		out[at] = cloud.Vault(at, inv.Buckets[at])
	}
	return out
}

// setenv gives AWS's SDK, which reads it in this process, what the engine says.
func setenv(env map[string]string) error {
	for _, name := range sortedKeys(env) {
		if err := os.Setenv(name, env[name]); err != nil {
			return err
		}
	}
	return nil
}

// who is the person or the machine that drills, as well as it is known.
func who() string {
	name, host := "somebody", "somewhere"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name + "@" + host
}

// runID names a run: when, what, where to.
func runID(now time.Time, p plan.Plan) string {
	return fmt.Sprintf("%s-%s-%s", now.UTC().Format("20060102T150405"), p.Kind, p.To)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
