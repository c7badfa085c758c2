// Command prove sends the corpus of tests/admission to an API server that has the rules
// of components/admission and nothing else, in half a minute:
//
//	go run ./tests/admission/prove -kube <pitboss-kube>
//
// First the rules only warn. A warning names every rule that a manifest breaks, so this
// shows that each unsafe manifest breaks one rule, is valid otherwise, and is refused
// because of that rule alone. Then they refuse.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	rules "pitboss/components/admission"
	"pitboss/tests/admission"
)

const registry = "111122223333.dkr.ecr.eu-south-1.amazonaws.com"

// soon is how long new policies may take to be in force; the API server looks every
// second.
const soon = 30 * time.Second

var exempt = []string{"kube-system"}

func main() {
	kube := flag.String("kube", "", "path of a built pitboss-kube (required)")
	flag.Parse()
	if err := prove(context.Background(), *kube); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func prove(ctx context.Context, kube string) error {
	kubeconfig, stop, err := start(ctx, kube)
	if err != nil {
		return err
	}
	defer stop()
	s, err := admission.Connect(kubeconfig)
	if err != nil {
		return err
	}
	if err := furnish(ctx, s); err != nil {
		return err
	}
	if err := put(ctx, s, []string{"Warn"}); err != nil {
		return err
	}
	if err := eventually(func() error { return broken(ctx, s) }); err != nil {
		return err
	}
	fmt.Printf("%d rules: each unsafe manifest breaks the one that it names and no other, no safe one breaks any\n", len(rules.Rules(registry)))
	if err := put(ctx, s, []string{"Deny", "Audit"}); err != nil {
		return err
	}
	return eventually(func() error {
		began := time.Now()
		r, err := admission.Run(ctx, kubeconfig, registry)
		if err != nil {
			return err
		}
		if len(r.Problems) > 0 {
			return fmt.Errorf("%s\n%s", r, strings.Join(r.Problems, "\n"))
		}
		fmt.Printf("%s, in %s\n", r, time.Since(began).Round(time.Millisecond))
		return nil
	})
}

// put sends every rule with what happens to what breaks it.
func put(ctx context.Context, s *admission.Server, actions []string) error {
	for _, r := range rules.Rules(registry) {
		for _, o := range []admission.Object{policy(r), binding(r, exempt, actions)} {
			if err := apply(ctx, s, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply makes an object, and fails unless the server takes every field of it.
func apply(ctx context.Context, s *admission.Server, o admission.Object) error {
	m := admission.Manifest{Name: "the cluster", Object: o}
	a, err := s.Apply(ctx, m, registry, "")
	if err == nil && !a.OK() {
		err = fmt.Errorf("%s %v: %s", m.Kind(), o["metadata"], a.Message())
	}
	return err
}

// broken wants every manifest to be valid, and to break what it says.
func broken(ctx context.Context, s *admission.Server) error {
	var problems []string
	for _, m := range append(admission.Unsafe(), admission.Safe()...) {
		a, err := s.Try(ctx, m, registry)
		if err != nil {
			return err
		}
		var got, want []string
		for _, w := range a.Warnings {
			if _, rest, ok := strings.Cut(w, "ValidatingAdmissionPolicy 'pitboss-"); ok {
				name, _, _ := strings.Cut(rest, "'")
				got = append(got, name)
			}
		}
		got = slices.Compact(slices.Sorted(slices.Values(got)))
		if m.Rule != "" {
			want = []string{m.Rule}
		}
		if !a.OK() {
			problems = append(problems, fmt.Sprintf("%s %q is not valid: %s", m.Kind(), m.Name, a.Message()))
		} else if !slices.Equal(got, want) {
			problems = append(problems, fmt.Sprintf("%s %q breaks %v, want %v: %v", m.Kind(), m.Name, got, want, a.Warnings))
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems while the rules warn:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	return nil
}

// eventually repeats what may need a moment.
func eventually(check func() error) error {
	for deadline := time.Now().Add(soon); ; time.Sleep(time.Second) {
		if err := check(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}
