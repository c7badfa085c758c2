package load

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// Handler is the witness over HTTP: GET /witness, POST /witness/start {"rate"},
// POST /witness/stop {"region"}, which answers with the tally.
func (w *Witness) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /witness", func(out http.ResponseWriter, _ *http.Request) { answer(out, w.View(), nil) })
	mux.HandleFunc("POST /witness/start", func(out http.ResponseWriter, r *http.Request) {
		var in struct {
			Rate int `json:"rate"`
		}
		err := read(r, &in)
		if err == nil {
			err = w.Start(r.Context(), in.Rate)
		}
		answer(out, w.View(), err)
	})
	mux.HandleFunc("POST /witness/stop", func(out http.ResponseWriter, r *http.Request) {
		var in struct {
			Region string `json:"region"`
		}
		err := read(r, &in)
		var t Tally
		if err == nil {
			t, err = w.Stop(r.Context(), in.Region)
		}
		answer(out, t, err)
	})
	return mux
}

// read takes no body for an empty one.
func read(r *http.Request, into any) error {
	err := json.NewDecoder(io.LimitReader(r.Body, 1<<10)).Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func answer(out http.ResponseWriter, v any, err error) {
	out.Header().Set("Content-Type", "application/json")
	if err != nil {
		out.WriteHeader(http.StatusConflict)
		v = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(out).Encode(v) // nobody is left to tell
}
