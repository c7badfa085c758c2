package fit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pitboss/components/capacity"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/components/services/fit"
	"pitboss/regions/role"
)

func TestEverythingFits(t *testing.T) {
	if err := fit.Check(services.Domains(), pools.Table(), capacity.Table()); err != nil {
		t.Error(err)
	}
}

// world is everything that is judged together, for tests to edit.
type world struct {
	domains []services.Domain
	rows    []pools.Row
	warm    []capacity.Row
}

func (w *world) service(t *testing.T, name string) *services.Service {
	t.Helper()
	for i := range w.domains {
		for k := range w.domains[i].Services {
			if w.domains[i].Services[k].Name == name {
				return &w.domains[i].Services[k]
			}
		}
	}
	t.Fatalf("there is no service %s", name)
	return nil
}

func (w *world) row(p labels.Pool) *pools.Row {
	return &w.rows[slices.IndexFunc(w.rows, func(r pools.Row) bool { return r.Pool == p })]
}

func (w *world) placeholder(p labels.Pool) *capacity.Row {
	return &w.warm[slices.IndexFunc(w.warm, func(r capacity.Row) bool { return r.Pool == p })]
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(*testing.T, *world)
		says   []string
	}{
		"TooMuchCPU": {"no node of the pool could ever take it", func(t *testing.T, w *world) {
			w.service(t, "wallet-ledger").CPU = services.Amount{Request: 8000, Limit: 8000}
		},
			[]string{"services.wallet-ledger.CPU", "asks 8.00 CPU", "c6i.2xlarge", "has 7.61", "pool api"}},
		"TooMuchMemory": {"the same", func(t *testing.T, w *world) { w.service(t, "ws-gateway").Memory.Request = 7000 },
			[]string{"services.ws-gateway.Memory", "asks 7000 MiB", "has 6072", "pool ws"}},
		"SmallestTypeCounts": {"an autoscaler may take any of the types", func(_ *testing.T, w *world) { w.row(labels.API).InstanceTypes = []string{"c7i.2xlarge", "c7i.large"} },
			[]string{"wallet-ledger.CPU", "has 1.63"}},
		"UnknownType": {"nobody knows what it holds", func(_ *testing.T, w *world) { w.row(labels.API).InstanceTypes = []string{"c9x.huge"} },
			[]string{`"c9x.huge"`, "pool api", "regions/instances"}},
		"NoRow": {"there are no nodes", func(_ *testing.T, w *world) { w.rows = w.rows[:5] },
			[]string{"services.kyc-api.Pool", `"pii"`, "components/pools"}},
		"Quota": {"the autoscaler asks for pods that the namespace refuses", func(_ *testing.T, w *world) { w.domains[2].Quota.CPU = 40_000 },
			[]string{"services.gaming.Quota", "allows 40.00 CPU", "are 42.00 CPU"}},
		"QuotaOfNodes": {"one gateway a node, on the largest pool", func(_ *testing.T, w *world) { w.row(labels.WebRTC).Sizes.Max = 20 },
			[]string{"services.live.Quota", "130.50 CPU"}},
		"TooFewNodes": {"pods wait for an autoscaler that has not been yet", func(_ *testing.T, w *world) { w.row(labels.API).Sizes.Active = 2 },
			[]string{"pools.api", "active region at rest", "20.25 CPU", "2 nodes of [c7i.2xlarge c6i.2xlarge] have 15.22 CPU", "components/pools"}},
		"Swap": {"the standby is one node short when players come", func(_ *testing.T, w *world) { w.row(labels.API).Sizes.Standby = 1 },
			[]string{"standby region when a swap makes it active", "15.00 CPU", "1 nodes"}},
		"Release": {"a rollout stands still for want of room", func(t *testing.T, w *world) {
			w.service(t, "login").CPU = services.Amount{Request: 2000, Limit: 2000}
			w.domains[1].Quota.CPU = 9000
		},
			[]string{"active region while a release rolls everything", "24.25 CPU", "22.83 CPU"}},
		"Placeholders": {"a placeholder that waits makes the autoscaler add a node at rest", func(_ *testing.T, w *world) { w.placeholder(labels.API).CPU = 2700 },
			[]string{"pools.api", "placeholder, which asks 2.70 CPU"}},
		"Zone": {"money waits for a node while players play", func(_ *testing.T, w *world) { w.row(labels.PII).InstanceTypes = []string{"m7i.large"} },
			[]string{"pools.pii", "active region when it loses a zone", "2 nodes"}},
		"Peak": {"the autoscaler may not add what the services may ask for", func(t *testing.T, w *world) {
			w.service(t, "ws-gateway").Replicas.Most, w.domains[7].Quota = 40, services.Quota{CPU: 99_000, Memory: 999_999, Pods: 99}
		}, []string{"pools.ws", "at its peak", "40.00 CPU", "9 nodes", "32.58 CPU"}},
		"Split": {"the sum is there and no node has it", func(t *testing.T, w *world) {
			s := w.service(t, "settlement-check") // two of them: 8 CPU of 15.22, in two pieces of 5
			s.CPU = services.Amount{Request: 5000, Limit: 5000}
			other := *s
			other.Name = "settlement-two"
			w.domains[8].Services = append(w.domains[8].Services, other)
			w.domains[8].Quota = services.Quota{CPU: 99_000, Memory: 999_999, Pods: 99}
		}, []string{"pools.batch", "settlement-two, which asks 5.00 CPU"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := &world{services.Domains(), pools.Table(), capacity.Table()}
			c.edit(t, w)
			err := fit.Check(w.domains, w.rows, w.warm)
			if err == nil {
				t.Fatalf("nothing is refused: %s", c.reason)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error is %v, want it to say %q: %s", err, want, c.reason)
				}
			}
		})
	}
}

