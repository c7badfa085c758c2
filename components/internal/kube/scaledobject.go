package kube

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// ScaledObjectKind is KEDA's way to scale a workload by what waits for it or by the clock.
var ScaledObjectKind = Kind{APIVersion: "keda.sh/v1alpha1", Name: "ScaledObject"}

// Trigger is one reason to scale. KEDA takes its settings as strings that no schema
// judges, so each type of trigger has a function that spells them.
type Trigger struct {
	Type     string
	Name     string // optional: how the metric is told apart from others of its type
	Metadata pulumi.StringMap
	// Authentication is the name of a TriggerAuthentication of the namespace. Empty: none.
	Authentication string
}

// Cron keeps desired replicas from one instant of the year to another, in UTC. Both are
// five fields of cron; a trigger outside of its time asks for nothing.
func Cron(name, start, end string, desired int) Trigger {
	return Trigger{Type: "cron", Name: name, Metadata: pulumi.StringMap{
		"timezone": pulumi.String("Etc/UTC"), "start": pulumi.String(start), "end": pulumi.String(end),
		"desiredReplicas": pulumi.String(strconv.Itoa(desired)),
	}}
}

// ScaledObjectArgs describes one workload's scaling by KEDA.
type ScaledObjectArgs struct {
	// Meta names it. Required.
	Meta Meta
	// Kind is the target's kind, of apps/v1. Empty means Deployment, KEDA's default.
	Kind string
	// Target is the name of what is scaled. Required.
	Target string
	// Min is the floor, which the region's role decides. Zero means none when nothing waits.
	Min int
	// Max is the most. Required, and not below Min.
	Max int
	// PollingSeconds says how often triggers are asked. Zero means KEDA's default, 30.
	PollingSeconds int
	// CooldownSeconds says how long nothing must wait before the last pod goes. Zero means
	// KEDA's default, 300.
	CooldownSeconds int
	// SettleSeconds says how long a lower number must hold before pods go. Zero means
	// Kubernetes's default, 300.
	SettleSeconds int
	// Fallback is how many there are when a trigger failed to answer three times. Zero means
	// that they stay as they are, the default.
	Fallback int
	// Triggers is why it is scaled. Required.
	Triggers []Trigger
}

// check reports the first thing that KEDA would refuse only at work.
func (a ScaledObjectArgs) check() error {
	switch {
	case blank(a.Meta.Name) || blank(a.Target):
		return fmt.Errorf("a ScaledObject needs a name and a target, got %q and %q", a.Meta.Name, a.Target)
	case a.Min < 0 || a.Max < 1 || a.Max < a.Min:
		return fmt.Errorf("ScaledObject %s: %d to %d replicas, want 0 or more, and at most as many as the most", a.Meta.Name, a.Min, a.Max)
	case len(a.Triggers) == 0:
		return fmt.Errorf("ScaledObject %s has no triggers: nothing would ever scale it", a.Meta.Name)
	}
	return nil
}

// spec is a as KEDA reads it. What is zero is left out: KEDA's default holds.
func (a ScaledObjectArgs) spec() pulumi.Map {
	target := pulumi.Map{"apiVersion": pulumi.String("apps/v1"), "kind": pulumi.String("Deployment"), "name": pulumi.String(a.Target)}
	if a.Kind != "" {
		target["kind"] = pulumi.String(a.Kind)
	}
	triggers := pulumi.Array{}
	for _, t := range a.Triggers {
		triggers = append(triggers, t.render())
	}
	out := pulumi.Map{
		"scaleTargetRef": target, "triggers": triggers,
		"minReplicaCount": pulumi.Int(a.Min), "maxReplicaCount": pulumi.Int(a.Max),
	}
	if a.PollingSeconds > 0 {
		out["pollingInterval"] = pulumi.Int(a.PollingSeconds)
	}
	if a.CooldownSeconds > 0 {
		out["cooldownPeriod"] = pulumi.Int(a.CooldownSeconds)
	}
	if a.Fallback > 0 {
		out["fallback"] = pulumi.Map{"failureThreshold": pulumi.Int(3), "replicas": pulumi.Int(a.Fallback)}
	}
	if a.SettleSeconds > 0 {
		out["advanced"] = pulumi.Map{"horizontalPodAutoscalerConfig": pulumi.Map{"behavior": pulumi.Map{
			"scaleDown": pulumi.Map{"stabilizationWindowSeconds": pulumi.Int(a.SettleSeconds)},
		}}}
	}
	return out
}

func (t Trigger) render() pulumi.Map {
	out := pulumi.Map{"type": pulumi.String(t.Type), "metadata": t.Metadata}
	if t.Name != "" {
		out["name"] = pulumi.String(t.Name)
	}
	if t.Authentication != "" {
		out["authenticationRef"] = pulumi.Map{"name": pulumi.String(t.Authentication)}
	}
	return out
}

// NewScaledObject makes a ScaledObject.
func NewScaledObject(s component.Scope, what string, args ScaledObjectArgs, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if err := args.check(); err != nil {
		return nil, err
	}
	return Custom(s, what, ScaledObjectKind, args.Meta, args.spec(), opts...)
}
