package main

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

const updatePath = stackPath + "/{kind}/{id}"

// updates answers the calls of a run of the engine, in the order in which it makes them.
func (v *service) updates() {
	for _, kind := range []apitype.UpdateKind{apitype.UpdateUpdate, apitype.PreviewUpdate, apitype.RefreshUpdate, apitype.DestroyUpdate} {
		handle(v, "POST "+stackPath+"/"+string(kind), func(r *http.Request, asked updateRequest) (any, error) {
			return v.propose(r, kind, asked)
		})
	}
	handle(v, "POST "+updatePath, v.start)
	own(v, "POST "+updatePath+"/renew_lease", func(_ *http.Request, u *update, _ nothing) (any, error) {
		return apitype.RenewUpdateLeaseResponse{Token: u.Token}, nil
	})
	own(v, "PATCH "+updatePath+"/journalentries", func(r *http.Request, u *update, asked apitype.JournalEntries) (any, error) {
		return nil, v.during(r, u, func(s *stack) error { return s.write(asked.Entries) })
	})
	own(v, "POST "+updatePath+"/complete", func(r *http.Request, u *update, asked apitype.CompleteUpdateRequest) (any, error) {
		result := apitype.FailedResult
		if asked.Status == apitype.UpdateStatusSucceeded {
			result = apitype.SucceededResult
		}
		err := v.during(r, u, func(s *stack) error { return s.end(result) })
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.proposed, u.ID)
		return nil, err
	})
	// What the engine says while it works: the caller of the engine reads it, nobody here.
	for _, what := range []string{"/events", "/events/batch"} {
		own(v, "POST "+updatePath+what, func(*http.Request, *update, nothing) (any, error) { return nil, nil })
	}
	handle(v, "POST "+updatePath+"/cancel", v.cancel)
	handle(v, "GET "+updatePath, v.ended)
}

// propose begins nothing yet: the CLI first asks which policies it must load.
func (v *service) propose(r *http.Request, kind apitype.UpdateKind, asked updateRequest) (any, error) {
	if err := v.with(r, func(*stack) error { return nil }); err != nil {
		return nil, err
	}
	u := &update{ID: uuid.NewString(), Kind: kind, Request: asked, Holder: peer(r.RemoteAddr)}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.proposed[u.ID] = u
	return apitype.UpdateProgramResponse{UpdateID: u.ID}, nil
}

func (v *service) start(r *http.Request, asked apitype.StartUpdateRequest) (any, error) {
	v.mu.Lock()
	u := v.proposed[r.PathValue("id")]
	v.mu.Unlock()
	if u == nil {
		return nil, refuse(404, "Not Found: there is no update %s to start", r.PathValue("id"))
	}
	if u.Kind != apitype.PreviewUpdate && asked.JournalVersion < 1 {
		return nil, refuse(400, "Bad Request: this service keeps state as a journal only: unset PULUMI_DISABLE_JOURNALING")
	}
	var secret [24]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, err
	}
	var version int
	err := v.with(r, func(s *stack) error {
		u.Token, u.StartedAt = base64.RawURLEncoding.EncodeToString(secret[:]), time.Now()
		version = s.Version + 1
		return s.start(u)
	})
	if err != nil {
		return nil, err
	}
	return apitype.StartUpdateResponse{Version: version, Token: u.Token, JournalVersion: 1}, nil
}

// own serves one route to the run that holds an update's token.
func own[Q any](v *service, route string, do func(r *http.Request, u *update, asked Q) (any, error)) {
	serve(v, route, func(r *http.Request, asked Q) (any, error) {
		u, err := v.mine(r)
		if err != nil {
			return nil, err
		}
		return do(r, u, asked)
	})
}

// mine returns the update that the caller holds the token of.
func (v *service) mine(r *http.Request) (*update, error) {
	id := r.PathValue("id")
	v.mu.Lock()
	u := v.proposed[id]
	v.mu.Unlock()
	err := v.with(r, func(s *stack) error {
		if u == nil || u.Kind != apitype.PreviewUpdate {
			u = s.running // this service may have been started after the update
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if u == nil || u.ID != id || !shows(r, "update-token", u.Token) {
		return nil, refuse(403, "Forbidden: update %s is not running, or not the caller's: it was cancelled", id)
	}
	return u, nil
}

// during calls do with the stack that the caller is updating. A preview changes nothing.
func (v *service) during(r *http.Request, u *update, do func(*stack) error) error {
	if u.Kind == apitype.PreviewUpdate {
		return nil
	}
	return v.with(r, func(s *stack) error {
		if s.running != u {
			return refuse(403, "Forbidden: update %s was cancelled", u.ID)
		}
		return do(s)
	})
}

// ended answers who waits for an import: it ends before it is answered.
func (v *service) ended(r *http.Request, _ nothing) (any, error) {
	return apitype.UpdateResults{Status: apitype.StatusSucceeded, Events: []apitype.UpdateEvent{}}, v.with(r, func(s *stack) error {
		if s.Last != r.PathValue("id") {
			return refuse(404, "Not Found: %s is not the last import of stack %s", r.PathValue("id"), s.name)
		}
		return nil
	})
}

// cancel ends an update whose process is gone. What it did is kept, and so is what it had
// begun and not finished.
func (v *service) cancel(r *http.Request, _ nothing) (any, error) {
	return nil, v.with(r, func(s *stack) error {
		if s.running == nil || s.running.ID != r.PathValue("id") {
			return refuse(409, "Conflict: The update has already completed")
		}
		return s.end(apitype.FailedResult)
	})
}
