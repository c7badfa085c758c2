package kube_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
)

// anyArgs is arguments that nothing is wrong with.
type anyArgs struct{}

func (anyArgs) Validate() error { return nil }

// within records what make does in a component called "one".
func within(make func(component.Scope) error) (record.Recording, error) {
	return record.Run(record.Options{Stack: "s"}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		s, err := component.Open(ctx, "test:index:Thing", "one", &pulumi.ResourceState{}, anyArgs{}, pulumi.Map{}, nil)
		if err != nil {
			return nil, err
		}
		return nil, make(s)
	})
}

// TestScaledObject wants exactly the fields that KEDA has, and none for what is not said:
// KEDA's own defaults then hold.
func TestScaledObject(t *testing.T) {
	small := kube.ScaledObjectArgs{
		Meta: kube.Meta{Name: "bonus", Namespace: pulumi.String("engagement")}, Target: "bonus", Min: 0, Max: 4,
		Triggers: []kube.Trigger{kube.Cron("derby", "0 18 5 6 *", "0 23 5 6 *", 3)},
	}
	large := small
	large.Kind, large.Min, large.PollingSeconds, large.CooldownSeconds, large.SettleSeconds, large.Fallback = "StatefulSet", 2, 15, 60, 600, 4
	large.Triggers = []kube.Trigger{{Type: "kafka", Metadata: pulumi.StringMap{"topic": pulumi.String("bets")}, Authentication: "msk"}}
	cases := map[string]struct {
		args kube.ScaledObjectArgs
		want string
	}{
		"Small": {small, `{"maxReplicaCount":4,"minReplicaCount":0,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"bonus"},` +
			`"triggers":[{"metadata":{"desiredReplicas":"3","end":"0 23 5 6 *","start":"0 18 5 6 *","timezone":"Etc/UTC"},"name":"derby","type":"cron"}]}`},
		"Large": {large, `{"advanced":{"horizontalPodAutoscalerConfig":{"behavior":{"scaleDown":{"stabilizationWindowSeconds":600}}}},"cooldownPeriod":60,` +
			`"fallback":{"failureThreshold":3,"replicas":4},"maxReplicaCount":4,"minReplicaCount":2,"pollingInterval":15,` +
			`"scaleTargetRef":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"bonus"},"triggers":[{"authenticationRef":{"name":"msk"},"metadata":{"topic":"bets"},"type":"kafka"}]}`},
	}
	for name, c := range cases {
		r, err := within(func(s component.Scope) error {
			_, err := kube.NewScaledObject(s, "scaled", c.args)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		made, _ := r.Named("one-scaled")
		got, _ := json.Marshal(made.Get("spec"))
		if string(got) != c.want || made.Type != "kubernetes:keda.sh/v1alpha1:ScaledObject" || made.Text("apiVersion") != "keda.sh/v1alpha1" ||
			made.Text("kind") != "ScaledObject" || made.Text("metadata", "namespace") != "engagement" || !strings.HasSuffix(made.Parent, "::one") {
			t.Errorf("%s: it is %s %s under %s\nwant %s", name, made.Type, got, made.Parent, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	scaled := func(edit func(*kube.ScaledObjectArgs)) func(component.Scope) error {
		args := kube.ScaledObjectArgs{Meta: kube.Meta{Name: "x"}, Target: "x", Max: 1, Triggers: []kube.Trigger{{Type: "cron"}}}
		edit(&args)
		return func(s component.Scope) error {
			_, err := kube.NewScaledObject(s, "x", args)
			return err
		}
	}
	store := func(edit func(*kube.SecretStoreArgs)) func(component.Scope) error {
		args := kube.SecretStoreArgs{Meta: kube.Meta{Name: "x"}, Region: componenttest.Region(t, "eu-south-1"), RoleARN: pulumi.String("r")}
		edit(&args)
		return func(s component.Scope) error {
			_, err := kube.NewSecretStore(s, "x", args)
			return err
		}
	}
	cases := map[string]struct {
		reason, want string
		make         func(component.Scope) error
	}{
		"Scaled":    {"the baseline must pass or the rest proves nothing", "", scaled(func(*kube.ScaledObjectArgs) {})},
		"Store":     {"so must the other", "", store(func(*kube.SecretStoreArgs) {})},
		"NoTarget":  {"nothing would be scaled", "target", scaled(func(a *kube.ScaledObjectArgs) { a.Target = " " })},
		"NoTrigger": {"nothing would scale it", "triggers", scaled(func(a *kube.ScaledObjectArgs) { a.Triggers = nil })},
		"Inverted":  {"KEDA finds it out at work", "2 to 1 replicas", scaled(func(a *kube.ScaledObjectArgs) { a.Min = 2 })},
		"NoMost":    {"KEDA's own is 100", "0 to 0 replicas", scaled(func(a *kube.ScaledObjectArgs) { a.Max = 0 })},
		"NoRole":    {"the operator would read with what it may itself", "a role", store(func(a *kube.SecretStoreArgs) { a.RoleARN = nil })},
	}
	for name, c := range cases {
		_, err := within(c.make)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error is %v, want %q: %s", name, err, c.want, c.reason)
		}
	}
}

// TestQuantities wants amounts as the API server gives them back: others would be reported
// as changed for ever.
func TestQuantities(t *testing.T) {
	for got, want := range map[string]string{
		kube.CPU(2000): "2", kube.CPU(1500): "1500m", kube.CPU(50): "50m", kube.CPU(0): "0",
		kube.Memory(4096): "4Gi", kube.Memory(1536): "1536Mi", kube.Memory(64): "64Mi",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
