package admission

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// patience is how long an API server may take to answer.
const patience = 10 * time.Second

// Server is an API server.
type Server struct {
	host   string
	client *http.Client
}

// Connect reads a kubeconfig.
func Connect(kubeconfig string) (*Server, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.Timeout = patience
	client, err := rest.HTTPClientFor(config)
	return &Server{host: strings.TrimRight(config.Host, "/"), client: client}, err
}

// Answer is what an API server says to one request.
type Answer struct {
	Code     int
	Body     []byte
	Warnings []string
}

// OK is whether the server did what it was asked to.
func (a Answer) OK() bool { return a.Code/100 == 2 }

// Message is why it did not.
func (a Answer) Message() string {
	var status struct{ Message string }
	if json.Unmarshal(a.Body, &status) != nil || status.Message == "" {
		return fmt.Sprintf("%d: %s", a.Code, a.Body)
	}
	return status.Message
}

// do sends one request. Bodies are JSON, of one of the media types of a PATCH.
func (s *Server) do(ctx context.Context, method, path, media string, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.host+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", media)
	resp, err := s.client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	out := Answer{Code: resp.StatusCode, Warnings: resp.Header.Values("Warning")}
	out.Body, err = io.ReadAll(resp.Body)
	return out, err
}

// Get reads what is at a path of the API into out.
func (s *Server) Get(ctx context.Context, path string, out any) error {
	a, err := s.do(ctx, http.MethodGet, path, "application/json", nil)
	if err != nil {
		return err
	}
	if !a.OK() {
		return fmt.Errorf("%s: %s", path, a.Message())
	}
	return json.Unmarshal(a.Body, out)
}

// Apply asks for a whole object as the program does, by server-side apply with every
// field checked. query is more of it, such as dryRun=All.
func (s *Server) Apply(ctx context.Context, m Manifest, registry, query string) (Answer, error) {
	path, err := pathOf(m)
	if err != nil {
		return Answer{}, err
	}
	return s.do(ctx, http.MethodPatch, path+"?fieldManager=pitboss-corpus&force=true&fieldValidation=Strict&"+query,
		"application/apply-patch+yaml", m.Object.JSON(registry))
}

// addDebug asks for a debug container in a pod that runs.
func (s *Server) addDebug(ctx context.Context, m Manifest, registry, query string) (Answer, error) {
	namespace := m.metadata()["namespace"]
	var list struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	if err := s.Get(ctx, fmt.Sprintf("/api/v1/namespaces/%s/pods", namespace), &list); err != nil {
		return Answer{}, err
	}
	if len(list.Items) == 0 {
		return Answer{}, fmt.Errorf("namespace %s has no pod to add a debug container to", namespace)
	}
	patch := Object{"spec": m.Object["spec"]}
	return s.do(ctx, http.MethodPatch, fmt.Sprintf("/api/v1/namespaces/%s/pods/%s/ephemeralcontainers?%s", namespace, list.Items[0].Metadata.Name, query),
		"application/strategic-merge-patch+json", patch.JSON(registry))
}

// plurals are the kinds that are sent, as paths spell them.
var plurals = map[string]string{
	"Pod": "pods", "Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets", "ReplicaSet": "replicasets",
	"Job": "jobs", "CronJob": "cronjobs", "PodDisruptionBudget": "poddisruptionbudgets", "NetworkPolicy": "networkpolicies",
	"Service": "services", "Namespace": "namespaces", "ConfigMap": "configmaps", "PriorityClass": "priorityclasses",
	"ValidatingAdmissionPolicy": "validatingadmissionpolicies", "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
}

// pathOf is where an object is.
func pathOf(m Manifest) (string, error) {
	plural, ok := plurals[m.Kind()]
	if !ok {
		return "", fmt.Errorf("%s: kind %s has no path in plurals", m.Name, m.Kind())
	}
	path := "/apis/" + m.Object["apiVersion"].(string)
	if m.Object["apiVersion"] == "v1" {
		path = "/api/v1"
	}
	if namespace, ok := m.metadata()["namespace"].(string); ok {
		path += "/namespaces/" + namespace
	}
	return path + "/" + plural + "/" + m.metadata()["name"].(string), nil
}
