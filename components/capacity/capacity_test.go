package capacity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/capacity"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
)

var image = "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/pause@sha256:" + strings.Repeat("ab", 32)

func event(name string, from time.Time, long time.Duration, nodes ...capacity.PoolNodes) capacity.Event {
	return capacity.Event{Name: name, From: from, Until: from.Add(long), Nodes: nodes}
}

var derby = time.Date(2027, 6, 5, 17, 30, 0, 0, time.UTC)

// made records the capacity of a cluster with events.
func made(t *testing.T, events ...capacity.Event) record.Recording {
	t.Helper()
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		classes, err := capacity.NewPriorities(ctx, "priorities", capacity.PrioritiesArgs{})
		if err != nil {
			return nil, err
		}
		_, err = capacity.New(ctx, "room", capacity.Args{Image: image, Priorities: classes, Events: events})
		return nil, err
	})
}

func named(t *testing.T, r record.Recording, name string) record.Resource {
	t.Helper()
	one, ok := r.Named(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return one
}

func TestArgs(t *testing.T) {
	wants := func(edit func(*capacity.Event)) func(*capacity.Args) {
		return func(a *capacity.Args) {
			e := event("derby", derby, 4*time.Hour, capacity.PoolNodes{Pool: labels.API, Nodes: 6})
			edit(&e)
			a.Events = []capacity.Event{e}
		}
	}
	nodes := func(n int) func(*capacity.Event) { return func(e *capacity.Event) { e.Nodes[0].Nodes = n } }
	componenttest.Blame(t, capacity.Args{Image: image, Priorities: &capacity.Priorities{}}, map[string]componenttest.Case[capacity.Args]{
		"Valid": {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*capacity.Args) {}},
		"Event": {Reason: "an event within the pool's size is what they are for", Edit: wants(func(*capacity.Event) {})},
		"NewYear": {Reason: "a night that ends in another year", Edit: wants(func(e *capacity.Event) {
			e.From = time.Date(2026, 12, 31, 20, 0, 0, 0, time.UTC)
			e.Until = e.From.Add(8 * time.Hour)
		})},
		"ByTag":      {Reason: "a tag is whatever somebody pushed last", Edit: func(a *capacity.Args) { a.Image = "registry/pause:3.10" }, Blames: "Image"},
		"NoImage":    {Reason: "there would be no pod", Edit: func(a *capacity.Args) { a.Image = "" }, Blames: "Image"},
		"NoClasses":  {Reason: "placeholders would be as valuable as services", Edit: func(a *capacity.Args) { a.Priorities = nil }, Blames: "Priorities"},
		"Nameless":   {Reason: "nobody knows what it was for", Edit: wants(func(e *capacity.Event) { e.Name = "" }), Blames: "Events[0]"},
		"Twice":      {Reason: "which one was it?", Edit: func(a *capacity.Args) { wants(func(*capacity.Event) {})(a); a.Events = append(a.Events, a.Events[0]) }, Blames: "Events[1]"},
		"Backwards":  {Reason: "cron would take it for the rest of the year", Edit: wants(func(e *capacity.Event) { e.From, e.Until = e.Until, e.From }), Blames: "Events[0]"},
		"Years":      {Reason: "cron has no years", Edit: wants(func(e *capacity.Event) { e.Until = e.From.AddDate(1, 0, 1) }), Blames: "Events[0]"},
		"Seconds":    {Reason: "cron has no seconds", Edit: wants(func(e *capacity.Event) { e.From = e.From.Add(time.Second) }), Blames: "Events[0]"},
		"NoPools":    {Reason: "it would warm nothing", Edit: wants(func(e *capacity.Event) { e.Nodes = nil }), Blames: "Events[0]"},
		"NoSuchPool": {Reason: "its nodes would never come", Edit: wants(func(e *capacity.Event) { e.Nodes[0].Pool = "apis" }), Blames: "Events[0]"},
		"PoolTwice":  {Reason: "which number holds?", Edit: wants(func(e *capacity.Event) { e.Nodes = append(e.Nodes, e.Nodes[0]) }), Blames: "Events[0]"},
		"NoNodes":    {Reason: "KEDA refuses it", Edit: wants(nodes(0)), Blames: "Events[0]"},
		"TooMany":    {Reason: "the pool never has as many: placeholders would wait all evening", Edit: wants(nodes(19)), Blames: "Events[0]"},
	})
}

