package kube

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

// restConfig is an administrator's access to the cluster.
func (i Info) restConfig() *rest.Config {
	return &rest.Config{
		Host:            i.Endpoint,
		BearerToken:     i.Token,
		TLSClientConfig: rest.TLSClientConfig{CAData: []byte(i.CAPEM)},
		UserAgent:       "pitboss-sandbox",
		QPS:             100, // nobody else's share to respect
		Burst:           200,
		Timeout:         30 * time.Second,
	}
}

func (i Info) core() (corev1.CoreV1Interface, error) {
	client, err := corev1.NewForConfig(i.restConfig())
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", i.Name, err)
	}
	return client, nil
}

// healthy asks the API whether it is ready.
func (i Info) healthy(ctx context.Context) error {
	client, err := i.core()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
		return fmt.Errorf("the API of cluster %s at %s: %w", i.Name, i.Endpoint, err)
	}
	return nil
}
