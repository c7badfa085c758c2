package cli

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/drill/evidence"
	"pitboss/drill/journal"
	"pitboss/drill/port"
	"pitboss/drill/run"
)

// bucket is a vault in memory.
type bucket map[string][]byte

func (b bucket) Put(_ context.Context, key string, data []byte) error { b[key] = data; return nil }
func (b bucket) PutNew(ctx context.Context, key string, data []byte) error {
	return b.Put(ctx, key, data)
}

func (b bucket) Get(_ context.Context, key string) ([]byte, error) {
	if data, ok := b[key]; ok {
		return data, nil
	}
	return nil, port.ErrNotFound
}

func (b bucket) List(_ context.Context, prefix string) (out []string, err error) {
	for key := range b {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out, nil
}

// kept is a store of entries in memory.
type kept struct{ all []journal.Entry }

func (k *kept) Append(e journal.Entry) error      { k.all = append(k.all, e); return nil }
func (k *kept) Entries() ([]journal.Entry, error) { return k.all, nil }

// TestAJournalIsPutTogether: copies that overlap make one journal, and one of which a part
// is missing is refused.
func TestAJournalIsPutTogether(t *testing.T) {
	j, err := journal.Open(&kept{}, "run", time.Now)
	require.NoError(t, err)
	for range 6 {
		_, err := j.Add(journal.Note, "step", "key", nil)
		require.NoError(t, err)
	}
	all := j.Entries()
	put := func(b bucket, from, to int) {
		data, err := journal.Encode(all[from:to])
		require.NoError(t, err)
		b[evidence.Prefix("mt", "run")+"journal/"+string(rune('a'+from))] = data
	}
	b := bucket{}
	put(b, 0, 3)
	put(b, 2, 4)
	put(b, 4, 6)
	got, err := copied(t.Context(), b, "mt", "run")
	require.NoError(t, err)
	assert.Equal(t, len(all), len(got))
	missing := bucket{}
	put(missing, 0, 2)
	put(missing, 4, 6)
	_, err = copied(t.Context(), missing, "mt", "run")
	assert.ErrorContains(t, err, "missing or out of order")
	got, err = copied(t.Context(), bucket{}, "mt", "run")
	assert.NoError(t, err)
	assert.Empty(t, got)
}

// TestActiveIsOneLine: the rest of the market's file stays as it is, comments and all, and
// a value that only looks like it is left alone.
func TestActiveIsOneLine(t *testing.T) {
	for given, want := range map[string]string{
		"home: a\nactive: a # a DR swap is this line\nx: {active: a}\n": "home: a\nactive: b # a DR swap is this line\nx: {active: a}\n",
		"active:   \"a\"\nhome: a\n":                                    "active:   \"b\"\nhome: a\n",
	} {
		got, err := withActive([]byte(given), "b")
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	_, err := withActive([]byte("home: a\n"), "b")
	assert.ErrorContains(t, err, "no key active")
}

// TestOnlyKeptDrillsCount: what was refused, taken back, broke a promise or is a year old
// does not.
func TestOnlyKeptDrillsCount(t *testing.T) {
	now := time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
	at := func(id string, days int, o run.Outcome, misses ...string) evidence.Report {
		return evidence.Report{Run: id, Began: now.AddDate(0, 0, -days), Outcome: o, Misses: misses}
	}
	h := history{Wanted: 2, Runs: []evidence.Report{
		at("old", 400, run.Done), at("kept", 30, run.Done), at("kept", 30, run.Done), at("aborted", 20, run.Aborted),
		at("missed", 10, run.Done, "RTO"), at("new", 1, run.Done),
	}}
	h.count(now)
	assert.Equal(t, 2, h.Kept)
	assert.True(t, h.Enough)
	assert.Equal(t, "new", h.Runs[0].Run)
	assert.Len(t, h.Runs, 5)
}

// TestDrillIsAskedRightly: what cannot be meant is refused before anything is read.
func TestDrillIsAskedRightly(t *testing.T) {
	for args, want := range map[string]string{
		"drill mt":                              "--to: found nothing",
		"drill mt --resume a --abort b":         "cannot go both ways",
		"drill mt --resume a --to eu-south-1":   "have their plan already",
		"drill mt --to eu-south-1 --state x":    "only a plan can be made of copies",
		"drill mt --to eu-south-1 --poll 0s":    "--poll must be between",
		"drill mt --to eu-south-1 --requests 0": "--requests must be at least 1",
		"drill":                                 "needs a market",
	} {
		out := runs(t, t.TempDir(), nil, strings.Fields(args)...)
		assert.Equal(t, exitUsage, out.code, args)
		assert.Contains(t, out.err, want, args)
	}
}
