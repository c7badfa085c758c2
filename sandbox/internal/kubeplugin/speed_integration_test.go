//go:build integration

package kubeplugin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"pitboss/sandbox/internal/kube"
	"pitboss/sandbox/internal/toolchain"
	"pitboss/sandbox/internal/tooltest"
)

// door stands before an API server and counts what is asked of it.
type door struct {
	mu    sync.Mutex
	asked map[string]int
	url   string
}

func newDoor(t *testing.T, kubeconfig string) *door {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(config.Host)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.Transport = transport
	d := &door{asked: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		what := r.Method
		if strings.Count(r.URL.Path, "/") < 5 && r.Method == http.MethodGet && !strings.Contains(r.URL.Path, "/namespaces") {
			what = "discovery"
		}
		d.asked[what]++
		d.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// count runs f and says how long it took and what it asked.
func (d *door) count(t *testing.T, what string, f func() error) map[string]int {
	t.Helper()
	d.mu.Lock()
	d.asked = map[string]int{}
	d.mu.Unlock()
	began := time.Now()
	if err := f(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t.Logf("%-22s %6.2f s  %v", what, time.Since(began).Seconds(), d.asked)
	return d.asked
}

// TestManyObjects applies what a region has, as the engine does: so many at a time, and what
// others need first.
//
//	go test -tags integration -run ManyObjects -v ./internal/kubeplugin
func TestManyObjects(t *testing.T) {
	dir := t.TempDir()
	t.Cleanup(func() { _ = kube.Stop(dir) })
	info, err := kube.Start(t.Context(), kube.Spec{Binary: tooltest.Path(t, "pitboss-kube"), Dir: dir, Name: "test", Version: "1.35",
		Definitions: tooltest.Path(t, toolchain.Definitions)})
	if err != nil {
		t.Fatal(err)
	}
	if err := info.ApplyNodeGroup(t.Context(), kube.NodeGroup{
		Name: "api", InstanceTypes: []string{"c7i.2xlarge"}, Desired: 6, Region: "eu-south-1",
		Zones: []kube.Zone{{Name: "eu-south-1a"}, {Name: "eu-south-1b"}, {Name: "eu-south-1c"}},
	}); err != nil {
		t.Fatal(err)
	}
	d := newDoor(t, info.Kubeconfig)
	s := &session{client: dial(t)}
	kubeconfig := fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","clusters":[{"name":"c","cluster":{"server":%q}}],"contexts":[{"name":"c","context":{"cluster":"c"}}],"current-context":"c"}`, d.url)
	if _, err := s.client.Configure(t.Context(), &pulumirpc.ConfigureRequest{
		Args: encoded(t, props{"kubeconfig": kubeconfig, "enableConfigMapMutable": true}),
	}); err != nil {
		t.Fatal(err)
	}
	waves := region()
	total := 0
	for _, wave := range waves {
		total += len(wave)
	}
	made := make([]*living, 0, total)
	each := func(wave []*living, f func(*living) error) error {
		var group errgroup.Group
		group.SetLimit(4 * runtime.NumCPU()) // the engine's own default
		for _, l := range wave {
			group.Go(func() error {
				if err := f(l); err != nil {
					return fmt.Errorf("%s: %w", l.urn, err)
				}
				return nil
			})
		}
		return group.Wait()
	}
	create := func(preview bool) func() error {
		return func() error {
			for _, wave := range waves {
				if err := each(wave, func(l *living) error { return s.apply(t.Context(), l, preview) }); err != nil {
					return err
				}
				if !preview {
					made = append(made, wave...)
				}
			}
			return nil
		}
	}
	t.Logf("%d objects, %d at a time", total, 4*runtime.NumCPU())
	d.count(t, "preview", create(true))
	asked := d.count(t, "create", create(false))
	if asked[http.MethodPatch] != total || asked["discovery"] > 5 {
		t.Errorf("creating asked %v: want one PATCH an object, and hardly any discovery", asked)
	}
	asked = d.count(t, "nothing changed", func() error {
		return each(made, func(l *living) error { return s.expect(t.Context(), l, pulumirpc.DiffResponse_DIFF_NONE) })
	})
	if len(asked) != 0 {
		t.Errorf("finding that nothing changed asked %v", asked)
	}
	d.count(t, "refresh", func() error { return each(made, func(l *living) error { return s.refresh(t.Context(), l) }) })
	d.count(t, "still nothing changed", func() error {
		return each(made, func(l *living) error { return s.expect(t.Context(), l, pulumirpc.DiffResponse_DIFF_NONE) })
	})
	for _, l := range made { // a label: every object can have another, and none is replaced for it
		l.inputs = relabelled(l.inputs)
	}
	asked = d.count(t, "find what changed", func() error {
		return each(made, func(l *living) error { return s.expect(t.Context(), l, pulumirpc.DiffResponse_DIFF_SOME) })
	})
	if len(asked) != 0 {
		t.Errorf("finding a change that every object can have asked %v", asked)
	}
	asked = d.count(t, "update", func() error { return each(made, func(l *living) error { return s.change(t.Context(), l) }) })
	if asked[http.MethodPatch] != total {
		t.Errorf("updating asked %v: want one PATCH an object", asked)
	}
	for i, what := range []string{"delete workloads", "delete objects", "delete namespaces"} {
		wave := waves[len(waves)-1-i]
		d.count(t, what, func() error { return each(wave, func(l *living) error { return s.forget(t.Context(), l) }) })
	}
}