// TestTable wants a decision and its reason for every pool, and no placeholder at rest that
// finds no node when the pool is made.
func TestTable(t *testing.T) {
	table := capacity.Table()
	if len(table) != len(labels.Pools()) {
		t.Fatalf("%d rows for %d pools", len(table), len(labels.Pools()))
	}
	sizes := pools.Table()
	for i, row := range table {
		if row.Pool != labels.Pools()[i] || row.Why == "" || row.CPU <= 0 || row.Memory <= 0 {
			t.Errorf("row %d is %+v, want pool %s with room and a reason", i, row, labels.Pools()[i])
		}
		j := slices.IndexFunc(sizes, func(r pools.Row) bool { return r.Pool == row.Pool })
		if size := sizes[j].Sizes; row.Nodes > min(size.Active, size.Standby) {
			t.Errorf("%s: %d placeholders, each on a node of its own, and %d or %d nodes", row.Pool, row.Nodes, size.Active, size.Standby)
		}
	}
}

// TestAtRest wants one placeholder a node where room is kept, fixed in number, and nothing
// anywhere else.
func TestAtRest(t *testing.T) {
	r := made(t)
	if n := len(r.Type("ScaledObject")); n != 0 {
		t.Errorf("%d pools are scaled, and nothing is on", n)
	}
	for _, row := range capacity.Table() {
		d, found := r.Named("room-" + string(row.Pool))
		if found != (row.Nodes > 0) {
			t.Errorf("%s: placeholders are there: %t, want %d", row.Pool, found, row.Nodes)
		}
		if found {
			if d.Get("spec", "replicas") != float64(row.Nodes) {
				t.Errorf("%s: %v placeholders, want %d", row.Pool, d.Get("spec", "replicas"), row.Nodes)
			}
			isPlaceholder(t, row, d)
		}
	}
}

// isPlaceholder wants a pod that is safe by our own rules, of its pool, alone on its node,
// and gone first.
func isPlaceholder(t *testing.T, row capacity.Row, d record.Resource) {
	t.Helper()
	pod := func(path ...any) string { return d.Text(append([]any{"spec", "template", "spec"}, path...)...) }
	pool := string(row.Pool)
	for what, ok := range map[string]bool{
		"namespace":  d.Text("metadata", "namespace") == "capacity",
		"priority":   pod("priorityClassName") == "pitboss-placeholder",
		"pool":       pod("nodeSelector", labels.Key) == pool,
		"toleration": row.Pool == labels.API && pod("tolerations", 0, "key") == "" || pod("tolerations", 0, "value") == pool && pod("tolerations", 0, "key") == labels.Key,
		"apart":      pod("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution", 0, "topologyKey") == "kubernetes.io/hostname",
		"of itself":  pod("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution", 0, "labelSelector", "matchLabels", labels.Service) == "placeholder-"+pool,
		"rollout":    d.Get("spec", "strategy", "rollingUpdate", "maxSurge") == 0.0 && d.Text("spec", "strategy", "rollingUpdate", "maxUnavailable") == "100%",
		"grace":      pod("terminationGracePeriodSeconds") == "1",
		"token":      pod("automountServiceAccountToken") == "false",
		"image":      pod("containers", 0, "image") == image,
		"user":       pod("securityContext", "runAsNonRoot") == "true" && pod("securityContext", "runAsUser") == "65532",
		"seccomp":    pod("securityContext", "seccompProfile", "type") == "RuntimeDefault",
		"files":      pod("containers", 0, "securityContext", "readOnlyRootFilesystem") == "true",
		"privilege":  pod("containers", 0, "securityContext", "allowPrivilegeEscalation") == "false" && pod("containers", 0, "securityContext", "capabilities", "drop", 0) == "ALL",
		"room":       pod("containers", 0, "resources", "requests", "cpu") != "" && pod("containers", 0, "resources", "requests", "cpu") == pod("containers", 0, "resources", "limits", "cpu"),
	} {
		if !ok {
			t.Errorf("%s: the placeholder's %s is wrong: %v", pool, what, d.Get("spec", "template", "spec"))
		}
	}
	for key, want := range map[string]string{labels.Service: "placeholder-" + pool, labels.Domain: "capacity", labels.Tier: "placeholder", labels.Owner: "platform", labels.Key: pool} {
		if got := d.Text("spec", "template", "metadata", "labels", key); got != want || d.Text("metadata", "labels", key) != want {
			t.Errorf("%s: label %s is %q, want %q on the pod and on its deployment", pool, key, got, want)
		}
	}
}

