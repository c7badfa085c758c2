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
	downloads   int
}

// interval is how often a line is printed: often enough to see it live, seldom
// enough for the log of a CI run.
const interval = 5 * time.Second

// downloading counts the modules that Go says it fetches.
func (p *progress) downloading(line string) {
	if strings.HasPrefix(line, "go: downloading") {
		p.downloads++
		p.nowAndThen(fmt.Sprintf("%d modules downloaded", p.downloads))
	}
}

// compiled counts a line of `go build -v`.
func (p *progress) compiled(line string) {
	if strings.Contains(line, " ") {
		p.downloading(line)
		return
	}
	p.n++
	p.nowAndThen(fmt.Sprintf("%d of %d packages", min(p.n, p.total), p.total))
}

func (p *progress) nowAndThen(what string) {
	if time.Since(p.last) >= interval {
		p.last = time.Now()
		p.say(what)
	}
}

func (p *progress) say(what string) {
	fmt.Fprintf(p.out, "%s: %s, %s\n", p.prefix, what, time.Since(p.start).Round(time.Second))
}

func (p *progress) done() { p.say("built") }
