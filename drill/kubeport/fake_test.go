package kubeport

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"pitboss/regions"
)

var home, standby, elsewhere = regions.All()[0], regions.All()[1], regions.All()[2]

// A cluster is an API server with objects by the path of their list, and merges patches.
type cluster struct {
	mu      sync.Mutex
	objects map[string][]map[string]any
	patched []string
	asked   []string // what the authorizer was asked
	done    []string // what was done, as the authorizer names it
	refuse  string   // path of which a patch is refused
	forbid  string   // access that the authorizer refuses
	unsure  bool     // the authorizer cannot tell
}

// object reads one from JSON.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err, text)
	}
	return out
}

// service is an object of one of our services, in a namespace.
func service(t *testing.T, namespace, name, tier, rest string) map[string]any {
	t.Helper()
	return object(t, fmt.Sprintf(`{"metadata":{"name":%q,"namespace":%q,"labels":{"pitboss.io/service":%q,"pitboss.io/tier":%q}},%s}`, name, namespace, name, tier, rest))
}

const (
	appsPath   = "/apis/apps/v1/"
	scalePath  = "/apis/autoscaling/v2/horizontalpodautoscalers"
	kedaPath   = "/apis/keda.sh/v1alpha1/scaledobjects"
	secretPath = "/apis/external-secrets.io/v1/externalsecrets"
)