// TestMoneySpreadsOrWaits wants the same rule as the pods have: even over zones, whatever
// room one zone has.
func TestMoneySpreadsOrWaits(t *testing.T) {
	w := &world{services.Domains(), pools.Table(), capacity.Table()}
	w.row(labels.API).Sizes.Active = 2 // two zones: three wallets are 2 and 1, and that is even
	s := w.service(t, "wallet-ledger")
	s.Replicas = services.Replicas{Full: 4, Warm: 4}
	s.CPU, s.Memory = services.Amount{Request: 3000, Limit: 3000}, services.Amount{Request: 64, Limit: 64}
	lines := fit.Table(w.domains[:1], w.rows, nil, role.Active)
	if got := lines[0]; got.Waits != "" || got.Pods != 4 {
		t.Errorf("two and two do not fit two nodes: %s", got)
	}
	s.Replicas = services.Replicas{Full: 5, Warm: 5}
	if got := fit.Table(w.domains[:1], w.rows, nil, role.Active)[0]; got.Waits != "wallet-ledger" {
		t.Errorf("a fifth of 3 CPU fits two nodes of 7.61: %s", got)
	}
}

// Example is the budget of the pools before any autoscaler has been there.
func Example() {
	for _, now := range []role.Role{role.Active, role.Standby} {
		for _, l := range fit.Table(services.Domains(), pools.Table(), capacity.Table(), now) {
			if l.When == "at rest" || l.When == "when a swap makes it active" {
				fmt.Printf("%-7s %-27s %-6s %d nodes %2d pods %5.2f of %5.2f CPU %3d of %3d GiB\n", now, l.When, l.Pool, l.Nodes, l.Pods,
					float64(l.CPU)/1000, float64(l.RoomCPU)/1000, l.Memory>>10, l.RoomMemory>>10)
			}
		}
	}
	// Output:
	// active  at rest                     api    3 nodes 24 pods 20.25 of 22.83 CPU  33 of  39 GiB
	// active  at rest                     etl    2 nodes  4 pods  4.50 of 15.22 CPU  29 of 115 GiB
	// active  at rest                     webrtc 3 nodes  6 pods 15.00 of 22.83 CPU  15 of  39 GiB
	// active  at rest                     batch  1 nodes  1 pods  4.00 of  7.61 CPU   8 of  28 GiB
	// active  at rest                     ws     3 nodes  6 pods  6.00 of 10.86 CPU  12 of  17 GiB
	// active  at rest                     pii    3 nodes 12 pods  6.75 of 10.86 CPU  15 of  39 GiB
	// standby at rest                     api    3 nodes 18 pods 17.50 of 22.83 CPU  29 of  39 GiB
	// standby at rest                     etl    1 nodes  1 pods  1.00 of  7.61 CPU   4 of  57 GiB
	// standby at rest                     webrtc 1 nodes  2 pods  5.00 of  7.61 CPU   5 of  13 GiB
	// standby at rest                     batch  0 nodes  0 pods  0.00 of  0.00 CPU   0 of   0 GiB
	// standby at rest                     ws     3 nodes  5 pods  5.00 of 10.86 CPU  10 of  17 GiB
	// standby at rest                     pii    3 nodes 10 pods  6.00 of 10.86 CPU  13 of  39 GiB
	// standby when a swap makes it active api    3 nodes 18 pods 15.00 of 22.83 CPU  26 of  39 GiB
	// standby when a swap makes it active etl    1 nodes  1 pods  1.00 of  7.61 CPU   4 of  57 GiB
	// standby when a swap makes it active webrtc 1 nodes  4 pods  7.00 of  7.61 CPU   7 of  13 GiB
	// standby when a swap makes it active batch  0 nodes  0 pods  0.00 of  0.00 CPU   0 of   0 GiB
	// standby when a swap makes it active ws     3 nodes  3 pods  3.00 of 10.86 CPU   6 of  17 GiB
	// standby when a swap makes it active pii    3 nodes  8 pods  5.00 of 10.86 CPU  11 of  39 GiB
}
