package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// forwardPatience is how long another region may take: its database's time, and the way.
const forwardPatience = 3 * time.Second

// sessionsAt is the region that writes the sessions when this one does not: the one that
// writes are handed to, else the market's other one.
func (s *Service) sessionsAt(r *http.Request) string {
	if r.Header.Get(HeaderForwarded) != "" {
		return ""
	}
	if role, err := s.role.Role(); err == nil && role.Forward != "" {
		return role.Forward
	}
	if peers := s.peers(); len(peers) == 1 {
		return peers[0]
	}
	return ""
}

func (s *Service) peers() []string {
	var out []string
	for name := range s.config.Peers {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// handOn lets another region do it and gives its answer, whatever it is. No answer is no
// acknowledgement: whoever asks again asks with the same id.
func (s *Service) handOn(r *http.Request, to string, raw []byte) reply {
	base := s.config.Peers[to]
	if base == "" {
		return refuse(fmt.Errorf("this region is told to hand on to %q, which it does not know: it knows %s", to, strings.Join(s.peers(), ", ")))
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, base+r.URL.Path, bytes.NewReader(raw))
	if err != nil {
		return refuse(err)
	}
	req.Header.Set(HeaderForwarded, "1")
	resp, err := s.client.Do(req)
	if err != nil {
		return refuse(fmt.Errorf("handed on to %s: %w", to, err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, largest))
	if err == nil && !json.Valid(body) {
		err = fmt.Errorf("an answer of %s that is not JSON", resp.Status)
	}
	if err != nil {
		return refuse(fmt.Errorf("handed on to %s: %w", to, err))
	}
	out := reply{resp.StatusCode, success, json.RawMessage(body)}
	if resp.StatusCode >= http.StatusInternalServerError {
		if out.outcome = failed; resp.Header.Get(HeaderOutcome) == string(refused) {
			out.outcome = refused
		}
	}
	return out
}

// sliLogin: a player could log in here now, be it by another region's sessions.
func (s *Service) sliLogin(w http.ResponseWriter, r *http.Request) {
	err := s.sessions.Writable(r.Context())
	if errors.Is(err, ErrReadOnly) {
		if to := s.sessionsAt(r); to != "" {
			out := s.handOn(r, to, nil)
			answer(w, out.status, out.body)
			return
		}
	}
	could(w, err)
}

// sliMoney: money would be moved now, here or in the region that it is handed to.
func (s *Service) sliMoney(w http.ResponseWriter, r *http.Request) {
	role, err := s.role.Role()
	switch {
	case err != nil:
	case role.Writes:
		err = s.store.Writable(r.Context())
	case role.Forward != "" && r.Header.Get(HeaderForwarded) == "":
		out := s.handOn(r, role.Forward, nil)
		answer(w, out.status, out.body)
		return
	default:
		err = ErrReadOnly
	}
	could(w, err)
}

func could(w http.ResponseWriter, err error) {
	out := fine(nil)
	if err != nil {
		out = refuse(err)
	}
	answer(w, out.status, out.body)
}
