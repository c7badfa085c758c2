package load

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/google/uuid"

	"pitboss/sandbox/internal/casino/ledger"
)

const (
	// answerPatience is how long an answer may take.
	answerPatience = 5 * time.Second
	// giveUpAfter is how long one request is tried.
	giveUpAfter = 60 * time.Second
	// firstPause and longestPause are between tries: short, because the time without
	// writes is measured with them.
	firstPause   = 25 * time.Millisecond
	longestPause = 200 * time.Millisecond
)

// ask is one request of a player. id is nil for a login, which writes no money.
type ask struct {
	id   uuid.UUID
	op   string
	path string
	body []byte
}

// request is the n-th: of ten one login, one deposit, one bet, and transfers.
func request(n int) ask {
	from, to := rand.IntN(ledger.PlayerWallets), 1+rand.IntN(ledger.PlayerWallets-1)
	a := ask{id: newID()}
	amount := 1 + rand.Int64N(100)
	in := map[string]any{"id": a.id, "wallet": ledger.Player(from), "amount": amount}
	switch n % 10 {
	case 0:
		a.id, a.op, a.path, in = uuid.Nil, "login", "/login", map[string]any{"player": ledger.Player(from)}
	case 1:
		a.op, a.path = "deposit", "/deposits"
	case 2:
		a.op, a.path, in = "bet", "/bets", map[string]any{"id": a.id, "wallet": ledger.Player(from), "stake": amount}
	default:
		a.op, a.path = "transfer", "/transfers"
		in = map[string]any{"id": a.id, "from": ledger.Player(from), "to": ledger.Player(from + to), "amount": amount}
	}
	a.body, _ = json.Marshal(in) // strings and numbers: it cannot fail
	return a
}

// verdict is what an answer means to who writes.
type verdict int

const (
	taken verdict = iota
	comeAgain
	broken
	never
)

// try asks until it is taken, or long enough. The id stays the same, so asking again does
// nothing twice.
func (r *run) try(a ask) {
	pause := firstPause
	for begun, first := time.Now(), true; ; first = false {
		asked := time.Now()
		v := r.witness.send(a)
		now := time.Now()
		if v == taken && a.id != uuid.Nil && r.journal.add(line{What: lineAck, At: now, ID: a.id, Op: a.op}) != nil {
			return // what is not written down does not count
		}
		r.learn(a, v, first, now.Sub(asked))
		if v == taken || v == never {
			return
		}
		if now.Sub(begun) > giveUpAfter {
			r.gaveUp(a)
			return
		}
		select {
		case <-r.ctx.Done():
			return
		case <-time.After(pause + rand.N(pause)/2):
		}
		pause = min(2*pause, longestPause)
	}
}

func (r *run) learn(a ask, v verdict, first bool, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	write := a.id != uuid.Nil
	switch v {
	case taken:
		if write {
			r.acks++
		} else {
			r.logins++
		}
		if len(r.took) < remembered {
			r.took = append(r.took, took)
		} else {
			r.took[(r.acks+r.logins)%remembered] = took
		}
	case never:
		r.counts.Rejected++
	case comeAgain, broken:
		if first && write {
			r.counts.Refused++
		}
		if v == comeAgain {
			r.counts.Refusals++
		} else {
			r.counts.Failures++
		}
	}
}

func (r *run) gaveUp(a ask) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a.id != uuid.Nil {
		r.counts.GaveUp++
	}
}

// send asks once. It takes no context: an answer that is under way when the witness is
// stopped is heard, for it may be an acknowledgement.
func (w *Witness) send(a ask) verdict {
	req, err := http.NewRequest(http.MethodPost, w.opts.Door+a.path, bytes.NewReader(a.body)) //nolint:noctx // see above
	if err != nil {
		return never
	}
	req.Host = w.opts.API
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.client.Do(req)
	if err != nil {
		return broken
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body) // to the end, so that the connection is used again
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300 && err == nil:
		return taken
	case resp.StatusCode >= 400 && resp.StatusCode < 500:
		return never
	case resp.Header.Get(ledger.HeaderOutcome) == "refused":
		return comeAgain
	}
	return broken
}
