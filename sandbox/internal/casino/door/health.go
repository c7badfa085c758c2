package door

import (
	"context"
	"net/http"
	"sync"
	"time"
)

const (
	// checkEvery is how often a region is asked, checkPatience how long it may take, and
	// mindAfter how many answers in a row change a check's mind. Route 53 takes 10 s and
	// three answers: this is the same in twentieths, because a rehearsal waits for it.
	checkEvery    = 500 * time.Millisecond
	checkPatience = 2 * time.Second
	mindAfter     = 3
)

// checks are the paths of the indicators. A region is open when it answers all of them.
var checks = []string{"/sli/login", "/sli/deposit", "/sli/bet"}

// mind is one check's opinion. The first answer makes it.
type mind struct {
	known, healthy bool
	against        int // answers in a row that say otherwise
}

func (m *mind) hear(ok bool) {
	switch {
	case !m.known:
		m.known, m.healthy = true, ok
	case ok == m.healthy:
		m.against = 0
	default:
		if m.against++; m.against >= mindAfter {
			m.healthy, m.against = ok, 0
		}
	}
}

// health is what the checks think of the regions.
type health struct {
	regions map[string]string // base addresses
	names   []string
	client  *http.Client

	mu    sync.Mutex
	minds map[string]map[string]*mind
}

func newHealth(names []string, regions map[string]string) *health {
	h := &health{regions: regions, names: names, minds: map[string]map[string]*mind{},
		client: &http.Client{Timeout: checkPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, r := range names {
		h.minds[r] = map[string]*mind{}
		for _, path := range checks {
			h.minds[r][path] = &mind{}
		}
	}
	return h
}

// run asks every region for every indicator until ctx ends. One that hangs keeps nobody
// else waiting.
func (h *health) run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, r := range h.names {
		for _, path := range checks {
			wg.Go(func() {
				tick := time.NewTicker(checkEvery)
				defer tick.Stop()
				for {
					ok := h.ask(ctx, h.regions[r]+path)
					if ctx.Err() != nil {
						return
					}
					h.hear(r, path, ok)
					select {
					case <-ctx.Done():
						return
					case <-tick.C:
					}
				}
			})
		}
	}
	wg.Wait()
}

func (h *health) ask(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode >= 200 && resp.StatusCode < 300
}

func (h *health) hear(region, path string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.minds[region][path].hear(ok)
}

// serves says whether the region answers all indicators.
func (h *health) serves(region string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, path := range checks {
		if !h.minds[region][path].healthy {
			return false
		}
	}
	return true
}
