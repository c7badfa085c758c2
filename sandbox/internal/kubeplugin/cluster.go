package kubeplugin

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// cluster is the client of one cluster, made when it is first needed.
type cluster struct {
	settings settings
	warnings rest.WarningHandlerWithContext

	once   sync.Once
	err    error
	client dynamic.Interface
	mapper *restmapper.DeferredDiscoveryRESTMapper

	namespaceOnce sync.Once
	namespace     string
}

func (c *cluster) connect() error {
	c.once.Do(func() { c.err = c.open() })
	return c.err
}

func (c *cluster) open() error {
	loader, err := c.settings.loader()
	if err != nil {
		return err
	}
	cfg, err := loader.ClientConfig()
	if err != nil {
		return fmt.Errorf("the provider's kubeconfig: %w", err)
	}
	cfg.QPS = -1 // nobody else's share to respect: the real provider asks 120 times a second
	cfg.UserAgent = "pulumi-kubernetes/" + Version
	cfg.WarningHandlerWithContext = c.warnings
	if c.client, err = dynamic.NewForConfig(cfg); err != nil {
		return err
	}
	disco, err := discovery.NewDiscoveryClientForConfig(cfg)
	if err != nil {
		return err
	}
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(disco))
	return nil
}

// mapping finds how the API serves a kind. A kind that is not served is looked
// for a second time, past the cache: its definition may be new.
func (c *cluster) mapping(gvk schema.GroupVersionKind) (*meta.RESTMapping, error) {
	if err := c.connect(); err != nil {
		return nil, err
	}
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	return mapping, err
}

// objects is the API of one kind in one namespace.
func (c *cluster) objects(gvk schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapping(gvk)
	if err != nil {
		return nil, err
	}
	resources := c.client.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return resources, nil
	}
	if namespace == "" {
		namespace = c.defaultNamespace()
	}
	return resources.Namespace(namespace), nil
}

// defaultNamespace is asked for every object, and a kubeconfig is long to read.
func (c *cluster) defaultNamespace() string {
	c.namespaceOnce.Do(func() { c.namespace = c.settings.defaultNamespace() })
	return c.namespace
}

func (s settings) defaultNamespace() string {
	if s.namespace != "" {
		return s.namespace
	}
	if loader, err := s.loader(); err == nil {
		if ns, _, err := loader.Namespace(); err == nil && ns != "" {
			return ns
		}
	}
	return "default"
}

// unreachable says whether an error means that no API server answered, as
// opposed to one that said no.
func unreachable(err error) bool {
	var status apierrors.APIStatus
	if err == nil || errors.As(err, &status) || errors.Is(err, context.Canceled) {
		return false
	}
	var request *url.Error
	return errors.As(err, &request) || discovery.IsGroupDiscoveryFailedError(err)
}

// explain adds what to do to errors that the API server did not make.
func (c *cluster) explain(err error) error {
	if !unreachable(err) {
		return err
	}
	return fmt.Errorf("the Kubernetes API does not answer: %w; start the cluster (make up), "+
		"or set deleteUnreachable on the provider to forget the objects of one that is gone for good", err)
}
