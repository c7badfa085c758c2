package ledger

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// An outcome is how a request ended, as the indicators count it.
type outcome string

const (
	success outcome = "success"
	refused outcome = "refused" // told to come again: no indicator counts it
	failed  outcome = "failed"
)

// The operations of players.
const (
	opLogin    = "login"
	opDeposit  = "deposit"
	opBet      = "bet"
	opTransfer = "transfer"
)

type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
	unsettled *prometheus.GaugeVec
}

func newMetrics(market, region string) *metrics {
	labels := prometheus.Labels{"market": market, "region": region}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "casino_requests_total", ConstLabels: labels,
			Help: "Requests of players, by how they ended."}, []string{"operation", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "casino_request_duration_seconds", ConstLabels: labels,
			Help: "How long requests of players took, without those that were refused.",
			// The indicator is a p95 of 0.4 s: a limit lies on it.
			Buckets: []float64{.002, .005, .01, .02, .05, .1, .2, .3, .4, .5, .75, 1, 2, 5}}, []string{"operation"}),
		unsettled: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "casino_oldest_unsettled_bet_seconds", ConstLabels: labels,
			Help: "The age of the oldest bet that is not settled; absent when it is not known."}, nil),
	}
	m.registry.MustRegister(m.requests, m.duration, m.unsettled)
	// Every series is there from the start: a rate over one that appears later is blind
	// to its first request.
	for _, op := range []string{opLogin, opDeposit, opBet, opTransfer} {
		for _, o := range []outcome{success, refused, failed} {
			m.requests.WithLabelValues(op, string(o))
		}
		m.duration.WithLabelValues(op)
	}
	return m
}

func (m *metrics) count(op string, o outcome, took time.Duration) {
	m.requests.WithLabelValues(op, string(o)).Inc()
	if o != refused {
		m.duration.WithLabelValues(op).Observe(took.Seconds())
	}
}

// unsettledIs drops the series when the age is not known: an old reading would look fine.
func (m *metrics) unsettledIs(age time.Duration, err error) {
	if err != nil {
		m.unsettled.Reset()
		return
	}
	m.unsettled.WithLabelValues().Set(age.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
