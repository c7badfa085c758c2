package load

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// run is one time of writing, from start to stop.
type run struct {
	witness *Witness
	journal *journal
	rate    int
	since   time.Time
	ctx     context.Context // ends with stop
	end     context.CancelFunc
	wg      sync.WaitGroup
	pending atomic.Int64

	mu     sync.Mutex
	counts counts
	sent   int // requests, logins among them
	acks   int // writes
	logins int
	took   []time.Duration // of the last answers that acknowledged, in a ring
}

// remembered is how many answers the percentiles are of.
const remembered = 2000

func start(w *Witness, j *journal, rate int, now time.Time) *run {
	r := &run{witness: w, journal: j, rate: rate, since: now}
	r.ctx, r.end = context.WithCancel(context.Background())
	jobs := make(chan int) // unbuffered: what cannot be sent now is not sent later in a heap
	r.wg.Go(func() { r.pace(jobs) })
	r.wg.Go(r.tick)
	for range workers {
		r.wg.Go(func() {
			for n := range jobs {
				r.pending.Add(1)
				r.try(request(n))
				r.pending.Add(-1)
			}
		})
	}
	return r
}

// pace offers work at a steady rate. While everybody waits for an answer it is dropped.
func (r *run) pace(jobs chan<- int) {
	defer close(jobs)
	tick := time.NewTicker(time.Second / time.Duration(r.rate))
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-r.ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case <-r.ctx.Done():
			return
		case jobs <- n:
		}
	}
}

// tick writes down now and then that writes are tried, and how it went.
func (r *run) tick() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-tick.C:
			r.note()
		}
	}
}

func (r *run) note() {
	r.mu.Lock()
	c := r.counts
	r.mu.Unlock()
	_ = r.journal.add(line{What: lineTick, At: time.Now(), Counts: &c}) // kept, and told by stop
}

// stop lets what is under way be answered, and closes the journal.
func (r *run) stop() error {
	r.end()
	r.wg.Wait()
	r.note()
	return r.journal.close()
}

// A View is the witness while it runs.
type View struct {
	Running bool `json:"running"`
	Rate    int  `json:"rate,omitempty"`
	// Since is when it started.
	Since time.Time `json:"since,omitzero"`
	// Sent are requests, retries among them; Pending are under way or tried again.
	Sent    int `json:"sent"`
	Pending int `json:"pending"`
	// Acknowledged are writes; Logins are counted apart.
	Acknowledged int `json:"acknowledged"`
	Logins       int `json:"logins"`
	Refused      int `json:"refused"`
	Refusals     int `json:"refusals"`
	Failures     int `json:"failures"`
	GaveUp       int `json:"gaveUp"`
	Rejected     int `json:"rejected"`
	// P50 and P95 are of the last answers that acknowledged, in milliseconds.
	P50 float64 `json:"p50Ms"`
	P95 float64 `json:"p95Ms"`
}

// View says how it goes.
func (w *Witness) View() View {
	r := w.current()
	if r == nil {
		return View{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	sorted := slices.Sorted(slices.Values(r.took))
	return View{Running: true, Rate: r.rate, Since: r.since, Sent: r.sent, Pending: int(r.pending.Load()), Acknowledged: r.acks, Logins: r.logins,
		Refused: r.counts.Refused, Refusals: r.counts.Refusals, Failures: r.counts.Failures, GaveUp: r.counts.GaveUp, Rejected: r.counts.Rejected,
		P50: percentile(sorted, 50), P95: percentile(sorted, 95)}
}

func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[(len(sorted)-1)*p/100].Microseconds()) / 1000
}
