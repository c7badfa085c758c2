package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/cloud"
)

// Status is what sandboxd says of itself.
type Status struct {
	PID       int       `json:"pid"`
	Started   time.Time `json:"started"`
	Bridges   int       `json:"bridges"`
	Resources int       `json:"resources"`
	Clusters  []string  `json:"clusters"`
}

// Drift is a change behind the program's back; Delete removes the resource.
type Drift struct {
	Account string                     `json:"account"`
	Region  string                     `json:"region"`
	Type    string                     `json:"type"`
	ID      string                     `json:"id"`
	Set     map[string]json.RawMessage `json:"set,omitempty"`
	Delete  bool                       `json:"delete,omitempty"`
}

// ObjectRequest writes or deletes one object of a bucket.
type ObjectRequest struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	Size   int64  `json:"size"`
	Delete bool   `json:"delete,omitempty"`
}

func (d *daemon) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/bridge", handle(func(ctx context.Context, c bridge.Config) (bridge.Session, error) {
		return d.bridges.Open(ctx, c)
	}))
	mux.HandleFunc("POST /v1/resources/create", handle(d.cloud.Create))
	mux.HandleFunc("POST /v1/resources/update", handle(d.cloud.Update))
	mux.HandleFunc("POST /v1/resources/delete", handle(func(ctx context.Context, r cloud.Request) (cloud.Resource, error) {
		return cloud.Resource{}, d.cloud.Delete(ctx, r.Account, r.Region, r.Type, r.ID)
	}))
	mux.HandleFunc("POST /v1/resources/read", handle(func(_ context.Context, r cloud.Request) (cloud.Resource, error) {
		return d.cloud.Read(r.Account, r.Region, r.Type, r.ID)
	}))
	mux.HandleFunc("POST /v1/resources/known", handle(func(_ context.Context, r cloud.Request) (struct{}, error) {
		err := d.cloud.Known(r.Account, r.Region, r.Type, r.ID)
		if cloud.IsNotFound(err) { // gone behind the engine's back; a refresh will tell it
			err = nil
		}
		return struct{}{}, err
	}))
	mux.HandleFunc("POST /v1/repair", handle(func(ctx context.Context, _ struct{}) (struct{}, error) {
		return struct{}{}, d.clusters.restart(ctx)
	}))
	mux.HandleFunc("POST /v1/drift", handle(d.drift))
	mux.HandleFunc("POST /v1/objects", handle(d.object))
	mux.HandleFunc("POST /v1/list", handle(d.list))
	mux.HandleFunc("POST /v1/aws", handle(func(_ context.Context, call cloud.Call) (any, error) { return d.cloud.Operate(call) }))
	mux.HandleFunc("POST /v1/data/up", handle(d.data.up))
	mux.HandleFunc("POST /v1/data/down", handle(d.data.down))
	mux.HandleFunc("POST /v1/data/status", handle(d.data.status))
	mux.HandleFunc("POST /v1/data/resume", handle(d.data.resume))
	mux.HandleFunc("POST /v1/data/fault", handle(d.data.fault))
	mux.HandleFunc("POST /v1/status", handle(d.status))
	mux.HandleFunc("POST /v1/shutdown", handle(func(context.Context, struct{}) (struct{}, error) {
		d.quitOnce.Do(func() { close(d.quit) })
		return struct{}{}, nil
	}))
	return mux
}

// ListRequest asks for every resource.
type ListRequest struct {
	// ShowSecrets leaves secrets as they are; without it they are masked.
	ShowSecrets bool `json:"showSecrets,omitempty"`
}

func (d *daemon) list(_ context.Context, r ListRequest) ([]cloud.Resource, error) {
	all, err := d.cloud.All()
	if r.ShowSecrets {
		return all, err
	}
	for i := range all {
		all[i] = cloud.Masked(all[i])
	}
	return all, err
}

func (d *daemon) drift(ctx context.Context, r Drift) (cloud.Resource, error) {
	if r.Delete {
		return cloud.Resource{}, d.cloud.Lose(ctx, r.Account, r.Region, r.Type, r.ID)
	}
	now, err := d.cloud.Drift(r.Account, r.Region, r.Type, r.ID, r.Set)
	return cloud.Masked(now), err
}

func (d *daemon) object(_ context.Context, r ObjectRequest) (cloud.Object, error) {
	if r.Delete {
		return cloud.Object{}, d.cloud.DeleteObject(r.Bucket, r.Key)
	}
	return d.cloud.PutObject(r.Bucket, r.Key, r.Size)
}

func (d *daemon) status(context.Context, struct{}) (Status, error) {
	all, err := d.cloud.All()
	if err != nil {
		return Status{}, err
	}
	names, err := d.cloud.Clusters()
	s := Status{PID: os.Getpid(), Started: d.started, Bridges: d.bridges.Count(), Resources: len(all)}
	for _, c := range names {
		s.Clusters = append(s.Clusters, c.Name)
	}
	return s, err
}

// handle turns a function into an HTTP handler: JSON in, JSON out. The work goes
// on when the caller goes away: a killed engine must not leave half a cluster.
func handle[Q, A any](f func(context.Context, Q) (A, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q Q
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			answer(w, http.StatusBadRequest, failure{Error: fmt.Sprintf("malformed request: %s", err)})
			return
		}
		a, err := f(context.WithoutCancel(r.Context()), q)
		if err != nil {
			answer(w, http.StatusUnprocessableEntity, failure{Error: err.Error(), NotFound: cloud.IsNotFound(err)})
			return
		}
		answer(w, http.StatusOK, a)
	}
}

type failure struct {
	Error    string `json:"error"`
	NotFound bool   `json:"notFound"`
}

func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // the caller is gone, then
}
