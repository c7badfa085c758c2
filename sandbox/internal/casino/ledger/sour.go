package ledger

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// AdminSour is where the sandbox makes a region sour: {"indicator", "on"}, with the token as
// Authorization: Bearer. The door does not let it through.
const AdminSour = "/admin/sour"

// The indicators that can sour.
const (
	SourLogin   = "login"   // one login in 20 fails
	SourDeposit = "deposit" // one deposit in 20 fails
	SourLatency = "latency" // one request in 10 takes 600 ms more
	SourBets    = "bets"    // bets are not settled
)

const (
	sourFailEvery = 20
	sourSlowEvery = 10
	sourSlow      = 600 * time.Millisecond
)

// Indicators are the names that can sour.
func Indicators() []string { return []string{SourLogin, SourDeposit, SourLatency, SourBets} }

// CheckIndicator refuses a name that is not one of them.
func CheckIndicator(name string) error {
	if !slices.Contains(Indicators(), name) {
		return fmt.Errorf("%q is no indicator that can sour: choose one of %s", name, strings.Join(Indicators(), ", "))
	}
	return nil
}

// sour is the indicators that are. It touches what players send to this region, and
// neither what other regions hand on nor the health checks: a few in a hundred are what
// only the indicators see.
type sour struct {
	mu       sync.Mutex
	on       map[string]bool
	requests atomic.Int64 // all, for the slow ones
	failing  atomic.Int64 // of the operations that fail
}

func (s *sour) is(indicator string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.on[indicator]
}

func (s *sour) set(indicator string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.on == nil {
		s.on = map[string]bool{}
	}
	s.on[indicator] = on
}

// spoils says whether this request is to fail, after slowing it if it is to be slow. It
// counts rather than rolls dice: a rehearsal must come out the same every time.
func (s *sour) spoils(op string) bool {
	if s.is(SourLatency) && s.requests.Add(1)%sourSlowEvery == 0 {
		time.Sleep(sourSlow)
	}
	if (op == opLogin && s.is(SourLogin)) || (op == opDeposit && s.is(SourDeposit)) {
		return s.failing.Add(1)%sourFailEvery == 0
	}
	return false
}

func (s *Service) setSour(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.config.Token)) != 1 {
		answer(w, http.StatusForbidden, map[string]string{"error": "only the sandbox may ask for faults"})
		return
	}
	var in struct {
		Indicator string
		On        bool
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	if err = errors.Join(err, CheckIndicator(in.Indicator)); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	s.sour.set(in.Indicator, in.On)
	answer(w, http.StatusOK, nil)
}
