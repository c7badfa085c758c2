package conformance

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pitboss/drill/port"
	"pitboss/regions"
)

// Workloads wants a flag that all are told, and floors that move one by one. to is the
// market's other region.
func Workloads(t T, mode Mode, p port.Workloads, at, to regions.Region) {
	t.Helper()
	ctx := t.Context()
	was, agreed, err := p.Flag(ctx, at)
	must(t, "flag", err)
	want(t, "all are told the same", true, agreed)
	floors, err := p.Floors(ctx, at)
	must(t, "floors", err)
	want(t, "floors are sorted, each once", true, sortedOnce(floors))
	images, err := p.Images(ctx, at)
	must(t, "images", err)
	want(t, "there are services", true, len(images) > 0 && len(floors) > 0)
	_, err = p.Waiting(ctx, at)
	must(t, "what waits", err)
	_, err = p.SecretsMissing(ctx, at)
	must(t, "secrets that are missing", err)
	denied, err := p.Denied(ctx, at)
	must(t, "calls that are not allowed", err)
	want(t, "calls that are not allowed", 0, len(denied))
	vcpus, err := p.VCPUs(ctx, at)
	must(t, "vCPUs of the nodes", err)
	want(t, "the nodes have vCPUs", true, vcpus > 0)
	none := foreign([]regions.Region{at, to})
	if _, _, err := p.Flag(ctx, none); err == nil {
		t.Errorf("the flag of a region without a cluster: want an error")
	}
	if _, err := p.VCPUs(ctx, none); err == nil {
		t.Errorf("the vCPUs of a region without a cluster: want an error")
	}
	if !mode.Full {
		return
	}
	refused(t, "a flag that lets write and hands on", p.SetFlag(ctx, at, port.Flag{Writes: true, Forward: to}))
	for _, f := range []port.Flag{{Forward: to}, {Forward: to}, {}, {Writes: true}, was} {
		must(t, "setting the flag", p.SetFlag(ctx, at, f))
		now, agreed, err := p.Flag(ctx, at)
		must(t, "flag", err)
		want(t, "the flag", f, now)
		want(t, "all are told the same", true, agreed)
	}
	if len(floors) == 0 {
		return
	}
	more := floors[0]
	more.Min++
	for _, f := range []port.Floor{more, more, floors[0]} {
		must(t, "setting a floor", p.SetFloors(ctx, at, []port.Floor{f}))
		now, err := p.Floors(ctx, at)
		must(t, "floors", err)
		want(t, "that floor is set and no other", true, slices.Equal(slices.Concat([]port.Floor{f}, floors[1:]), now))
	}
	more.Name += "-that-is-not-there"
	refused(t, "the floor of what is not there", p.SetFloors(ctx, at, []port.Floor{more}))
}

func sortedOnce(floors []port.Floor) bool {
	order := func(a, b port.Floor) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Kind, b.Kind))
	}
	once := slices.CompactFunc(slices.Clone(floors), func(a, b port.Floor) bool { return order(a, b) == 0 })
	return slices.IsSortedFunc(floors, order) && len(once) == len(floors)
}

// Indicators wants readings that can be, or an error.
func Indicators(t T, p port.Indicators, at regions.Region) {
	t.Helper()
	r, err := p.Read(t.Context(), at, time.Minute)
	must(t, "service levels", err)
	for _, ratio := range []float64{r.Login, r.Deposit} {
		want(t, "a ratio is between 0 and 1", true, ratio >= 0 && ratio <= 1)
	}
	want(t, "times and counts are not negative", true, r.P95 >= 0 && r.Unsettled >= 0 && r.Requests >= 0)
	if _, err := p.Read(t.Context(), at, 0); err == nil {
		t.Errorf("service levels over no time: want an error")
	}
	if _, err := p.Read(t.Context(), regions.Region{}, time.Minute); err == nil {
		t.Errorf("service levels of no region: want an error")
	}
}
