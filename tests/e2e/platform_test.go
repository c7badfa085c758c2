//go:build e2e

package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/regions"
	"pitboss/regions/role"
	"pitboss/tests/admission"
)

const zoneLabel = "topology.kubernetes.io/zone"

// podsPlaced shows, in both regions, that every pod runs, on the pool that it asked for,
// in the number that its role wants, and money evenly over all zones.
func podsPlaced(c *checkout) {
	mt, err := regions.ParseJurisdiction("MT")
	require.NoError(c, err)
	for region, now := range map[string]role.Role{home: role.Active, standby: role.Standby} {
		k := c.cluster(region)
		k.settles(time.Minute)
		nodes, wrong := k.nodes(), 0
		count, zones := map[string]int{}, map[string]map[string]int{}
		for _, p := range k.pods() {
			node, ok := nodes[p.Spec.NodeName]
			require.True(c, ok, "%s is on node %q, which is not there", p.Metadata.Name, p.Spec.NodeName)
			if p.Spec.NodeSelector[labels.Key] == "" || node.Metadata.Labels[labels.Key] != p.Spec.NodeSelector[labels.Key] {
				wrong++
				c.Errorf("%s is on a node of pool %q and belongs to %q", p.Metadata.Name, node.Metadata.Labels[labels.Key], p.Spec.NodeSelector[labels.Key])
			}
			count[p.service()]++
			if zones[p.service()] == nil {
				zones[p.service()] = map[string]int{}
			}
			zones[p.service()][node.Metadata.Labels[zoneLabel]]++
			if p.Metadata.Labels[labels.Tier] == string(services.Money) {
				require.Equal(c, "Guaranteed", p.Status.QOSClass, p.Metadata.Name)
			}
		}
		for _, d := range services.For(mt) {
			for _, s := range d.Services {
				switch s.Kind {
				case services.CronJob:
					continue
				case services.DaemonSet:
					require.Positive(c, count[s.Name], s.Name)
				default:
					require.Equal(c, s.Replicas.Floor(now), count[s.Name], "%s in %s", s.Name, region)
				}
				if s.Tier.Terms().SpreadRequired {
					each := slices.Sorted(maps.Values(zones[s.Name]))
					require.Len(c, each, 3, "%s is not in every zone", s.Name)
					if each[2]-each[0] > 1 {
						wrong++
						c.Errorf("%s is uneven over zones: %v", s.Name, zones[s.Name])
					}
				}
			}
		}
		c.Logf("%s: %d pods run; %d on the wrong pool or zone", region, len(k.pods()), wrong)
	}
}

// moneySurvivesADrain evicts wallets as a drain does: the budget lets one go, and not the
// next while there is no other in its place.
func moneySurvivesADrain(c *checkout) {
	k := c.cluster(home)
	wallets := k.ready("wallet-ledger")
	require.Len(c, wallets, 3)
	var api []string
	for name, n := range k.nodes() {
		if n.Metadata.Labels[labels.Key] == string(labels.API) {
			api = append(api, name)
		}
	}
	k.cordon(api, true) // no room for another: the worst moment for a second drain
	code, answer := k.evict(wallets[0])
	require.Less(c, code, 300, answer)
	require.Eventually(c, func() bool { return len(k.ready("wallet-ledger")) == 2 }, time.Minute, time.Second)
	code, answer = k.evict(wallets[1])
	require.Equal(c, http.StatusTooManyRequests, code, "the budget let a second wallet go: %s", answer)
	require.Contains(c, answer, "disruption budget")
	require.Len(c, k.ready("wallet-ledger"), 2, "the quorum is gone")
	k.cordon(api, false)
	k.settles(time.Minute)
	require.Len(c, k.ready("wallet-ledger"), 3)
}

// moneySurvivesAZone loses every node of a zone, as Kubernetes sees it when AWS takes the
// instances away, and wants the quorum kept all the time and the number whole afterwards.
func moneySurvivesAZone(c *checkout) {
	k := c.cluster(home)
	lost := map[string]any{}
	zone := ""
	for _, p := range k.ready("wallet-ledger")[:1] {
		zone = k.nodes()[p.Spec.NodeName].Metadata.Labels[zoneLabel]
	}
	for name, n := range k.nodes() {
		if n.Metadata.Labels[zoneLabel] == zone {
			var whole map[string]any
			k.ask(http.MethodGet, "/api/v1/nodes/"+name, nil, &whole)
			metadata := whole["metadata"].(map[string]any)
			for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields"} {
				delete(metadata, field)
			}
			lost[name] = whole
		}
	}
	start := time.Now()
	for name := range lost {
		k.ask(http.MethodDelete, "/api/v1/nodes/"+name, nil, nil)
	}
	least := 3
	require.Eventually(c, func() bool {
		nodes := k.nodes()
		alive := slices.DeleteFunc(k.ready("wallet-ledger"), func(p object) bool { _, ok := nodes[p.Spec.NodeName]; return !ok })
		least = min(least, len(alive))
		return len(alive) == 3
	}, 3*time.Minute, time.Second, "the wallets did not come back in the zones that are left")
	c.Logf("zone %s lost with %d nodes: at least %d of 3 wallets answered, all 3 again after %s", zone, len(lost), least, time.Since(start).Round(time.Second))
	require.GreaterOrEqual(c, least, 2)
	for _, node := range lost {
		k.ask(http.MethodPost, "/api/v1/nodes", node, nil)
	}
	k.settles(3 * time.Minute)
}

