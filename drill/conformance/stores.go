package conformance

import (
	"errors"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// Databases wants a port that tells one writer, refuses what cannot be, and whose fences
// hold and travel with the data.
func Databases(t T, mode Mode, p port.Databases, d inventory.Database) {
	t.Helper()
	ctx, two := t.Context(), sites(t, d.ARNs)
	var writer regions.Region
	for i, ask := range two {
		found, err := p.Describe(ctx, ask, d)
		must(t, "describe, asked in "+ask.String(), err)
		said := oneWriter(t, "database "+d.Name, found, two)
		if i > 0 {
			want(t, "the writer, asked in "+ask.String(), writer, said)
		}
		writer = said
	}
	follower := other(two, writer)
	lag, err := p.Lag(ctx, d, follower)
	must(t, "lag in "+follower.String(), err)
	want(t, "a lag of "+lag.String()+" is negative", false, lag < 0)
	unknown := d
	unknown.GlobalID += "-that-is-not-there"
	_, err = p.Describe(ctx, follower, unknown)
	refused(t, "describe of what is not there", err)
	if _, err := p.Lag(ctx, d, foreign(two)); err == nil {
		t.Errorf("lag where the database has no member: want an error")
	}
	if !mode.Full {
		return
	}
	refused(t, "switchover towards the writer", p.Switchover(ctx, d, writer, writer))
	refused(t, "failover towards the writer", p.Failover(ctx, d, writer))
	refused(t, "switchover towards a region without a member", p.Switchover(ctx, d, writer, foreign(two)))
	writes(t, p, d, writer, true)
	writes(t, p, d, follower, false)
	for range 2 {
		must(t, "close", p.Close(ctx, d, writer))
	}
	for range 2 {
		must(t, "open", p.Open(ctx, d, writer))
	}
	writes(t, p, d, writer, true)
	for range 2 {
		must(t, "freeze", p.Freeze(ctx, d, writer))
		writes(t, p, d, writer, false)
	}
	must(t, "switchover", p.Switchover(ctx, d, writer, follower))
	mode.until(t, "switchover to "+follower.String(), promoted(t, p, d, follower))
	writes(t, p, d, follower, false)
	writes(t, p, d, writer, false)
	for range 2 {
		must(t, "thaw", p.Thaw(ctx, d, follower))
	}
	writes(t, p, d, follower, true)
	writes(t, p, d, writer, false)
	must(t, "switchover back", p.Switchover(ctx, d, follower, writer))
	mode.until(t, "switchover to "+writer.String(), promoted(t, p, d, writer))
	writes(t, p, d, writer, true)
	writes(t, p, d, follower, false)
}

// promoted looks whether a region has become the writer, and the other member may follow.
func promoted(t T, p port.Databases, d inventory.Database, to regions.Region) func() (bool, error) {
	return func() (bool, error) {
		found, err := p.Describe(t.Context(), to, d)
		if err != nil {
			return false, err
		}
		at, ok := found.Writer()
		ready := true
		for _, m := range found.Members {
			ready = ready && m.Ready
		}
		return ok && at == to && ready, nil
	}
}

// writes tries to write. Where it must not be taken, no answer will do: a member that only
// follows may have nobody who could say no.
func writes(t T, p port.Databases, d inventory.Database, at regions.Region, wanted bool) {
	t.Helper()
	taken, err := p.TryWrite(t.Context(), d, at)
	if err != nil && (wanted || !errors.Is(err, port.ErrUnreachable)) {
		t.Errorf("writing to %s in %s: %v", d.Name, at, err)
	}
	want(t, "a write to "+d.Name+" in "+at.String()+" is taken", wanted, taken)
}

// Caches wants a port that tells one primary, and moves it.
func Caches(t T, mode Mode, p port.Caches, c inventory.Cache) {
	t.Helper()
	ctx, two := t.Context(), sites(t, c.Groups)
	found, err := p.Describe(ctx, two[0], c)
	must(t, "describe", err)
	writer := oneWriter(t, "cache "+c.Name, found, two)
	unknown := c
	unknown.GlobalID += "-that-is-not-there"
	_, err = p.Describe(ctx, two[0], unknown)
	refused(t, "describe of what is not there", err)
	if !mode.Full {
		return
	}
	refused(t, "promotion of the primary", p.Promote(ctx, c, writer))
	refused(t, "promotion where there is no member", p.Promote(ctx, c, foreign(two)))
	for _, to := range []regions.Region{other(two, writer), writer} {
		must(t, "promotion of "+to.String(), p.Promote(ctx, c, to))
		mode.until(t, "promotion of "+to.String(), func() (bool, error) {
			found, err := p.Describe(ctx, to, c)
			if err != nil {
				return false, err
			}
			at, ok := found.Writer()
			return ok && at == to, nil
		})
	}
}

// Streams wants replicators of which exactly one carries, and that can be turned.
func Streams(t T, mode Mode, p port.Streams, s inventory.Streams) {
	t.Helper()
	ctx, two := t.Context(), sites(t, s.Replicators)
	var carriers []regions.Region
	for _, from := range two {
		carries, settled, err := p.Carries(ctx, s, from)
		must(t, "whether the replicator out of "+from.String()+" carries", err)
		want(t, "the replicator out of "+from.String()+" is settled", true, settled)
		if carries {
			carriers = append(carriers, from)
		}
	}
	want(t, "replicators that carry", 1, len(carriers))
	if _, _, err := p.Carries(ctx, s, foreign(two)); err == nil {
		t.Errorf("a replicator out of a region that has none: want an error")
	}
	if len(carriers) != 1 || !mode.Full {
		return
	}
	left, err := p.Behind(ctx, s, carriers[0])
	must(t, "how far the replicator is behind", err)
	want(t, "records that are behind are fewer than none", false, left.Copied < 0 || left.Read < 0)
	want(t, "a backlog of no moment", false, left.AsOf.IsZero())
	for _, carries := range []bool{false, false, true, true} {
		must(t, "turn", p.Turn(ctx, s, carriers[0], carries))
		mode.until(t, "turn of the replicator", func() (bool, error) {
			now, settled, err := p.Carries(ctx, s, carriers[0])
			return settled && now == carries, err
		})
	}
}
