package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"pitboss/drill/evidence"
	"pitboss/drill/journal"
	"pitboss/drill/port"
)

// journalOf reads a run's journal where it was written; elsewhere it is fetched from the
// audit bucket, so that anybody can go on with a drill whose machine is gone.
func (a *app) journalOf(ctx context.Context, t target, d drilling, id string) ([]journal.Entry, error) {
	file := journal.NewFile(filepath.Join(drillDir(t, d, id), evidence.FileJournal))
	all, err := file.Entries()
	if err != nil || len(all) > 0 {
		return all, err
	}
	if all, err = a.fetchJournal(ctx, t, id); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, &inputError{fmt.Errorf("there is no journal of run %s, neither here nor in the market's audit buckets\n  next: `pitboss drill history %s` lists the runs that were reported; --out says where else to look", id, t.market.Name)}
	}
	for _, e := range all {
		if err := file.Append(e); err != nil {
			return nil, err
		}
	}
	a.say("journal  of %d entries fetched from the audit bucket", len(all))
	return all, nil
}

// fetchJournal reads it from whichever bucket has it. A region that gives no answer has
// nothing to say.
func (a *app) fetchJournal(ctx context.Context, t target, id string) ([]journal.Entry, error) {
	inv, err := inventoryOf(ctx, t)
	if err != nil {
		return nil, err
	}
	cloud, err := a.cloud(ctx, t, t.market.Active)
	if err != nil {
		return nil, err
	}
	for _, at := range t.market.Regions() {
		all, err := copied(ctx, cloud.Vault(at, inv.Buckets[at]), t.market.Name, id)
		if err != nil && !errors.Is(err, port.ErrUnreachable) {
			return nil, fmt.Errorf("journal of %s in %s: %w", id, at, err)
		}
		if len(all) > 0 {
			return all, nil
		}
	}
	return nil, nil
}

// copied puts a journal's copies together. One may be there twice: a run that was gone on
// with copies it anew.
func copied(ctx context.Context, v port.Vault, market, id string) ([]journal.Entry, error) {
	keys, err := v.List(ctx, evidence.Prefix(market, id)+"journal/")
	if err != nil {
		return nil, err
	}
	bySeq := map[int]journal.Entry{}
	for _, key := range keys {
		data, err := v.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		part, err := journal.Decode(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		for _, e := range part {
			bySeq[e.Seq] = e
		}
	}
	var all []journal.Entry
	for _, seq := range slices.Sorted(maps.Keys(bySeq)) {
		all = append(all, bySeq[seq])
	}
	return all, journal.Verify(all)
}
