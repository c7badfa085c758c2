package progress

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// clock is a time that only the test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func newClock() *clock { return &clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

func TestLogHasALineForEachTenth(t *testing.T) {
	var out strings.Builder
	c := newClock()
	p := New(&out, 0, c.now)
	for done := 0; done <= 20; done++ {
		p.Set(State{Stack: "mt-foundation", Doing: "up", Done: done, Running: 3, Planned: 20})
		c.t = c.t.Add(2 * time.Second)
	}
	p.Close()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Len(t, lines, 10)
	assert.Equal(t, "mt-foundation up: 2 of 20 resources, 3 at work, 4s", lines[0])
	assert.Equal(t, "mt-foundation up: 20 of 20 resources, 3 at work, 40s", lines[9])
}

func TestLogIsNeverFlooded(t *testing.T) {
	var out strings.Builder
	c := newClock()
	p := New(&out, 0, c.now)
	for done := range 100 {
		p.Set(State{Stack: "s", Doing: "up", Done: done, Planned: 100})
		c.t = c.t.Add(20 * time.Millisecond)
	}
	p.Close()
	assert.LessOrEqual(t, strings.Count(out.String(), "\n"), 2, "a hundred resources in two seconds are not ten lines")
}

func TestLogIsNeverSilent(t *testing.T) {
	var out strings.Builder
	c := newClock()
	p := New(&out, 0, c.now)
	p.Set(State{Stack: "s", Doing: "up", Done: 1})
	c.t = c.t.Add(quiet)
	p.Set(State{Stack: "s", Doing: "up", Done: 1})
	p.Close()
	assert.Equal(t, "s up: resources done: 1, 10s\n", out.String(), "without a total, and although nothing moved")
}

func TestTerminalRewritesOneLine(t *testing.T) {
	var out strings.Builder
	c := newClock()
	p := New(&out, 40, c.now)
	p.Set(State{Stack: "mt-eu-south-1", Doing: "up", Done: 1, Planned: 9})
	p.Set(State{Stack: "mt-eu-central-1", Doing: "up", Done: 2, Planned: 9})
	p.Say("a sentence")
	p.End("mt-eu-south-1")
	p.Close()
	assert.Equal(t, 1, strings.Count(out.String(), "\n"), "only what was said has a line of its own")
	for _, drawn := range strings.Split(strings.ReplaceAll(out.String(), "\n", "\r"), "\r") {
		assert.Less(t, len(drawn), 40, "never wider than the terminal: %q", drawn)
	}
	assert.True(t, strings.HasSuffix(out.String(), "\r"), "the line is wiped at the end")
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 59400 * time.Millisecond: "59s", 184 * time.Second: "3m04s", 62 * time.Minute: "1h02m",
	} {
		assert.Equal(t, want, Elapsed(d))
	}
}
