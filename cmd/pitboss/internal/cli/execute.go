package cli

import (
	"context"
	"io"
	"os"
	"slices"
	"sync"

	"golang.org/x/term"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/progress"
	"pitboss/stacks/market"
)

// work does one thing to one stack.
type work func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome

// execute does the same thing to every stack, wave after wave. A wave that
// did not wholly succeed is the last; what would come after it is skipped.
func (a *app) execute(ctx context.Context, o *outcome, order [][]market.Stack, open map[string]*engine.Stack, parallel bool, do work) {
	start := a.env.Now()
	p := progress.New(a.env.Err, columns(a.env.Err), a.env.Now)
	for _, wave := range order {
		if o.Result != resultSucceeded || ctx.Err() != nil {
			for _, s := range wave {
				o.add(skipped(s))
			}
			continue
		}
		for _, done := range a.wave(ctx, wave, open, parallel, p, do) {
			o.add(done)
		}
	}
	p.Close()
	if ctx.Err() != nil && o.Result != resultSucceeded {
		o.Result = resultInterrupted
	}
	o.ElapsedSeconds = seconds(a.env.Now().Sub(start))
}

// wave does the stacks of one wave, at the same time if parallel. Each has a
// state, a lock and a stack file of its own, so they cannot meet.
func (a *app) wave(ctx context.Context, wave []market.Stack, open map[string]*engine.Stack, parallel bool, p *progress.Printer, do work) []stackOutcome {
	out := make([]stackOutcome, len(wave))
	one := func(i int) {
		s := wave[i]
		if ctx.Err() != nil {
			out[i] = skipped(s)
			return
		}
		out[i] = do(ctx, s, open[s.Name], func(r engine.Report) {
			if r.Note != "" {
				p.Say("%s: %s", r.Stack, r.Note)
				return
			}
			p.Set(progress.State{Stack: r.Stack, Doing: r.Doing, Done: r.Done, Running: r.Running, Planned: r.Planned})
		})
		p.End(s.Name)
		c := out[i].Changes
		p.Say("%s: %s, %d created, %d updated, %d replaced, %d deleted, %d same", s.Name, out[i].Result, c.Creates, c.Updates, c.Replaces, c.Deletes, c.Same)
	}
	if !parallel {
		for i := range wave {
			one(i)
		}
		return out
	}
	var wg sync.WaitGroup
	for i := range wave {
		wg.Go(func() { one(i) })
	}
	wg.Wait()
	return out
}

// backwards is the order in which stacks are destroyed.
func backwards(order [][]market.Stack) [][]market.Stack {
	order = slices.Clone(order)
	slices.Reverse(order)
	return order
}

// prepare runs the engine's own commands before a program is run.
func (a *app) prepare(ctx context.Context, t target) error {
	return t.ws.Prepare(ctx, func(line string) { a.say("prepare  %s", line) })
}

// finish prints the summary where it belongs and returns the exit code's error.
func (a *app) finish(o *outcome, t target) error {
	if a.json {
		if err := a.printJSON(o); err != nil {
			return err
		}
	} else {
		o.changes(a.env.Out)
		if err := o.table(a.env.Out); err != nil {
			return err
		}
	}
	a.explain(o, t)
	return o.err()
}

// columns is the width of the terminal that w is; zero if it is none.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}
