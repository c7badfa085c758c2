package awsport

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// doorClient asks as a player's app does, and follows nowhere: where a redirect leads is
// another question.
func doorClient(like *http.Client) *http.Client {
	out := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if like != nil {
		out.Transport = like.Transport
	}
	return out
}

// Ask asks the region's own name, which never moves.
func (a traffic) Ask(ctx context.Context, t inventory.Traffic, at regions.Region, path string) (bool, time.Duration, error) {
	host := t.Direct[at]
	if host == "" {
		return false, 0, fmt.Errorf("%q has no name of its own in the market's traffic: choose among %v", at, sites(t))
	}
	base := "https://" + host
	if a.options.Door != "" {
		base = strings.TrimRight(a.options.Door, "/")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/"+strings.TrimPrefix(path, "/"), nil)
	if err != nil {
		return false, 0, fmt.Errorf("asking %s for %s: %w", host, path, err)
	}
	request.Host = host
	begun := time.Now()
	response, err := a.door.Do(request)
	if err != nil {
		return false, time.Since(begun), told(ctx, "asking "+host+" for "+path, err)
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	took := time.Since(begun)
	if err != nil {
		return false, took, told(ctx, "asking "+host+" for "+path, err)
	}
	return response.StatusCode >= 200 && response.StatusCode < 300, took, nil
}
