package namespace_test

import (
	"testing"
	"time"

	"pitboss/components/namespace"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
)

// TestLeast wants room for a rollout of what is at its most, with the pods that still
// drain: a pod that was told to stop counts against the quota until it has.
func TestLeast(t *testing.T) {
	cases := map[string]struct {
		reason string
		of     services.Service
		pods   int
	}{
		"Fixed":     {"three, one more, and one that drains", services.Service{Tier: services.Money, Replicas: services.Replicas{Full: 3, Warm: 3}, Drain: 30 * time.Second}, 5},
		"Scaled":    {"what it may grow to counts", services.Service{Tier: services.Realtime, Replicas: services.Replicas{Full: 3, Warm: 1, Most: 9}, Drain: 30 * time.Second}, 11},
		"LongDrain": {"all nine drain while nine are new", services.Service{Tier: services.Realtime, Replicas: services.Replicas{Full: 3, Most: 9}, Drain: 20 * time.Minute}, 19},
		"NoDrain":   {"nothing has to end", services.Service{Tier: services.Realtime, Replicas: services.Replicas{Full: 3}}, 4},
		"Share":     {"a quarter of ten, rounded up, comes and drains", services.Service{Tier: services.Async, Replicas: services.Replicas{Full: 10}, Drain: time.Second}, 16},
		"Named":     {"a name's new pod waits for its old one", services.Service{Kind: services.StatefulSet, Tier: services.Async, Replicas: services.Replicas{Full: 2}, Drain: time.Minute}, 2},
		"Schedule":  {"the next run waits for this one", services.Service{Kind: services.CronJob, Tier: services.Batch}, 1},
		"PerNode":   {"one a node, of as many as the pool may have", services.Service{Kind: services.DaemonSet, Tier: services.Realtime, Pool: labels.WebRTC, Drain: time.Hour}, 12},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.of.CPU, c.of.Memory = services.Amount{Request: 100, Limit: 200}, services.Amount{Request: 64, Limit: 128}
			got := namespace.Least(services.Domain{Services: []services.Service{c.of}})
			if got.Pods != c.pods || got.CPU != 200*c.pods || got.Memory != 128*c.pods {
				t.Errorf("it takes %+v, want %d pods at their limits: %s", got, c.pods, c.reason)
			}
		})
	}
}

// TestEveryDomainHasRoom judges the table: a quota that is too small shows on the day of
// the peak.
func TestEveryDomainHasRoom(t *testing.T) {
	for _, d := range services.Domains() {
		room, least := namespace.Room(d), namespace.Least(d)
		if room.CPU < least.CPU || room.Memory < least.Memory || room.Pods < least.Pods {
			t.Errorf("%s may take %+v and takes %+v in a rollout at its most: raise Domain.Quota", d.Name, room, least)
		}
	}
}
