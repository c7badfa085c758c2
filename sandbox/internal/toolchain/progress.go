package toolchain

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress tells a person how far one build is, every few seconds.
type progress struct {
	out         io.Writer
	prefix      string
	start, last time.Time
	total, n    int
}

// interval is how often a line is printed: often enough to see it live, seldom
// enough for the log of a CI run.
const interval = 5 * time.Second

// compiled counts a line of `go build -v`.
func (p *progress) compiled(line string) {
	if strings.HasPrefix(line, "go: downloading") || strings.Contains(line, " ") {
		return
	}
	p.n++
	if time.Since(p.last) >= interval {
		p.last = time.Now()
		p.say(fmt.Sprintf("%d of %d packages", min(p.n, p.total), p.total))
	}
}

func (p *progress) say(what string) {
	fmt.Fprintf(p.out, "%s: %s, %s\n", p.prefix, what, time.Since(p.start).Round(time.Second))
}

func (p *progress) done() { p.say("built") }
