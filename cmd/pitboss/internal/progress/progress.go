// Package progress shows on standard error how far each stack is: one line
// that rewrites itself on a terminal, otherwise a line at each tenth of the
// work and every few seconds.
//
// Import it from cmd/pitboss only. Nothing it prints is meant for a program
// to read: that is what --json is for.
package progress

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// quiet is how long a log may stay silent while a stack is at work.
const quiet = 10 * time.Second

// pause is the least time between two lines of one stack in a log: ten lines
// within a second tell nobody anything.
const pause = time.Second

// A State is how far one stack is.
type State struct {
	Stack   string
	Doing   string
	Done    int
	Running int
	Planned int // zero: not known
}

// A Printer shows the state of every stack at work. It is safe for concurrent
// use. Close it before printing anything else to the same writer.
type Printer struct {
	w     io.Writer
	width int // columns of the terminal; zero: not a terminal
	now   func() time.Time

	mu    sync.Mutex
	lines []*line
	drawn int // length of the text on the terminal's current line
	stop  chan struct{}
	done  chan struct{}
}

// line is one stack at work.
type line struct {
	State
	start   time.Time
	printed time.Time // when it was last logged
	tenth   int       // the tenth it was last logged at
}

// New starts a printer on w. A width above zero says that w is a terminal of
// so many columns.
func New(w io.Writer, width int, now func() time.Time) *Printer {
	p := &Printer{w: w, width: width, now: now, stop: make(chan struct{}), done: make(chan struct{})}
	go p.tick()
	return p
}

// tick keeps the elapsed time moving.
func (p *Printer) tick() {
	defer close(p.done)
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-t.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

// Set shows the new state of a stack.
func (p *Printer) Set(s State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.find(s.Stack)
	if l == nil || l.Doing != s.Doing {
		p.remove(s.Stack)
		l = &line{start: p.now(), printed: p.now()}
		p.lines = append(p.lines, l)
	}
	l.State = s
	p.draw()
}

// End takes a stack off the display.
func (p *Printer) End(stack string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(stack)
	p.draw()
}

// Say prints one line of its own.
func (p *Printer) Say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	fmt.Fprintf(p.w, format+"\n", args...)
	p.draw()
}

// Close stops the display.
func (p *Printer) Close() {
	close(p.stop)
	<-p.done
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	p.lines = nil
}

func (p *Printer) find(stack string) *line {
	for _, l := range p.lines {
		if l.Stack == stack {
			return l
		}
	}
	return nil
}

func (p *Printer) remove(stack string) {
	for i, l := range p.lines {
		if l.Stack == stack {
			p.lines = append(p.lines[:i], p.lines[i+1:]...)
			return
		}
	}
}

func (p *Printer) draw() {
	if p.width > 0 {
		p.rewrite()
		return
	}
	for _, l := range p.lines {
		tenth := 0
		if l.Planned > 0 {
			tenth = l.Done * 10 / l.Planned
		}
		since := p.now().Sub(l.printed)
		if tenth > l.tenth && since >= pause || since >= quiet {
			l.tenth, l.printed = max(tenth, l.tenth), p.now()
			fmt.Fprintln(p.w, l.text(p.now()))
		}
	}
}

func (p *Printer) rewrite() {
	texts := make([]string, 0, len(p.lines))
	for _, l := range p.lines {
		texts = append(texts, l.text(p.now()))
	}
	text := strings.Join(texts, " | ")
	if len(text) >= p.width {
		text = text[:p.width-1]
	}
	if text == "" && p.drawn == 0 {
		return
	}
	pad := max(0, p.drawn-len(text))
	fmt.Fprintf(p.w, "\r%s%s", text, strings.Repeat(" ", pad))
	p.drawn = len(text)
}

// wipe clears the rewriting line.
func (p *Printer) wipe() {
	if p.drawn > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.drawn))
		p.drawn = 0
	}
}

// text is, for example, "mt-foundation up: 34 of 60 resources, 5 at work, 12s".
func (l *line) text(now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: ", l.Stack, l.Doing)
	if l.Planned > 0 {
		fmt.Fprintf(&b, "%d of %d resources", l.Done, l.Planned)
	} else {
		fmt.Fprintf(&b, "resources done: %d", l.Done)
	}
	if l.Running > 0 {
		fmt.Fprintf(&b, ", %d at work", l.Running)
	}
	fmt.Fprintf(&b, ", %s", Elapsed(now.Sub(l.start)))
	return b.String()
}

// Elapsed writes a duration in whole seconds: "12s", "3m04s", "1h02m".
func Elapsed(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	}
	return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
}
