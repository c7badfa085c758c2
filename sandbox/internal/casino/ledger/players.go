package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
)

// largest is the largest request, in bytes.
const largest = 4 << 10

func bad(err error) reply {
	return reply{http.StatusBadRequest, success, map[string]string{"error": err.Error()}}
}

// read decodes a request and keeps it as it was, so that it can be handed on.
func read(r *http.Request, into any) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, largest))
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return nil, fmt.Errorf("this is not what %s takes: %w", r.URL.Path, err)
	}
	return raw, nil
}

func (s *Service) login(r *http.Request) reply {
	var in struct {
		Player string `json:"player"`
	}
	raw, err := read(r, &in)
	if err == nil {
		err = checkWallet("player", in.Player)
	}
	if err != nil {
		return bad(err)
	}
	session := uuid.NewString()
	err = s.sessions.Put(r.Context(), session, in.Player)
	if errors.Is(err, ErrReadOnly) {
		if to := s.sessionsAt(r); to != "" {
			return s.handOn(r, to, raw)
		}
	}
	if err != nil {
		return refuse(err)
	}
	return fine(map[string]string{"session": session})
}

func (s *Service) transfer(r *http.Request) reply {
	var in struct {
		ID       uuid.UUID `json:"id"`
		From, To string
		Amount   int64
	}
	raw, err := read(r, &in)
	if err == nil {
		err = errors.Join(checkWallet("from", in.From), checkWallet("to", in.To))
	}
	if err != nil {
		return bad(err)
	}
	return s.money(r, raw, Move{ID: in.ID, Kind: Transfer, From: in.From, To: in.To, Amount: in.Amount})
}

func (s *Service) deposit(r *http.Request) reply {
	var in struct {
		ID     uuid.UUID `json:"id"`
		Wallet string
		Amount int64
	}
	raw, err := read(r, &in)
	if err == nil {
		err = checkWallet("wallet", in.Wallet)
	}
	if err != nil {
		return bad(err)
	}
	return s.money(r, raw, Move{ID: in.ID, Kind: Deposit, From: houseFor(in.Wallet), To: in.Wallet, Amount: in.Amount})
}

func (s *Service) bet(r *http.Request) reply {
	var in struct {
		ID     uuid.UUID `json:"id"`
		Wallet string
		Stake  int64
	}
	raw, err := read(r, &in)
	if err == nil {
		err = checkWallet("wallet", in.Wallet)
	}
	if err != nil {
		return bad(err)
	}
	return s.money(r, raw, Move{ID: in.ID, Kind: Stake, From: in.Wallet, To: houseFor(in.Wallet), Amount: in.Stake})
}

// money moves money here, hands it on, or refuses, as the region is told.
func (s *Service) money(r *http.Request, raw []byte, m Move) reply {
	if err := m.validate(); err != nil {
		return bad(err)
	}
	role, err := s.role.Role()
	switch {
	case err != nil: // fail closed
		return refuse(err)
	case role.Writes:
		if err := s.store.Apply(r.Context(), m); err != nil {
			return refuse(err)
		}
		return fine(map[string]string{"id": m.ID.String()})
	case role.Forward != "" && r.Header.Get(HeaderForwarded) == "":
		return s.handOn(r, role.Forward, raw)
	}
	return refuse(ErrReadOnly)
}

func (s *Service) wallet(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	balance, err := s.store.Wallet(r.Context(), id)
	switch {
	case errors.Is(err, ErrNoWallet):
		answer(w, http.StatusNotFound, map[string]string{"error": err.Error()})
	case err != nil:
		out := refuse(err)
		answer(w, out.status, out.body)
	default:
		answer(w, http.StatusOK, map[string]any{"wallet": id, "balance": balance})
	}
}