// TestEvents wants the clock to ask for as many placeholders as nodes, in UTC, and nobody
// else to say a number.
func TestEvents(t *testing.T) {
	r := made(t,
		event("derby", derby, 7*time.Hour, capacity.PoolNodes{Pool: labels.API, Nodes: 6}, capacity.PoolNodes{Pool: labels.WebRTC, Nodes: 5}),
		event("final", derby.AddDate(0, 1, 0), time.Hour, capacity.PoolNodes{Pool: labels.API, Nodes: 9}),
	)
	for pool, want := range map[labels.Pool]struct {
		floor, most float64
		triggers    []string
	}{
		labels.API:    {3, 9, []string{"derby 30 17 5 6 * 30 0 6 6 * 6", "final 30 17 5 7 * 30 18 5 7 * 9"}},
		labels.WebRTC: {0, 5, []string{"derby 30 17 5 6 * 30 0 6 6 * 5"}},
	} {
		if d := named(t, r, "room-"+string(pool)); d.Get("spec", "replicas") != nil {
			t.Errorf("%s: KEDA and the program both say how many: %v", pool, d.Get("spec", "replicas"))
		}
		scaled := named(t, r, "room-"+string(pool)+"-events")
		if scaled.Type != "kubernetes:keda.sh/v1alpha1:ScaledObject" || scaled.Text("spec", "scaleTargetRef", "name") != "placeholder-"+string(pool) ||
			scaled.Get("spec", "minReplicaCount") != want.floor || scaled.Get("spec", "maxReplicaCount") != want.most {
			t.Errorf("%s: it is scaled by %s %v", pool, scaled.Type, scaled.Inputs)
		}
		var got []string
		all, _ := scaled.Get("spec", "triggers").([]any)
		for i := range all {
			at := func(key string) string { return scaled.Text("spec", "triggers", i, "metadata", key) }
			if scaled.Text("spec", "triggers", i, "type") != "cron" || at("timezone") != "Etc/UTC" {
				t.Errorf("%s: trigger %d is %v", pool, i, all[i])
			}
			got = append(got, strings.Join([]string{scaled.Text("spec", "triggers", i, "name"), at("start"), at("end"), at("desiredReplicas")}, " "))
		}
		if !slices.Equal(got, want.triggers) {
			t.Errorf("%s: triggers are %q, want %q", pool, got, want.triggers)
		}
	}
	if n := len(r.Type("ScaledObject")); n != 2 {
		t.Errorf("%d pools are scaled, want the two that events name", n)
	}
	// 9 of api, 5 pins of webrtc, 3 of ws and 3 of pii.
	quota := named(t, r, "room-quota")
	if quota.Text("spec", "hard", "pods") != "20" || quota.Text("spec", "hard", "requests.cpu") != "18250m" {
		t.Errorf("the quota is %v: placeholders of an event would be refused", quota.Get("spec", "hard"))
	}
}

// TestThePlaceIsFenced wants nothing but placeholders in their namespace, and nothing to
// reach or be reached by them.
func TestThePlaceIsFenced(t *testing.T) {
	r := made(t)
	ns := named(t, r, "room-namespace")
	if ns.Text("metadata", "name") != "capacity" || ns.Text("metadata", "labels", "pod-security.kubernetes.io/enforce") != "restricted" || ns.Text("metadata", "labels", labels.Domain) != "capacity" {
		t.Errorf("the namespace is %v", ns.Inputs)
	}
	classes := named(t, r, "room-priorities")
	if got := classes.Texts("spec", "scopeSelector", "matchExpressions", 0, "values"); !slices.Equal(got, []string{"pitboss-placeholder"}) {
		t.Errorf("pods of %v may be there", got)
	}
	if policies := r.Type("NetworkPolicy"); len(policies) != 1 || policies[0].Name != "room-default-deny" {
		t.Errorf("its network is opened by %v", policies)
	}
	for _, d := range r.Type("Deployment") {
		for _, first := range []string{"room-quota", "room-priorities", "room-account", "priorities-placeholder"} {
			if !slices.ContainsFunc(d.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::"+first) }) {
				t.Errorf("%s does not wait for %s", d.Name, first)
			}
		}
	}
}

// TestPriorities wants the tiers in their order, placeholders below everything, and a pod
// that waits to bring a node still: below -10 the autoscaler looks away.
func TestPriorities(t *testing.T) {
	r := made(t)
	above := 1e9 // what users may say at most
	for _, tier := range services.Tiers() {
		c := named(t, r, "priorities-"+string(tier.Tier))
		value, _ := c.Get("value").(float64)
		preempts := c.Text("preemptionPolicy") == "PreemptLowerPriority"
		if c.Text("metadata", "name") != "pitboss-"+string(tier.Tier) || value >= above || value <= 0 || preempts != tier.Preempts || c.Get("globalDefault") != nil {
			t.Errorf("%s is %v, want less than %v", tier.Tier, c.Inputs, above)
		}
		above = value
	}
	last := named(t, r, "priorities-placeholder")
	if last.Get("value") != -10.0 || last.Text("preemptionPolicy") != "Never" {
		t.Errorf("placeholders are %v", last.Inputs)
	}
	if n := len(r.Type("PriorityClass")); n != len(services.Tiers())+1 {
		t.Errorf("%d classes", n)
	}
}
