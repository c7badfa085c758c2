package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// rolePoll is how often the role is read.
	rolePoll = 200 * time.Millisecond
	// rolePatience is how long one reading may take, and roleKept how long a reading
	// counts: who has not heard for longer may have been told to stop.
	rolePatience = time.Second
	roleKept     = 3 * time.Second
	// fromMemory is what the API server knows, as those who watch it are told: etcd is not asked.
	fromMemory = "?resourceVersion=0"
)

// A Role is what the region is told.
type Role struct {
	// Writes says that money is written here.
	Writes bool
	// Forward is the region that writes are handed to while Writes is false; "" is none.
	Forward string
}

// A Teller says what the region's role is now. An error means that it is not known, and
// then nothing is written.
type Teller interface{ Role() (Role, error) }

// A Watch reads the role from the region's cluster, again and again.
type Watch struct {
	kubeconfig, path string
	now              func() time.Time

	client *http.Client // used by Run alone
	host   string

	mu   sync.Mutex
	role Role
	read time.Time
	err  error
}

// NewWatch watches the ConfigMap of roles in a namespace. Run does the reading.
func NewWatch(kubeconfig, namespace string) *Watch {
	return &Watch{kubeconfig: kubeconfig, path: "/api/v1/namespaces/" + namespace + "/configmaps/role" + fromMemory, now: time.Now,
		err: errors.New("it was not read yet")}
}

// Run reads until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	tick := time.NewTicker(rolePoll)
	defer tick.Stop()
	for {
		w.poll(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Role is the last reading, while it counts.
func (w *Watch) Role() (Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.read.IsZero() || w.now().Sub(w.read) > roleKept {
		return Role{}, fmt.Errorf("this region's role could not be read for %s: %w", roleKept, w.err)
	}
	return w.role, nil
}

func (w *Watch) poll(ctx context.Context) {
	asked := w.now() // an answer is as old as its question
	role, err := w.ask(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err = err; err != nil {
		w.client = nil // the cluster may have been built anew, with another address
		return
	}
	w.role, w.read = role, asked
}

func (w *Watch) ask(ctx context.Context) (Role, error) {
	if w.client == nil {
		config, err := clientcmd.BuildConfigFromFlags("", w.kubeconfig)
		if err != nil {
			return Role{}, err
		}
		config.Timeout = rolePatience
		if w.client, err = rest.HTTPClientFor(config); err != nil {
			return Role{}, err
		}
		w.host = strings.TrimRight(config.Host, "/")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.host+w.path, nil)
	if err != nil {
		return Role{}, err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return Role{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return Role{}, fmt.Errorf("%s%s answers %s", w.host, w.path, resp.Status)
	}
	var object struct {
		Data map[string]string `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&object); err != nil {
		return Role{}, fmt.Errorf("%s%s: %w", w.host, w.path, err)
	}
	return parseRole(object.Data)
}

// parseRole takes nothing for an answer that is not one: a missing key is not "no".
func parseRole(data map[string]string) (Role, error) {
	switch data["writes"] {
	case "true":
		return Role{Writes: true}, nil
	case "false":
		return Role{Forward: data["forward"]}, nil
	}
	return Role{}, fmt.Errorf("the role's key writes is %q: it must be \"true\" or \"false\"", data["writes"])
}
