// Package load is the witness of a drill: it writes to the market as players do, over the
// front door, writes down everything that was acknowledged, and afterwards looks for all
// of it in the ledger. Package casino opens it behind the door.
package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"pitboss/sandbox/internal/casino/ledger"
)

const (
	// DefaultRate is how many requests a second it makes when nobody says.
	DefaultRate = 100
	// mostRate is more than two cores take beside everything else.
	mostRate = 2000
	workers  = 8
	// tickEvery is how often the journal says that writes are being tried.
	tickEvery = 500 * time.Millisecond
	// openPatience is how long the ledgers may take to have wallets.
	openPatience = 15 * time.Second
)

// Options say what to write to.
type Options struct {
	// Dir takes the journal.
	Dir string
	// Door is the base of the front door, "http://127.0.0.1:40126"; API is the market's
	// name behind it.
	Door, API string
	// Regions are the market's.
	Regions []string
	// Ledger is where a region's own member of the ledger answers.
	Ledger func(region string) (ledger.Endpoint, error)
}

// A Witness writes while it runs.
type Witness struct {
	opts   Options
	client *http.Client

	turn sync.Mutex // held by who starts or stops
	mu   sync.Mutex
	run  *run // nil: it does not run
}

// New makes one that does not run.
func New(o Options) *Witness {
	return &Witness{opts: o, client: &http.Client{Timeout: answerPatience,
		Transport: &http.Transport{MaxIdleConnsPerHost: 2 * workers, IdleConnTimeout: time.Minute}}}
}

func (w *Witness) path() string { return filepath.Join(w.opts.Dir, "witness.jsonl") }

func (w *Witness) current() *run {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.run
}

// Start begins to write, rate requests a second; 0 is DefaultRate. The journal of the
// time before is kept beside the new one.
func (w *Witness) Start(ctx context.Context, rate int) error {
	w.turn.Lock()
	defer w.turn.Unlock()
	if rate == 0 {
		rate = DefaultRate
	}
	if rate < 1 || rate > mostRate {
		return fmt.Errorf("a rate of %d a second: choose one from 1 to %d", rate, mostRate)
	}
	if w.current() != nil {
		return errors.New("the witness runs already: stop it first")
	}
	before, err := w.money(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.opts.Dir, 0o700); err != nil {
		return err
	}
	j, err := create(w.path())
	if err != nil {
		return err
	}
	now := time.Now()
	if err := j.add(line{What: lineStart, At: now, Before: before}); err != nil {
		return errors.Join(err, j.close())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.run = start(w, j, rate, now)
	return nil
}

// money is the sum of all wallets, of any region that tells it: it is the same in all.
func (w *Witness) money(ctx context.Context) (before int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, openPatience)
	defer cancel()
	for {
		var errs []error
		for _, region := range w.opts.Regions {
			e, err := w.opts.Ledger(region)
			if err == nil {
				err = look(ctx, e, func(tx pgx.Tx) (err error) { before, err = sum(ctx, tx); return err })
			}
			if err == nil {
				return before, nil
			}
			errs = append(errs, fmt.Errorf("%s: %w", region, err))
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("no region tells how much money there is: %w", errors.Join(errs...))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Stop ends the writing, if it runs, and looks in the ledger of a region for everything
// that was acknowledged. It can be asked again, also by a later process.
func (w *Witness) Stop(ctx context.Context, region string) (Tally, error) {
	w.turn.Lock()
	defer w.turn.Unlock()
	if r := w.current(); r != nil {
		err := r.stop()
		w.mu.Lock()
		w.run = nil
		w.mu.Unlock()
		if err != nil {
			return Tally{}, fmt.Errorf("the witness could not write down all it saw, so it cannot say what was lost: %w", err)
		}
	}
	e, err := w.opts.Ledger(region)
	if err != nil {
		return Tally{}, err
	}
	s, err := readStory(w.path())
	if err != nil {
		return Tally{}, err
	}
	return tally(ctx, s, e)
}

// Close ends the writing without counting.
func (w *Witness) Close() {
	w.turn.Lock()
	defer w.turn.Unlock()
	if r := w.current(); r != nil {
		_ = r.stop() // the journal says as much
		w.mu.Lock()
		w.run = nil
		w.mu.Unlock()
	}
}

// newID is a write's.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
