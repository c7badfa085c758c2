package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// assignHostnames plays AWS's load balancer controller: every Service of type
// LoadBalancer gets the name of a load balancer in the cluster's region, as soon
// as there is a node that could carry the controller. It runs until ctx is done.
func assignHostnames(ctx context.Context, l layout) {
	for ctx.Err() == nil {
		if err := watchServices(ctx, l); err != nil {
			fmt.Fprintf(os.Stderr, "load balancer names: %v\n", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Second):
		}
	}
}

func watchServices(ctx context.Context, l layout) error {
	cfg, err := clientcmd.BuildConfigFromFlags("", l.adminKubeconfig())
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	// The resync tries again what failed, and what waited for a node.
	factory := informers.NewSharedInformerFactory(client, 10*time.Second)
	services := factory.Core().V1().Services().Informer()
	assign := func(obj any) {
		if s, ok := obj.(*corev1.Service); ok && needsHostname(s) {
			if err := assignHostname(ctx, client, s); err != nil {
				fmt.Fprintf(os.Stderr, "load balancer name of %s/%s: %v\n", s.Namespace, s.Name, err)
			}
		}
	}
	if _, err := services.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    assign,
		UpdateFunc: func(_, now any) { assign(now) },
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	factory.Shutdown()
	return nil
}

func needsHostname(s *corev1.Service) bool {
	return s.Spec.Type == corev1.ServiceTypeLoadBalancer && s.DeletionTimestamp == nil &&
		len(s.Status.LoadBalancer.Ingress) == 0
}

func assignHostname(ctx context.Context, client kubernetes.Interface, s *corev1.Service) error {
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{Limit: 1, ResourceVersion: "0"})
	if err != nil || len(nodes.Items) == 0 {
		return err // without a node: the next resync
	}
	region := nodes.Items[0].Labels[corev1.LabelTopologyRegion]
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"loadBalancer": map[string]any{
		"ingress": []map[string]string{{"hostname": hostname(s, region)}},
	}}})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Services(s.Namespace).Patch(ctx, s.Name, types.MergePatchType, patch,
		metav1.PatchOptions{FieldManager: "pitboss-loadbalancer"}, "status")
	return err
}

// hostname is a name as the AWS load balancer controller and ELB make them: the
// first eight letters of namespace and name, ten of a hash that tells equal
// prefixes apart, sixteen of ELB's own.
func hostname(s *corev1.Service, region string) string {
	sum := sha256.Sum256([]byte(s.UID))
	id := hex.EncodeToString(sum[:])
	return fmt.Sprintf("k8s-%.8s-%.8s-%s-%s.elb.%s.amazonaws.com", s.Namespace, s.Name, id[:10], id[10:26], region)
}
