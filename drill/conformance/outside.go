package conformance

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// Traffic wants shares of a whole that only a whole replaces, and a switch that never
// closes everything.
func Traffic(t T, mode Mode, p port.Traffic, all inventory.Traffic) {
	t.Helper()
	ctx, two := t.Context(), sites(t, all.Direct)
	was, err := p.Shares(ctx, all)
	must(t, "shares", err)
	want(t, "the shares together", 100, was[two[0]]+was[two[1]])
	closed, err := p.Evacuated(ctx, all)
	must(t, "what is evacuated", err)
	want(t, "every region is closed", false, closed[two[0]] && closed[two[1]])
	if _, _, err := p.Ask(ctx, all, foreign(two), "/sli/login"); err == nil {
		t.Errorf("asking a region without a name: want an error")
	}
	if !mode.Full {
		return
	}
	for _, wrong := range []map[regions.Region]int{
		{two[0]: 50, two[1]: 49}, {two[0]: 100, two[1]: 1}, {two[0]: 0, two[1]: 0}, {}, {two[0]: 101, two[1]: -1}, {two[0]: 50, foreign(two): 50},
	} {
		refused(t, "a move to shares that are no whole", p.Move(ctx, all, wrong))
	}
	now, err := p.Shares(ctx, all)
	must(t, "shares", err)
	want(t, "what was refused has changed nothing", true, maps.Equal(was, now))
	few := map[regions.Region]int{two[0]: 95, two[1]: 5}
	for _, shares := range []map[regions.Region]int{few, few, {two[1]: 100}, was} {
		must(t, "move", p.Move(ctx, all, shares))
		now, err := p.Shares(ctx, all)
		must(t, "shares", err)
		for _, at := range two {
			want(t, "the share of "+at.String(), shares[at], now[at])
		}
	}
	refused(t, "closing every region", p.Evacuate(ctx, all, map[regions.Region]bool{two[0]: true, two[1]: true}))
	for _, shut := range []regions.Region{two[0], two[0], two[1], {}} {
		wanted := map[regions.Region]bool{two[0]: two[0] == shut, two[1]: two[1] == shut}
		must(t, "evacuation", p.Evacuate(ctx, all, wanted))
		now, err := p.Evacuated(ctx, all)
		must(t, "what is evacuated", err)
		want(t, "the switch is as it was thrown", true, maps.Equal(wanted, now))
	}
}

// Vault wants a bucket in which what is new is new once, and what is not there is not
// found. Full puts objects below conformance/, which stay as long as the bucket keeps them.
func Vault(t T, mode Mode, p port.Vault) {
	t.Helper()
	ctx := t.Context()
	below := "conformance/" + strconv.FormatInt(time.Now().UnixNano(), 36) + "/"
	_, err := p.Get(ctx, below+"nothing")
	want(t, "reading what is not there is ErrNotFound, got "+text(err), true, errors.Is(err, port.ErrNotFound))
	keys, err := p.List(ctx, below)
	must(t, "list of nothing", err)
	want(t, "keys of nothing", 0, len(keys))
	if !mode.Full {
		return
	}
	one, two := below+"b", below+"a"
	must(t, "put of what is new", p.PutNew(ctx, one, []byte("first")))
	err = p.PutNew(ctx, one, []byte("second"))
	want(t, "put of what is there is ErrExists, got "+text(err), true, errors.Is(err, port.ErrExists))
	holds(t, p, one, "first")
	must(t, "put", p.Put(ctx, one, []byte("third")))
	holds(t, p, one, "third")
	must(t, "put", p.Put(ctx, two, nil))
	holds(t, p, two, "")
	keys, err = p.List(ctx, below)
	must(t, "list", err)
	want(t, "the keys, sorted: "+strings.Join(keys, " "), true, slices.Equal([]string{two, one}, keys))
}

func holds(t T, p port.Vault, key, wanted string) {
	t.Helper()
	got, err := p.Get(t.Context(), key)
	must(t, "get", err)
	want(t, "what "+key+" holds, "+string(got), true, bytes.Equal([]byte(wanted), got))
}

func text(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

// Account wants a caller, and answers to what only reads.
func Account(t T, p port.Account, at regions.Region) {
	t.Helper()
	ctx := t.Context()
	arn, id, err := p.Caller(ctx)
	must(t, "caller", err)
	want(t, "the caller "+arn+" is of account "+id, true, len(id) == 12 && strings.Contains(arn, id))
	denied, err := p.Denied(ctx, nil)
	must(t, "what is denied of nothing", err)
	want(t, "what is denied of nothing", 0, len(denied))
	reads := []port.Action{{Name: "rds:DescribeGlobalClusters", Resource: "*"}, {Name: "cloudwatch:GetMetricData", Resource: "*"}}
	denied, err = p.Denied(ctx, reads)
	must(t, "what is denied", err)
	for _, one := range denied {
		want(t, one.Name+" was asked about", true, slices.Contains(reads, one))
	}
	alarms, err := p.Alarms(ctx, at)
	must(t, "alarms", err)
	want(t, "alarms are sorted", true, slices.IsSorted(alarms))
	quota, err := p.VCPUs(ctx, at)
	must(t, "quota of vCPUs", err)
	want(t, "the quota is positive", true, quota > 0)
	if _, err := p.Secret(ctx, at, "pitboss-conformance-that-is-not-there"); err == nil {
		t.Errorf("a secret that is not there: want an error")
	}
}
