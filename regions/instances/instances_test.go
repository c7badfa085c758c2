package instances_test

import (
	"strings"
	"testing"

	"pitboss/regions/instances"
)

// TestAllocatable wants the numbers that the kubelet computes. They are also those of the
// local cloud's nodes; its tests have the same.
func TestAllocatable(t *testing.T) {
	cases := map[string]struct {
		reason string
		disk   int
		want   instances.Room
	}{
		"c7i.xlarge":  {"4 cores keep 80: 60 + 10 + 5 + 5", 50, instances.Room{CPU: 3920, Memory: 6584, Disk: 45056, Pods: 58}},
		"c7i.2xlarge": {"8 cores keep 90", 50, instances.Room{CPU: 7910, Memory: 14162, Disk: 45056, Pods: 58}},
		"m7i.xlarge":  {"4 GiB a core", 50, instances.Room{CPU: 3920, Memory: 14162, Disk: 45056, Pods: 58}},
		"m5n.2xlarge": {"an old family is the same in size", 50, instances.Room{CPU: 7910, Memory: 29317, Disk: 45056, Pods: 58}},
		"r7i.2xlarge": {"8 GiB a core, and a larger disk", 100, instances.Room{CPU: 7910, Memory: 59627, Disk: 91136, Pods: 58}},
		"c6i.large":   {"2 cores keep 70, and 29 pods", 20, instances.Room{CPU: 1930, Memory: 3114, Disk: 17408, Pods: 29}},
		"c6i.4xlarge": {"16 cores keep 110, and 234 pods", 50, instances.Room{CPU: 15890, Memory: 27381, Disk: 45056, Pods: 234}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			one, err := instances.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			if got := one.Allocatable(c.disk); got != c.want {
				t.Errorf("got %+v, want %+v: %s", got, c.want, c.reason)
			}
			if one.Name() != name || one.CPUs() < 2 {
				t.Errorf("it is %s with %d vCPUs", one.Name(), one.CPUs())
			}
		})
	}
}

func TestUnknownTypeIsRefused(t *testing.T) {
	for name, reason := range map[string]string{
		"":            "no type at all",
		"c7i":         "a family is no type",
		"c7i.nano":    "a size that holds no platform",
		"c7g.2xlarge": "ARM: the images are x86-64",
	} {
		_, err := instances.Find(name)
		if err == nil || !strings.Contains(err.Error(), "xlarge") || !strings.Contains(err.Error(), "m7i") {
			t.Errorf("%q: error is %v, want the sizes and families: %s", name, err, reason)
		}
	}
}
