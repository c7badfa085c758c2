package main

import (
	"compress/gzip"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// organization owns every stack. It is the name that the engine's file backends use, so
// that a program refers to another stack by the same name whatever keeps the state.
const organization = "organization"

// A service answers Pulumi Cloud's API from a store.
type service struct {
	store *store
	token string
	mux   *http.ServeMux

	mu       sync.Mutex
	proposed map[string]*update // by id; what was asked for since the service started
}

func newService(s *store, token string) http.Handler {
	v := &service{store: s, token: token, mux: http.NewServeMux(), proposed: map[string]*update{}}
	v.account()
	v.stacks()
	v.updates()
	return v.mux
}

// shows tells whether a call carries a token: "token" for the user's own, "update-token"
// for that of one update.
func shows(r *http.Request, scheme, token string) bool {
	return token != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(scheme+" "+token)) == 1
}

// refuse makes an error that a caller sees as Pulumi Cloud's.
func refuse(code int, format string, args ...any) error {
	return &apitype.ErrorResponse{Code: code, Message: fmt.Sprintf(format, args...)}
}

// handle serves one route to whoever shows the user's token.
func handle[Q any](v *service, route string, do func(r *http.Request, asked Q) (any, error)) {
	serve(v, route, func(r *http.Request, asked Q) (any, error) {
		if !shows(r, "token", v.token) {
			return nil, refuse(401, "Unauthorized: the sandbox's token is needed; its engine.json names it")
		}
		return do(r, asked)
	})
}

// serve decodes what was asked and encodes what is answered.
func serve[Q any](v *service, route string, do func(r *http.Request, asked Q) (any, error)) {
	v.mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
		var asked Q
		if err := decode(r, &asked); err != nil {
			answer(w, nil, refuse(400, "Bad Request: %v", err))
			return
		}
		said, err := do(r, asked)
		answer(w, said, err)
	})
}

func decode(r *http.Request, into any) error {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzip, err := gzip.NewReader(r.Body)
		if err != nil {
			return err
		}
		body = unzip
	}
	if err := json.NewDecoder(body).Decode(into); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func answer(w http.ResponseWriter, said any, err error) {
	code := http.StatusOK
	if err != nil {
		var refusal *apitype.ErrorResponse
		if !errors.As(err, &refusal) {
			refusal = &apitype.ErrorResponse{Code: 500, Message: "Internal Server Error: " + err.Error()}
		}
		code, said = refusal.Code, refusal
	}
	if said == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(said) // a caller that is gone asks again
}

// nothing is a body that is not read.
type nothing struct{}

func named(r *http.Request) stackName {
	return stackName{r.PathValue("project"), r.PathValue("stack")}
}

// account answers who the caller is and what this service can do.
func (v *service) account() {
	me := map[string]any{
		"id": organization, "githubLogin": organization, "name": organization,
		"organizations": []map[string]string{{"githubLogin": organization, "name": organization}},
	}
	handle(v, "GET /api/user", func(*http.Request, nothing) (any, error) { return me, nil })
	handle(v, "GET /api/user/organizations/default", func(*http.Request, nothing) (any, error) {
		return apitype.GetDefaultOrganizationResponse{GitHubLogin: organization}, nil
	})
	handle(v, "GET /api/capabilities", func(*http.Request, nothing) (any, error) {
		return apitype.CapabilitiesResponse{Capabilities: []apitype.APICapabilityConfig{
			{Capability: apitype.BatchEncrypt},
			{Capability: apitype.DeploymentSchemaVersion, Configuration: json.RawMessage(fmt.Sprintf(`{"version":%d}`, apitype.DeploymentSchemaVersionLatest))},
		}}, nil
	})
}