// batchYields shows that batch cannot even ask for money's pool, fills that pool with what
// may wait, and asks for one more wallet: the scheduler makes room for it. What waits is
// reported with its numbers.
func batchYields(c *checkout) {
	k := c.cluster(home)
	code, answer := k.do(http.MethodPost, "/apis/apps/v1/namespaces/engagement/deployments", k.filler(services.Batch), nil)
	require.Equal(c, http.StatusUnprocessableEntity, code, answer)
	require.Contains(c, answer, "pitboss-pool", "batch was refused for another reason")

	k.ask(http.MethodPost, "/apis/apps/v1/namespaces/engagement/deployments", k.filler(services.Async), nil)
	k.scale("capacity", "placeholder-api", 0) // its room is taken too
	running, last := func() int { return len(k.ready("filler")) }, 0
	require.Eventually(c, func() bool {
		now, before := running(), last
		last = now
		return now > 0 && now == before
	}, time.Minute, 3*time.Second)
	full := running()

	r := c.run(nil, c.bin("pitboss"), "status", "mt")
	require.Equal(c, notWell, r.code, "a pool that is too small for its pods is not fine")
	require.Regexp(c, `pool api is too small: [0-9]+ pods wait; they ask [0-9.]+ CPU .* [0-9.]+ of [0-9.]+ CPU`, r.out)

	k.scale("wallet", "wallet-ledger", 4)
	require.Eventually(c, func() bool { return len(k.ready("wallet-ledger")) == 4 }, time.Minute, time.Second, "money waited behind what may wait")
	require.Less(c, running(), full, "nothing made room: this proves nothing")
	c.Logf("%d interruptible pods filled the pool; one more wallet pushed out %d of them", full, full-running())
	k.ask(http.MethodDelete, "/apis/apps/v1/namespaces/engagement/deployments/filler", nil, nil)
	k.scale("wallet", "wallet-ledger", 3)
	k.scale("capacity", "placeholder-api", 3)
	k.settles(2 * time.Minute)
}

func (k kube) scale(namespace, name string, replicas int) {
	k.Helper()
	k.ask(http.MethodPatch, "/apis/apps/v1/namespaces/"+namespace+"/deployments/"+name+"/scale", map[string]any{"spec": map[string]any{"replicas": replicas}}, nil)
}

// filler is as many pods of a tier as fill the pool of the wallets, in a manifest that is
// safe in everything else: a worker's.
func (k kube) filler(tier services.Tier) map[string]any {
	k.Helper()
	var worker struct {
		Spec struct {
			Template struct {
				Metadata map[string]any
				Spec     map[string]any
			}
		}
	}
	k.ask(http.MethodGet, "/apis/apps/v1/namespaces/engagement/deployments/bonus-worker", nil, &worker)
	template := worker.Spec.Template
	own := map[string]any{}
	maps.Copy(own, template.Metadata["labels"].(map[string]any))
	own[labels.Service], own[labels.Tier], own["app.kubernetes.io/name"] = "filler", string(tier), "filler"
	template.Metadata = map[string]any{"labels": own}
	template.Spec["priorityClassName"] = tier.PriorityClass()
	delete(template.Spec, "priority")
	delete(template.Spec, "preemptionPolicy")
	delete(template.Spec, "topologySpreadConstraints")
	template.Spec["serviceAccountName"] = "default"
	selector := map[string]any{labels.Service: "filler", labels.Domain: own[labels.Domain]}
	return map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "filler", "labels": own},
		"spec": map[string]any{"replicas": 40, "selector": map[string]any{"matchLabels": selector}, "template": map[string]any{"metadata": template.Metadata, "spec": template.Spec}},
	}
}

// unsafeRefused sends the corpus to the API server that the platform runs on, as dry runs:
// every unsafe manifest is refused by the rule that it breaks, and no safe one is.
func unsafeRefused(c *checkout) {
	for _, stack := range c.seen().Markets[0].Stacks {
		if stack.Cluster == nil {
			continue
		}
		region := strings.TrimPrefix(stack.Name, "mt-")
		got, err := admission.Run(c.Context(), stack.Cluster.Kubeconfig, "111122223333.dkr.ecr."+region+".amazonaws.com/pitboss/mt")
		require.NoError(c, err)
		c.Logf("%s: %s", stack.Name, got)
		require.Empty(c, got.Problems)
	}
}
