// Package client talks to sandboxd. The AWS plugin and the sandbox's command
// import it.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Client talks to sandboxd.
type Client struct{ http *http.Client }

// New returns a client of the sandboxd on the socket, which need not be up.
func New(socket string) *Client {
	return &Client{http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", socket)
		},
	}}}
}

// Alive reports whether sandboxd answers.
func (c *Client) Alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second) // a busy machine is not a dead daemon; a dead one refuses at once
	defer cancel()
	return c.Call(ctx, "/v1/status", struct{}{}, &struct{}{}) == nil
}

// Call asks sandboxd for something; its refusal is the error.
func (c *Client) Call(ctx context.Context, path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://sandboxd"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("sandboxd does not answer: %w; run `make up`, it repairs the sandbox", err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing to do about it
	if resp.StatusCode != http.StatusOK {
		var failure Failure
		if err := json.NewDecoder(resp.Body).Decode(&failure); err != nil || failure.Message == "" {
			return fmt.Errorf("sandboxd: %s", resp.Status)
		}
		return &failure
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}

// Failure is sandboxd's refusal, in the simulated service's words.
type Failure struct {
	Message  string `json:"error"`
	NotFound bool   `json:"notFound"`
}

func (f *Failure) Error() string { return f.Message }

// IsNotFound reports whether err says that a resource does not exist.
func IsNotFound(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.NotFound
}
