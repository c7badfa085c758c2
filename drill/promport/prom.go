// Package promport is the drill's port to the service levels of a region, as Prometheus
// knows them. The drill command imports it; the steps of a drill know only package port.
package promport

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"pitboss/drill/port"
	"pitboss/regions"
)

// patience is how long Prometheus may take to answer one question.
const patience = 10 * time.Second

// The metrics of the platform's front. Refused is a request that was told to come again
// while writes are frozen: it is neither served nor broken, and no ratio counts it.
const (
	requests  = "casino_requests_total"
	durations = "casino_request_duration_seconds_bucket"
	unsettled = "casino_oldest_unsettled_bet_seconds"

	success  = `outcome="success"`
	answered = `outcome=~"success|failed"`
)

// Options say whose service levels are read, and where.
type Options struct {
	// Market is the label of the metrics. Required.
	Market string
	// URLs are Prometheus servers, such as one a region. They are asked in turn, until one
	// knows the region. Required.
	URLs []string
	// HTTP carries the questions. Nil is the usual transport.
	HTTP http.RoundTripper
}

// Indicators is port.Indicators.
type Indicators struct {
	market  string
	servers []server
}

type server struct {
	url string // for people: without a password
	api v1.API
}

// New checks the addresses, and asks nobody yet.
func New(o Options) (*Indicators, error) {
	if o.Market == "" || len(o.URLs) == 0 {
		return nil, fmt.Errorf("promport.Options: got market %q and %d URLs, want a market and at least one", o.Market, len(o.URLs))
	}
	out := &Indicators{market: o.Market}
	for _, address := range o.URLs {
		parsed, err := url.Parse(address)
		if err != nil || parsed.Host == "" {
			return nil, fmt.Errorf("found a Prometheus that is no address, want for example http://prometheus:9090")
		}
		config := api.Config{Address: address}
		if o.HTTP != nil {
			config.RoundTripper = o.HTTP
		}
		client, err := api.NewClient(config)
		if err != nil {
			return nil, fmt.Errorf("Prometheus at %s: %w", parsed.Redacted(), err)
		}
		out.servers = append(out.servers, server{parsed.Redacted(), v1.NewAPI(client)})
	}
	return out, nil
}

// Read takes everything from one server and of one moment. A value that is not there, or is
// no number, is an error: could not tell is never fine. Only where the region is known and
// served nothing are the ratios and the latency zero, with Requests.
func (i *Indicators) Read(ctx context.Context, at regions.Region, window time.Duration) (port.Reading, error) {
	if at.IsZero() || window < time.Second {
		return port.Reading{}, fmt.Errorf("service levels of %q over %s: want a region, and a second or more", at, window)
	}
	var errs []error
	for _, s := range i.servers {
		reading, err := s.read(ctx, i.market, at, window)
		if err == nil {
			return reading, nil
		}
		errs = append(errs, fmt.Errorf("service levels of %s in %s from %s: %w", i.market, at, s.url, err))
	}
	return port.Reading{}, errors.Join(errs...)
}

func (s server) read(ctx context.Context, market string, at regions.Region, window time.Duration) (out port.Reading, err error) {
	now := time.Now()
	ask := func(query string) (float64, bool, error) { return s.ask(ctx, query, now) }
	of := fmt.Sprintf("market=%s, region=%s", strconv.Quote(market), strconv.Quote(at.String()))
	over := fmt.Sprintf("[%ds]", int(math.Ceil(window.Seconds())))

	age, known, err := ask("max(" + unsettled + "{" + of + "})")
	if err != nil {
		return out, err
	}
	if !known {
		return out, fmt.Errorf("no %s of the region: it is not scraped", unsettled)
	}
	out.Unsettled = seconds(age)
	// The oldest bet says that the region is scraped. Without any request it has no counters.
	if out.Requests, _, err = ask("sum(increase(" + requests + "{" + of + ", " + answered + "}" + over + "))"); err != nil || out.Requests == 0 {
		return out, err
	}
	for _, one := range []struct {
		operation string
		into      *float64
	}{{"login", &out.Login}, {"deposit", &out.Deposit}} {
		which := of + `, operation="` + one.operation + `"`
		// A counter of successes that never counted is not there: that is none, not unknown.
		good := "(sum(rate(" + requests + "{" + which + ", " + success + "}" + over + ")) or vector(0))"
		all := "sum(rate(" + requests + "{" + which + ", " + answered + "}" + over + "))"
		if *one.into, known, err = ask(good + " / " + all); err != nil {
			return port.Reading{}, err
		}
		if !known {
			return port.Reading{}, fmt.Errorf("no %s in %s, though there were %.0f requests: nobody knows whether one would work", one.operation, window, out.Requests)
		}
	}
	p95, known, err := ask("histogram_quantile(0.95, sum by (le) (rate(" + durations + "{" + of + "}" + over + ")))")
	if err != nil {
		return port.Reading{}, err
	}
	if !known {
		return port.Reading{}, fmt.Errorf("no %s in %s, though there were %.0f requests", durations, window, out.Requests)
	}
	out.P95 = seconds(p95)
	return out, nil
}

// ask is the one value of a query. Known is false where there is none, or it is no number.
func (s server) ask(ctx context.Context, query string, at time.Time) (value float64, known bool, err error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, _, err := s.api.Query(limited, query, at, v1.WithTimeout(patience))
	if err != nil {
		return 0, false, told(ctx, query, err)
	}
	vector, ok := got.(model.Vector)
	if !ok || len(vector) > 1 {
		return 0, false, fmt.Errorf("%s: answers with %s, want one value", query, got.Type())
	}
	if len(vector) == 0 || math.IsNaN(float64(vector[0].Value)) {
		return 0, false, nil
	}
	value = float64(vector[0].Value)
	if math.IsInf(value, 0) {
		return 0, false, fmt.Errorf("%s: is %v, beyond what is measured", query, value)
	}
	return value, true, nil
}

// told tells no answer at all from a refusal, which keeps Prometheus' words.
func told(ctx context.Context, query string, err error) error {
	var refusal *v1.Error
	var network net.Error
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", query, ctx.Err())
	case errors.As(err, &refusal):
		return fmt.Errorf("%s: %w", query, err)
	case errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", port.ErrUnreachable, err)
	}
	return fmt.Errorf("%s: %w", query, err)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
