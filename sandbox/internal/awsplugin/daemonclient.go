package awsplugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/cloud"
)

// daemon is sandboxd as this plugin sees it.
type daemon struct{ http *http.Client }

// socketEnv names sandboxd's socket; the sandbox sets it for every run.
const socketEnv = "PITBOSS_SANDBOX_SOCKET"

func newDaemon(socket string) *daemon {
	return &daemon{http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}}
}

// problem is how sandboxd says that a call failed.
type problem struct {
	Error    string `json:"error"`
	NotFound bool   `json:"notFound"`
}

var errNotFound = errors.New("not found")

func (d *daemon) call(ctx context.Context, path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://sandboxd"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return fmt.Errorf("sandboxd does not answer: %w; run `make up`, it repairs the sandbox", err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing to do about it
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		var p problem
		if json.Unmarshal(data, &p) != nil || p.Error == "" {
			return fmt.Errorf("sandboxd: %s: %s", resp.Status, data)
		}
		if p.NotFound {
			return errNotFound
		}
		return errors.New(p.Error)
	}
	return json.Unmarshal(data, answer)
}

func (d *daemon) session(ctx context.Context, c bridge.Config) (s bridge.Session, err error) {
	return s, d.call(ctx, "/v1/bridge", c, &s)
}

func (d *daemon) resource(ctx context.Context, verb string, r cloud.Request) (out cloud.Resource, err error) {
	return out, d.call(ctx, "/v1/resources/"+verb, r, &out)
}
