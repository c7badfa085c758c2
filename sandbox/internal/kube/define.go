package kube

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
)

var definitionsResource = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// annotationContent is the sum of the file that a definition was made from.
const annotationContent = "pitboss.io/definition"

// servedWithin is how long a new definition may take until its kind can be used: a second or
// two, more on a machine that compiles.
const servedWithin = time.Minute

// define makes the cluster serve the kinds that the folder's files define, and returns when it
// does. Kinds that it serves as the files say are left alone.
func (i Info) define(ctx context.Context, folder string) error {
	definitions, err := readDefinitions(folder)
	if err != nil {
		return fmt.Errorf("cluster %s: %w", i.Name, err)
	}
	client, err := dynamic.NewForConfig(i.restConfig())
	if err != nil {
		return fmt.Errorf("cluster %s: %w", i.Name, err)
	}
	group, applying := errgroup.WithContext(ctx)
	for _, d := range definitions {
		group.Go(func() error { return applyDefinition(applying, client.Resource(definitionsResource), d) })
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("cluster %s: %w", i.Name, err)
	}
	return i.waitServed(ctx, definitions)
}

// readDefinitions reads the definitions in a folder's YAML files.
func readDefinitions(folder string) ([]*unstructured.Unstructured, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no definitions in %s: remove that folder, and the next start makes it anew", folder)
	}
	var out []*unstructured.Unstructured
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
		for {
			d := &unstructured.Unstructured{}
			err := decoder.Decode(&d.Object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if len(d.Object) == 0 { // what is before a file's first ---
				continue
			}
			if d.GetKind() != "CustomResourceDefinition" {
				return nil, fmt.Errorf("%s: a %s is no CustomResourceDefinition", file, d.GetKind())
			}
			annotations := d.GetAnnotations()
			if annotations == nil {
				annotations = map[string]string{}
			}
			annotations[annotationContent] = hex.EncodeToString(sum[:])
			d.SetAnnotations(annotations)
			out = append(out, d)
		}
	}
	return out, nil
}

// applyDefinition creates a definition, or replaces one that was made from another file. Not by
// server-side apply: for half a megabyte of schema that takes seconds.
func applyDefinition(ctx context.Context, client dynamic.ResourceInterface, d *unstructured.Unstructured) error {
	have, err := client.Get(ctx, d.GetName(), metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		_, err = client.Create(ctx, d, metav1.CreateOptions{})
	case err == nil && have.GetAnnotations()[annotationContent] != d.GetAnnotations()[annotationContent]:
		d.SetResourceVersion(have.GetResourceVersion())
		_, err = client.Update(ctx, d, metav1.UpdateOptions{})
	}
	if err != nil {
		return fmt.Errorf("define %s: %w", d.GetName(), err)
	}
	return nil
}

// waitServed waits until clients that ask what there is are told of every kind: that is later
// than the definition's own word for it, Established.
func (i Info) waitServed(ctx context.Context, definitions []*unstructured.Unstructured) error {
	config := i.restConfig()
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return fmt.Errorf("cluster %s: %w", i.Name, err)
	}
	for deadline := time.Now().Add(servedWithin); ; sleep(ctx, poll) {
		_, lists, err := client.ServerGroupsAndResources()
		missing := unserved(definitions, lists)
		if len(missing) == 0 {
			return nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("cluster %s: not served within %v of being defined: %v (%w); see logs/kube-apiserver.log beside %s",
				i.Name, servedWithin, missing, errors.Join(ctx.Err(), err), i.Kubeconfig)
		}
	}
}

// unserved are the served versions of the definitions that are in no list.
func unserved(definitions []*unstructured.Unstructured, lists []*metav1.APIResourceList) []string {
	served := map[string]bool{}
	for _, list := range lists {
		for _, r := range list.APIResources {
			served[list.GroupVersion+" "+r.Kind] = true
		}
	}
	var out []string
	for _, d := range definitions {
		group, _, _ := unstructured.NestedString(d.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(d.Object, "spec", "names", "kind")
		versions, _, _ := unstructured.NestedSlice(d.Object, "spec", "versions")
		for _, v := range versions {
			version, _ := v.(map[string]any)
			if on, _, _ := unstructured.NestedBool(version, "served"); !on {
				continue
			}
			name, _, _ := unstructured.NestedString(version, "name")
			if want := group + "/" + name + " " + kind; !served[want] {
				out = append(out, want)
			}
		}
	}
	slices.Sort(out)
	return out
}
