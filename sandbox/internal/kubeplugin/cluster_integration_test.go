//go:build integration

package kubeplugin

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/status"

	"pitboss/sandbox/internal/kube"
	"pitboss/sandbox/internal/tooltest"
)

// TestAgainstACluster meets the plugin over gRPC, and the plugin a real API
// server with simulated nodes. The steps share the cluster and are otherwise
// independent.
//
//	go test -tags integration ./internal/kubeplugin
func TestAgainstACluster(t *testing.T) {
	dir := t.TempDir()
	info, err := kube.Start(t.Context(), kube.Spec{Binary: tooltest.Path(t, "pitboss-kube"), Dir: dir, Name: "test", Version: "1.35"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kube.Stop(dir) })
	if err := info.ApplyNodeGroup(t.Context(), kube.NodeGroup{
		Name: "api", InstanceTypes: []string{"c7i.large"}, Desired: 2, Region: "eu-south-1",
		Zones: []kube.Zone{{Name: "eu-south-1a"}, {Name: "eu-south-1b"}},
	}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(info.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]func(*testing.T, *session){
		"LifeOfADeployment":   deploymentLife,
		"Drift":               drift,
		"Preview":             preview,
		"RefusedByAdmission":  refused,
		"NotEnoughRoom":       noRoom,
		"SecretsStaySecret":   secrets,
		"CustomKind":          customKind,
		"ServerSaysImmutable": serverSaysImmutable,
		"Conflict":            conflict,
		"SettledKinds":        settledKinds,
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			s := &session{client: dial(t)}
			args := props{"kubeconfig": string(content)}
			if name == "SettledKinds" { // what may change in place, may
				args["enableConfigMapMutable"], args["enableSecretMutable"] = true, true
			}
			if _, err := s.client.Configure(t.Context(), &pulumirpc.ConfigureRequest{Args: encoded(t, args)}); err != nil {
				t.Fatal(err)
			}
			s.settings = readSettings(resource.NewPropertyMapFromMap(args))
			step(t, s)
		})
	}
}

// session is a configured plugin.
type session struct {
	client   pulumirpc.ResourceProviderClient
	settings settings
}

// living is an object as Pulumi would remember it.
type living struct {
	urn, id       string
	inputs, state resource.PropertyMap
	before        resource.PropertyMap // the inputs of the last update, where inputs are to be the next's
}

func (s *session) create(t *testing.T, token string, in props) (living, error) {
	t.Helper()
	u := urn(token, "x")
	checked, err := s.client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: u, News: encoded(t, in), RandomSeed: []byte(t.Name())})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: u, Properties: checked.GetInputs(), Timeout: 30})
	if err != nil {
		return living{urn: u, inputs: decode(t, checked.GetInputs())}, err
	}
	return living{urn: u, id: resp.GetId(), inputs: decode(t, checked.GetInputs()), state: decode(t, resp.GetProperties())}, nil
}

