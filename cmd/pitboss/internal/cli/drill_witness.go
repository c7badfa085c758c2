package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"pitboss/drill/port"
	"pitboss/regions"
)

// witness is the engine's, if it has one.
func (a *app) witness(t target, d drilling) port.Witness {
	if d.quietly || t.ws.Engine.Drill.Witness == "" {
		return silent{}
	}
	return httpWitness{t.ws.Engine.Drill.Witness}
}

// silent is that nobody writes.
type silent struct{}

func (silent) Start(context.Context) error                               { return nil }
func (silent) Stop(context.Context, regions.Region) (*port.Tally, error) { return nil, nil }

// httpWitness is asked over HTTP.
type httpWitness struct{ url string }

// perSecond is how many writes it makes: enough for a share of 5 % to say something within
// seconds, and few enough to leave the machine to the rest.
const perSecond = 60

// counting is how long a witness may take to look for everything that it wrote.
const counting = 2 * time.Minute

func (h httpWitness) Start(ctx context.Context) error {
	return h.post(ctx, "/start", map[string]any{"rate": perSecond}, nil)
}

func (h httpWitness) Stop(ctx context.Context, at regions.Region) (*port.Tally, error) {
	var got struct {
		Acknowledged, Present, Lost, Duplicated, Refused int
		RefusedForSeconds                                float64
		LostWrites                                       []struct {
			ID string
			At time.Time
		}
		Before, After int64
	}
	if err := h.post(ctx, "/stop", map[string]any{"region": at.String()}, &got); err != nil {
		return nil, err
	}
	tally := &port.Tally{
		Acknowledged: got.Acknowledged, Present: got.Present, Lost: got.Lost, Duplicated: got.Duplicated, Refused: got.Refused,
		RefusedFor: time.Duration(got.RefusedForSeconds * float64(time.Second)), Before: got.Before, After: got.After,
	}
	for _, one := range got.LostWrites {
		tally.LostWrites = append(tally.LostWrites, port.LostWrite{ID: one.ID, At: one.At})
	}
	return tally, nil
}

func (h httpWitness) post(ctx context.Context, path string, body, into any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), counting)
	defer cancel()
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode == http.StatusConflict && into == nil {
		return nil // somebody writes already
	}
	if resp.StatusCode/100 != 2 {
		const enough = 200
		return fmt.Errorf("the witness answers %s: %s", resp.Status, strings.TrimSpace(string(answer[:min(len(answer), enough)])))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}
