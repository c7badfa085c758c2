// Package kubeport is the drill's port to the clusters: what their services are told, how
// many there are, and what does not run. The drill command imports it; the steps of a drill
// know only package port.
//
// It is a plain REST client: the typed clientset would link every API group. Every write is
// a merge patch of exactly the fields that a drill moves, so that a second one of the same
// changes nothing.
package kubeport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"pitboss/drill/port"
	"pitboss/regions"
)

// patience is how long an API server may take to answer.
const patience = 10 * time.Second

// manager is who Kubernetes remembers as the owner of the fields that a drill sets.
const manager = "pitboss-drill"

// A Kubeconfig says how a cluster is reached: a file, or what is in one.
type Kubeconfig struct {
	Path string
	Data []byte // used when Path is ""
}

// Workloads is port.Workloads over a market's clusters.
type Workloads struct {
	configs map[regions.Region]Kubeconfig

	mu      sync.Mutex
	servers map[regions.Region]*server
}

// New keeps what it is given. A kubeconfig is read when its region is first asked: the one
// of a region that is gone may be gone as well.
func New(configs map[regions.Region]Kubeconfig) *Workloads {
	return &Workloads{configs: configs, servers: map[regions.Region]*server{}}
}

// A server is one cluster's API server.
type server struct {
	at     regions.Region
	host   string
	client *http.Client
}

func (w *Workloads) server(at regions.Region) (*server, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.servers[at]; s != nil {
		return s, nil
	}
	given, ok := w.configs[at]
	if !ok {
		return nil, fmt.Errorf("the market has no cluster in %q", at)
	}
	var config *rest.Config
	var err error
	if given.Path != "" {
		config, err = clientcmd.BuildConfigFromFlags("", given.Path)
	} else {
		config, err = clientcmd.RESTConfigFromKubeConfig(given.Data)
	}
	if err != nil {
		return nil, fmt.Errorf("kubeconfig of the cluster in %s: %w", at, err)
	}
	config.Timeout = patience
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig of the cluster in %s: %w", at, err)
	}
	w.servers[at] = &server{at, strings.TrimRight(config.Host, "/"), client}
	return w.servers[at], nil
}

// partial asks for what objects are called and not for what is in them.
const partial = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

// list reads every object of one kind that the query selects.
func list[T any](ctx context.Context, s *server, path string, query url.Values, accept string) ([]T, error) {
	body, err := s.do(ctx, http.MethodGet, path, query, accept, nil)
	if err != nil {
		return nil, err
	}
	var all struct {
		Items *[]T `json:"items"`
	}
	err = json.Unmarshal(body, &all)
	if err == nil && all.Items == nil {
		err = errors.New("no items in it")
	}
	if err != nil {
		return nil, fmt.Errorf("%s of the cluster in %s: %w", path, s.at, err)
	}
	return *all.Items, nil
}

// patch merges fields into one object.
func (s *server) patch(ctx context.Context, path string, fields map[string]any) error {
	body, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	_, err = s.do(ctx, http.MethodPatch, path, url.Values{"fieldManager": {manager}}, "application/json", body)
	return err
}

// do asks the API server once.
func (s *server) do(ctx context.Context, method, path string, query url.Values, accept string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.host+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", accept)
	switch method {
	case http.MethodPatch:
		request.Header.Set("Content-Type", "application/merge-patch+json")
	case http.MethodPost:
		request.Header.Set("Content-Type", "application/json")
	}
	what := fmt.Sprintf("%s %s of the cluster in %s", method, path, s.at)
	response, err := s.client.Do(request)
	if err != nil {
		return nil, told(ctx, what, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, told(ctx, what, err)
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated {
		return nil, refusal(what, response, answer)
	}
	return answer, nil
}

// told tells no answer at all from other failures, such as of credentials.
func told(ctx context.Context, what string, err error) error {
	var network net.Error
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", what, ctx.Err())
	case errors.As(err, &network) && network.Timeout() || errors.Is(err, context.DeadlineExceeded) || isConnection(err):
		return fmt.Errorf("%s: %w: %w", what, port.ErrUnreachable, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func isConnection(err error) bool {
	var op *net.OpError
	var name *net.DNSError
	return errors.As(err, &op) || errors.As(err, &name) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// refusal is the API server's own words.
func refusal(what string, response *http.Response, answer []byte) error {
	var status struct {
		Reason, Message string
	}
	if json.Unmarshal(answer, &status) != nil || status.Message == "" {
		const enough = 300
		status.Reason, status.Message = response.Status, strings.TrimSpace(string(answer[:min(len(answer), enough)]))
	}
	switch response.StatusCode {
	case http.StatusNotFound:
		return fmt.Errorf("%s: %w: %s", what, port.ErrNotFound, status.Message)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		// An API server that has just started, or has too much to do, will answer later.
		return fmt.Errorf("%s: %w: %s: %s", what, port.ErrUnreachable, status.Reason, status.Message)
	}
	return fmt.Errorf("%s: %s: %s", what, status.Reason, status.Message)
}
