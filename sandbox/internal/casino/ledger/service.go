package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// The headers that regions and the door understand.
const (
	// HeaderForwarded marks a request that a region handed on. It is not handed on again.
	HeaderForwarded = "X-Pitboss-Forwarded"
	// HeaderOutcome says of an answer of 503 whether it is "refused" or "failed".
	HeaderOutcome = "X-Pitboss-Outcome"
	// HeaderRegion is the region that answered.
	HeaderRegion = "X-Pitboss-Region"
)

// A Store keeps money.
type Store interface {
	Apply(ctx context.Context, m Move) error
	Wallet(ctx context.Context, id string) (balance int64, err error)
	Writable(ctx context.Context) error
	Settle(ctx context.Context) error
	Unsettled(ctx context.Context) (time.Duration, error)
}

// Sessions keep who is logged in.
type Sessions interface {
	Put(ctx context.Context, session, player string) error
	Writable(ctx context.Context) error
}

// A Service is one region's money path.
type Service struct {
	config   Config
	role     Teller
	store    Store
	sessions Sessions
	client   *http.Client
	metrics  *metrics
	sour     sour
}

// New puts a service together. Run settles its bets.
func New(c Config, role Teller, store Store, sessions Sessions) *Service {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	s := &Service{config: c, role: role, store: store, sessions: sessions, metrics: newMetrics(c.Market, c.Region),
		client: &http.Client{Timeout: forwardPatience, Transport: transport}}
	for _, indicator := range c.Sour {
		s.sour.set(indicator, true)
	}
	return s
}

// Run does what a region does by itself, until ctx ends.
func (s *Service) Run(ctx context.Context) { s.settling(ctx) }

// Handler answers players, health checks, Prometheus and the sandbox.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /login", s.operation(opLogin, s.login))
	mux.Handle("POST /transfers", s.operation(opTransfer, s.transfer))
	mux.Handle("POST /deposits", s.operation(opDeposit, s.deposit))
	mux.Handle("POST /bets", s.operation(opBet, s.bet))
	mux.HandleFunc("GET /wallets/{id}", s.wallet)
	mux.HandleFunc("GET /sli/login", s.sliLogin)
	mux.HandleFunc("GET /sli/deposit", s.sliMoney)
	mux.HandleFunc("GET /sli/bet", s.sliMoney)
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, nil) })
	mux.HandleFunc("POST "+AdminSour, s.setSour)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(HeaderRegion, s.config.Region)
		mux.ServeHTTP(w, r)
	})
}

// A reply is an answer before it is sent.
type reply struct {
	status  int
	outcome outcome
	body    any
}

func fine(body any) reply { return reply{http.StatusOK, success, body} }

// refuse tells that this was not done, or that it is not known, and how it counts.
func refuse(err error) reply {
	body := map[string]string{"error": err.Error()}
	switch {
	case errors.Is(err, ErrReadOnly):
		return reply{http.StatusServiceUnavailable, refused, body}
	case errors.Is(err, ErrConflict):
		return reply{http.StatusConflict, success, body} // the service works; the player erred
	case errors.Is(err, ErrFunds), errors.Is(err, ErrNoWallet):
		return reply{http.StatusUnprocessableEntity, success, body}
	}
	return reply{http.StatusServiceUnavailable, failed, body}
}

// operation measures what players ask for. What another region hands on was measured
// there, where the player is.
func (s *Service) operation(op string, do func(*http.Request) reply) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		handed := r.Header.Get(HeaderForwarded) != ""
		var out reply
		if !handed && s.sour.spoils(op) {
			out = refuse(errors.New("this region is sour: a fault that was asked for"))
		} else {
			out = do(r)
		}
		if !handed {
			s.metrics.count(op, out.outcome, time.Since(start))
		}
		if out.status >= http.StatusInternalServerError {
			w.Header().Set(HeaderOutcome, string(out.outcome))
		}
		answer(w, out.status, out.body)
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	if raw, ok := body.(json.RawMessage); ok {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(raw) // nobody is left to tell
		return
	}
	if body == nil {
		body = struct{}{}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // nobody is left to tell
}