// running is a cluster in which everything runs: wallet is scaled, ledger-writer is fixed,
// settlement is scaled by KEDA, which has made an autoscaler for it.
func running(t *testing.T) *cluster {
	image := `"template":{"spec":{"containers":[{"image":"r/i@sha256:1"}]}}`
	runs := func(replicas, ready int) string {
		return fmt.Sprintf(`"spec":{"replicas":%d,%s},"status":{"readyReplicas":%d}`, replicas, image, ready)
	}
	scales := func(field, target string, least int) string {
		return fmt.Sprintf(`"spec":{"scaleTargetRef":{"kind":"Deployment","name":%q},%q:%d},"status":{"conditions":[{"type":"Ready","status":"True"}]}`, target, field, least)
	}
	keda := service(t, "games", "keda-hpa-settlement", "standard", scales("minReplicas", "settlement", 3))
	keda["metadata"].(map[string]any)["ownerReferences"] = []any{map[string]any{"kind": "ScaledObject", "name": "settlement"}}
	role := func(namespace string) map[string]any {
		return object(t, fmt.Sprintf(`{"metadata":{"name":"role","namespace":%q},"data":{"role":"active","writes":"true"}}`, namespace))
	}
	return &cluster{objects: map[string][]map[string]any{
		"/api/v1/namespaces": {
			object(t, `{"metadata":{"name":"wallet","labels":{"pitboss.io/domain":"wallet"}}}`), object(t, `{"metadata":{"name":"games","labels":{"pitboss.io/domain":"games"}}}`),
			object(t, `{"metadata":{"name":"kube-system"}}`),
		},
		"/api/v1/configmaps": {role("wallet"), role("games"), role("kube-system"), object(t, `{"metadata":{"name":"other","namespace":"wallet"},"data":{}}`)},
		appsPath + "deployments": {
			service(t, "wallet", "wallet", "money", runs(4, 4)), service(t, "wallet", "ledger-writer", "money", runs(3, 3)),
			service(t, "games", "settlement", "standard", runs(3, 3)), service(t, "capacity", "placeholder-api", "placeholder", runs(9, 0)),
		},
		appsPath + "statefulsets": {}, appsPath + "daemonsets": {service(t, "live", "edge", "standard", `"spec":{`+image+`},"status":{"desiredNumberScheduled":2,"numberReady":2}`)},
		"/apis/batch/v1/cronjobs": {service(t, "reports", "daily", "batch", `"spec":{"jobTemplate":{"spec":{`+image+`}}}`)},
		scalePath:                 {service(t, "wallet", "wallet", "money", scales("minReplicas", "wallet", 4)), keda},
		kedaPath:                  {service(t, "games", "settlement", "standard", scales("minReplicaCount", "settlement", 3))},
		"/api/v1/pods": {
			service(t, "wallet", "wallet-1", "money", `"spec":{"nodeName":"n"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}`),
			service(t, "reports", "daily-1", "batch", `"status":{"phase":"Succeeded"}`),
		},
		"/api/v1/nodes": {
			object(t, `{"metadata":{"name":"api-1"},"status":{"capacity":{"cpu":"8"}}}`),
			object(t, `{"metadata":{"name":"ws-1","labels":{"eks.amazonaws.com/capacityType":"ON_DEMAND"}},"status":{"capacity":{"cpu":"4"}}}`),
			object(t, `{"metadata":{"name":"batch-1","labels":{"eks.amazonaws.com/capacityType":"SPOT"}},"status":{"capacity":{"cpu":"16"}}}`),
		},
		"/api/v1/secrets": {object(t, `{"metadata":{"name":"wallet-psp","namespace":"wallet"}}`)},
		secretPath:        {service(t, "wallet", "wallet-psp", "money", `"spec":{"target":{"name":"wallet-psp"}},"status":{"conditions":[{"type":"Ready","status":"True"}]}`)},
	}}
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	missing := func() {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, `{"kind":"Status","reason":"NotFound","message":"%s not found"}`, r.URL.Path)
	}
	if r.Method == http.MethodGet {
		c.done = append(c.done, doing("list", r.URL.Path))
		all, ok := c.objects[r.URL.Path]
		if !ok {
			missing()
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": all})
		return
	}
	if r.Method == http.MethodPost && r.URL.Path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" {
		var review struct {
			Spec struct{ ResourceAttributes access }
		}
		_ = json.NewDecoder(r.Body).Decode(&review)
		no := c.unsure || review.Spec.ResourceAttributes.String() == c.forbid
		c.asked = append(c.asked, review.Spec.ResourceAttributes.String())
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"status":{"allowed":%v,"evaluationError":%q}}`, !no, map[bool]string{true: "no webhook"}[c.unsure])
		return
	}
	// ".../namespaces/<namespace>/<plural>/<name>"
	prefix, rest, _ := strings.Cut(r.URL.Path, "/namespaces/")
	parts := strings.Split(rest, "/")
	c.done = append(c.done, doing("patch", prefix+"/"+parts[1]))
	for _, one := range c.objects[prefix+"/"+parts[1]] {
		meta := one["metadata"].(map[string]any)
		if meta["name"] != parts[2] || meta["namespace"] != parts[0] {
			continue
		}
		if r.URL.Path == c.refuse || r.Header.Get("Content-Type") != "application/merge-patch+json" {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"kind":"Status","reason":"Forbidden","message":"ValidatingAdmissionPolicy 'budget' denied request"}`)
			return
		}
		body, _ := io.ReadAll(r.Body)
		c.patched = append(c.patched, r.URL.Path+" "+string(body))
		fields := map[string]any{}
		_ = json.Unmarshal(body, &fields)
		merge(one, fields)
		_ = json.NewEncoder(w).Encode(one)
		return
	}
	missing()
}

// doing is what is done to a path of a list.
func doing(verb, path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	group := parts[1]
	if parts[0] == "api" {
		group = ""
	}
	return access{verb, group, parts[len(parts)-1]}.String()
}

// merge is RFC 7386.
func merge(into, fields map[string]any) {
	for key, value := range fields {
		inner, isMap := value.(map[string]any)
		switch {
		case value == nil:
			delete(into, key)
		case isMap:
			if _, ok := into[key].(map[string]any); !ok {
				into[key] = map[string]any{}
			}
			merge(into[key].(map[string]any), inner)
		default:
			into[key] = value
		}
	}
}

func kubeconfig(server string) []byte {
	return fmt.Appendf(nil, `{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: %q}}], users: [{name: c, user: {}}], contexts: [{name: c, context: {cluster: c, user: c}}]}`, server)
}

func (c *cluster) start(t *testing.T) *Workloads {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return New(map[regions.Region]Kubeconfig{home: {Data: kubeconfig(server.URL)}})
}
