package kubeplugin

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
	"strconv"
)

// dial serves a provider over gRPC, as the engine would meet it.
func dial(t *testing.T) pulumirpc.ResourceProviderClient {
	t.Helper()
	provider := NewProvider()
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(s *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(s, provider)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient("127.0.0.1:"+strconv.Itoa(handle.Port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		close(cancel)
	})
	return pulumirpc.NewResourceProviderClient(conn)
}

// props is a shorthand for properties: nested maps and lists of plain values.
type props = map[string]any

func encode(t *testing.T, m resource.PropertyMap) *structpb.Struct {
	t.Helper()
	s, err := marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func encoded(t *testing.T, m props) *structpb.Struct {
	t.Helper()
	return encode(t, resource.NewPropertyMapFromMap(m))
}

func decode(t *testing.T, s *structpb.Struct) resource.PropertyMap {
	t.Helper()
	m, err := unmarshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func urn(token, name string) string {
	return "urn:pulumi:mt::pitboss::" + token + "::" + name
}

const (
	deploymentToken = "kubernetes:apps/v1:Deployment"
	configMapToken  = "kubernetes:core/v1:ConfigMap"
	secretToken     = "kubernetes:core/v1:Secret"
)

// at digs a value out: at(m, "metadata", "name").
func at(m resource.PropertyMap, path ...string) resource.PropertyValue {
	v := plainValue(resource.NewProperty(m))
	for _, key := range path {
		if !v.IsObject() {
			return resource.PropertyValue{}
		}
		v = v.ObjectValue()[resource.PropertyKey(key)]
	}
	return v
}

func deployment(name string, replicas int) props {
	labels := props{"app": name}
	return props{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": props{"name": name},
		"spec": props{
			"replicas": replicas,
			"selector": props{"matchLabels": labels},
			"template": props{
				"metadata": props{"labels": labels},
				"spec": props{"containers": []any{props{
					"name": "c", "image": "example.com/c:1",
					"resources": props{"requests": props{"cpu": "0.5", "memory": "64Mi"}},
				}}},
			},
		},
	}
}
