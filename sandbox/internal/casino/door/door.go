// Package door is the market's front door: what DNS, its health checks and the load
// balancers are together, as one HTTP proxy. It sends each request where
// components/gslb/doc.go says that a player would be sent. Package casino opens it.
package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"pitboss/sandbox/internal/casino/ledger"
)

// Options say where the door leads.
type Options struct {
	// API is the market's name, "api.mt.example.com". Each region's own is below it.
	API string
	// Regions are the bases of the regions' own services, "http://127.0.0.1:40123".
	Regions map[string]string
	// Routes is what DNS says.
	Routes Routes
	// Witness answers below /witness; nil is nobody.
	Witness http.Handler
}

// A Door is one market's.
type Door struct {
	opts    Options
	names   []string
	proxies map[string]*httputil.ReverseProxy
	routes  *cache
	health  *health
	dice    func(n int) int

	mu      sync.Mutex
	answers map[string]int
	dead    map[string]int
}

// New makes the door. Run asks the regions how they are.
func New(o Options) (*Door, error) {
	if len(o.Regions) == 0 || o.API == "" || o.Routes == nil {
		return nil, errors.New("casino: a door needs API, Regions and Routes: one of them is empty")
	}
	d := &Door{opts: o, proxies: map[string]*httputil.ReverseProxy{}, routes: &cache{from: o.Routes, now: time.Now}, dice: rand.IntN,
		answers: map[string]int{}, dead: map[string]int{}}
	for name, base := range o.Regions {
		to, err := url.Parse(base)
		if err != nil || to.Host == "" {
			return nil, fmt.Errorf("casino: the address of %s is %q: it must be like http://127.0.0.1:40123", name, base)
		}
		d.names = append(d.names, name)
		d.proxies[name] = d.proxy(name, to)
	}
	slices.Sort(d.names)
	d.health = newHealth(d.names, o.Regions)
	return d, nil
}

func (d *Door) proxy(region string, to *url.URL) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			// Only regions hand on; a player who claims to be one would not be served.
			r.Out.Header.Del(ledger.HeaderForwarded)
		},
		Transport: &http.Transport{DialContext: (&net.Dialer{Timeout: time.Second}).DialContext,
			ResponseHeaderTimeout: 5 * time.Second, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute},
		ModifyResponse: func(*http.Response) error {
			d.count(d.answers, region)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			d.count(d.dead, region)
			w.Header().Set(ledger.HeaderRegion, region)
			say(w, http.StatusBadGateway, fmt.Sprintf("%s does not answer: %v", region, err))
		},
	}
}

func (d *Door) count(in map[string]int, region string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in[region]++
}

// Run asks the regions how they are until ctx ends.
func (d *Door) Run(ctx context.Context) { d.health.run(ctx) }

// ServeHTTP leads a request to a region, or to the witness.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	own, below := strings.CutSuffix(host, "."+d.opts.API)
	switch {
	case host != d.opts.API && !below:
		d.house(w, r)
	case strings.HasPrefix(r.URL.Path, "/admin/"):
		say(w, http.StatusNotFound, "not for players")
	case below && d.proxies[own] == nil:
		say(w, http.StatusNotFound, fmt.Sprintf("%s is no name of %s: its regions are %s", host, d.opts.API, strings.Join(d.names, ", ")))
	case below:
		d.proxies[own].ServeHTTP(w, r)
	default:
		region, err := d.Choose(r.Context())
		if err != nil {
			say(w, http.StatusBadGateway, fmt.Sprintf("%s leads nowhere: %v", host, err))
			return
		}
		d.proxies[region].ServeHTTP(w, r)
	}
}

// house answers who asks for the door itself rather than for the market.
func (d *Door) house(w http.ResponseWriter, r *http.Request) {
	if d.opts.Witness != nil && (r.URL.Path == "/witness" || strings.HasPrefix(r.URL.Path, "/witness/")) {
		d.opts.Witness.ServeHTTP(w, r)
		return
	}
	say(w, http.StatusNotFound, fmt.Sprintf("%s%s leads nowhere: ask for the host %s, or for <region>.%s, or for /witness", r.Host, r.URL.Path, d.opts.API, d.opts.API))
}

// Choose is the region that the next player is sent to.
func (d *Door) Choose(ctx context.Context) (string, error) {
	routing, err := d.routes.get(ctx)
	if err != nil {
		return "", err
	}
	return choose(d.names, routing.Weights, func(region string) bool {
		return !routing.Evacuated[region] && d.health.serves(region)
	}, d.dice), nil
}

// A View is what the door sees of one region.
type View struct {
	Region string `json:"region"`
	// Serves is what its indicators say; Weight and Evacuated are DNS'.
	Serves    bool `json:"serves"`
	Weight    int  `json:"weight"`
	Evacuated bool `json:"evacuated"`
	// Answers and Dead are how often it answered, and did not.
	Answers int `json:"answers"`
	Dead    int `json:"dead"`
}

// Views are the regions by name.
func (d *Door) Views(ctx context.Context) []View {
	routing, _ := d.routes.get(ctx) // zero while DNS is not known
	var out []View
	for _, r := range d.names {
		v := View{Region: r, Serves: d.health.serves(r), Weight: routing.Weights[r], Evacuated: routing.Evacuated[r]}
		d.mu.Lock()
		v.Answers, v.Dead = d.answers[r], d.dead[r]
		d.mu.Unlock()
		out = append(out, v)
	}
	return out
}

func say(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": message}) // nobody is left to tell
}
