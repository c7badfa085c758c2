// Package conformance says what every implementation of the drill's ports must do, so that
// a drill that is rehearsed in one world means the same in another: the model, the sandbox
// and a real account. Tests of implementations import it, and nothing else does.
//
// Dry suites only read, and may be run on an account that serves players. Full ones change
// things, and put them back.
package conformance

import (
	"context"
	"errors"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// T is what a suite needs of *testing.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	FailNow()
	Context() context.Context
}

// A Mode says what a suite may do.
type Mode struct {
	// Full lets it change things.
	Full bool
	// Patience is how long a change may take. Zero is five minutes.
	Patience time.Duration
	// Wait waits between two looks. Nil sleeps; a model moves its own clock instead.
	Wait func(time.Duration)
}

// pause is how long to wait between two looks at a change.
const pause = 100 * time.Millisecond

// until looks until a change is over.
func (m Mode) until(t T, what string, done func() (bool, error)) {
	t.Helper()
	if m.Patience == 0 {
		m.Patience = 5 * time.Minute
	}
	if m.Wait == nil {
		m.Wait = time.Sleep
	}
	for waited := time.Duration(0); ; waited += pause {
		ok, err := done()
		if ok {
			return
		}
		if waited >= m.Patience || err != nil && !errors.Is(err, port.ErrUnreachable) {
			t.Errorf("%s: not within %s, last error: %v", what, m.Patience, err)
			t.FailNow()
		}
		m.Wait(pause)
	}
}

// must ends the suite at an error.
func must(t T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		t.FailNow()
	}
}

// refused wants an answer that is no: neither a yes nor silence.
func refused(t T, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("%s: was not refused", what)
	case errors.Is(err, port.ErrUnreachable):
		t.Errorf("%s: want a refusal, got no answer: %v", what, err)
	}
}

// want compares.
func want[V comparable](t T, what string, wanted, got V) {
	t.Helper()
	if wanted != got {
		t.Errorf("%s: want %v, got %v", what, wanted, got)
	}
}

// sites is the regions of a map, by name.
func sites[V any](t T, by map[regions.Region]V) []regions.Region {
	t.Helper()
	out := inventory.Sites(by)
	if len(out) != 2 {
		t.Errorf("the inventory has the regions %v, want two", out)
		t.FailNow()
	}
	return out
}

// foreign is a region in which the market has nothing.
func foreign(not []regions.Region) regions.Region {
	r, _ := regions.Apart(not...)
	return r
}

// other is the one of two that is not r.
func other(two []regions.Region, r regions.Region) regions.Region {
	if two[0] == r {
		return two[1]
	}
	return two[0]
}

// oneWriter wants exactly one writer among the members of these regions, and gives it.
func oneWriter(t T, what string, r port.Replicated, in []regions.Region) regions.Region {
	t.Helper()
	writers := 0
	for _, m := range r.Members {
		if m.Writer {
			writers++
		}
	}
	want(t, what+": members", len(in), len(r.Members))
	want(t, what+": writers", 1, writers)
	at, ok := r.Writer()
	if !ok {
		t.Errorf("%s: nobody writes, it is %q", what, r.Busy)
		t.FailNow()
	}
	for _, one := range in {
		if _, ok := r.In(one); !ok {
			t.Errorf("%s: no member in %s", what, one)
		}
	}
	return at
}