func (s *session) mustCreate(t *testing.T, token string, in props) living {
	t.Helper()
	l, err := s.create(t, token, in)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (s *session) diff(t *testing.T, l living, in props) *pulumirpc.DiffResponse {
	t.Helper()
	resp, err := s.client.Diff(t.Context(), &pulumirpc.DiffRequest{
		Id: l.id, Urn: l.urn, OldInputs: encode(t, l.inputs), Olds: encode(t, l.state), News: encoded(t, in),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func (s *session) update(t *testing.T, l living, in props) living {
	t.Helper()
	resp, err := s.client.Update(t.Context(), &pulumirpc.UpdateRequest{
		Id: l.id, Urn: l.urn, OldInputs: encode(t, l.inputs), Olds: encode(t, l.state), News: encoded(t, in), Timeout: 30,
	})
	if err != nil {
		t.Fatal(err)
	}
	return living{urn: l.urn, id: l.id, inputs: resource.NewPropertyMapFromMap(in), state: decode(t, resp.GetProperties())}
}

func (s *session) read(t *testing.T, l living) living {
	t.Helper()
	resp, err := s.client.Read(t.Context(), &pulumirpc.ReadRequest{
		Id: l.id, Urn: l.urn, Inputs: encode(t, l.inputs), Properties: encode(t, l.state),
	})
	if err != nil {
		t.Fatal(err)
	}
	return living{urn: l.urn, id: resp.GetId(), inputs: decode(t, resp.GetInputs()), state: decode(t, resp.GetProperties())}
}

func (s *session) delete(t *testing.T, l living) {
	t.Helper()
	if _, err := s.client.Delete(t.Context(), &pulumirpc.DeleteRequest{
		Id: l.id, Urn: l.urn, Properties: encode(t, l.state), OldInputs: encode(t, l.inputs), Timeout: 30,
	}); err != nil {
		t.Fatal(err)
	}
	if after := s.read(t, l); after.id != "" {
		t.Errorf("%s is still there after it was deleted", l.id)
	}
}

func deploymentLife(t *testing.T, s *session) {
	l := s.mustCreate(t, deploymentToken, deployment("life", 2))
	if l.id != "default/life" {
		t.Errorf("id %q, want default/life", l.id)
	}
	if got := at(l.state, "status", "availableReplicas"); !got.IsNumber() || got.NumberValue() != 2 {
		t.Errorf("created with %v available replicas; want it to wait for 2", got)
	}
	if again := s.diff(t, l, deployment("life", 2)); again.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("the same again: %v", again)
	}
	if d := s.diff(t, s.read(t, l), deployment("life", 2)); d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("after a refresh without drift: %v", d)
	}
	l = s.update(t, l, deployment("life", 3))
	if got := at(l.state, "status", "availableReplicas"); !got.IsNumber() || got.NumberValue() != 3 {
		t.Errorf("updated to %v available replicas; want it to wait for 3", got)
	}
	s.delete(t, l)
}

func drift(t *testing.T, s *session) {
	in := props{"apiVersion": "v1", "kind": "ConfigMap", "metadata": props{"name": "drift"}, "data": props{"a": "1", "b": "2"}}
	l := s.mustCreate(t, configMapToken, in)
	// Somebody changes one value and deletes the other.
	changed := props{"apiVersion": "v1", "kind": "ConfigMap", "metadata": props{"name": "drift"}, "data": props{"a": "tampered"}}
	s.update(t, l, changed)
	after := s.read(t, l)
	d := s.diff(t, after, in)
	if got := strings.Join(d.GetReplaces(), " "); got != "data.a data.b" {
		t.Errorf("drift shows as %q, want data.a data.b", got)
	}
	s.delete(t, l)
	if gone := s.read(t, l); gone.id != "" {
		t.Error("what was deleted has an id after a refresh")
	}
}

func preview(t *testing.T, s *session) {
	u := urn(deploymentToken, "preview")
	resp, err := s.client.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: u, Properties: encoded(t, deployment("preview", 1)), Preview: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	state := decode(t, resp.GetProperties())
	if !state["status"].IsComputed() || text(at(state, "metadata", "name")) != "preview" {
		t.Errorf("planned: status %v, name %v; want one unknown and the other known", state["status"], at(state, "metadata", "name"))
	}
	if l := s.read(t, living{urn: u, id: "default/preview", inputs: resource.NewPropertyMapFromMap(deployment("preview", 1))}); l.id != "" {
		t.Error("the preview created it")
	}
	misspelt := deployment("preview", 1)
	misspelt["spec"].(props)["replica"] = 2
	_, err = s.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: u, Properties: encoded(t, misspelt), Preview: true})
	if err == nil || !strings.Contains(err.Error(), "replica") {
		t.Errorf("a misspelt field: %v; want the preview to name it", err)
	}
	homeless := deployment("preview", 1)
	homeless["metadata"].(props)["namespace"] = "to-be-created"
	if _, err = s.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: u, Properties: encoded(t, homeless), Preview: true}); err != nil {
		t.Errorf("a namespace that the same update creates: %v", err)
	}
}

func refused(t *testing.T, s *session) {
	ns := s.mustCreate(t, "kubernetes:core/v1:Namespace", props{"metadata": props{
		"name": "strict", "labels": props{"pod-security.kubernetes.io/enforce": "restricted"},
	}})
	in := props{"apiVersion": "v1", "kind": "Pod", "metadata": props{"name": "root", "namespace": "strict"},
		"spec": props{"hostNetwork": true, "containers": []any{props{"name": "c", "image": "example.com/c"}}}}
	_, err := s.create(t, "kubernetes:core/v1:Pod", in)
	if err == nil || !strings.Contains(err.Error(), `violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)`) {
		t.Errorf("got %v; want the admission's whole text", err)
	}
	s.delete(t, ns)
}

func noRoom(t *testing.T, s *session) {
	in := deployment("huge", 1)
	in["metadata"].(props)["annotations"] = props{annotationTimeout: "3"}
	in["spec"].(props)["template"].(props)["spec"].(props)["containers"] = []any{props{
		"name": "c", "image": "example.com/c", "resources": props{"requests": props{"cpu": "64"}},
	}}
	u := urn(deploymentToken, "huge")
	began := time.Now()
	_, err := s.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: u, Properties: encoded(t, in)})
	if err == nil || !strings.Contains(err.Error(), "Insufficient cpu") {
		t.Errorf("got %v; want the scheduler's reason", err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("waited %v, the annotation says 3 s", took)
	}
	details := status.Convert(err).Details()
	if len(details) != 1 || details[0].(*pulumirpc.ErrorResourceInitFailed).GetId() != "default/huge" {
		t.Errorf("details %v; Pulumi must remember what exists", details)
	}
	in["metadata"].(props)["annotations"] = props{annotationSkipAwait: "true"}
	l := s.update(t, living{urn: u, id: "default/huge"}, in)
	if _, err := s.client.Delete(t.Context(), &pulumirpc.DeleteRequest{Id: l.id, Urn: u, Properties: encode(t, l.state)}); err != nil {
		t.Errorf("delete without waiting: %v", err)
	}
}
