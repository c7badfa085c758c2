package kubeport

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"pitboss/drill/port"
	"pitboss/regions"
)

// A floored is a service and what keeps the least number of it.
type floored struct {
	floor port.Floor
	// target is the workload that the floor is of.
	target string
	// heeded says that somebody acts on it: that the operator of the kind has reported.
	heeded bool
}

// floors is every service's: its autoscaler's or scaled object's, else its own number.
func floors(ctx context.Context, s *server) ([]floored, error) {
	var out []floored
	scaled := map[string]bool{}
	for _, k := range []kind{autoscalers, scaledObjects} {
		all, err := services(ctx, s, k, scalerMeta)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			scaled[one.target()] = true
			if owned(one.Metadata, kindScaledObject) {
				continue // KEDA made it, from a floor of its own
			}
			least := cmp.Or(one.Spec.MinReplicas, one.Spec.MinReplicaCount)
			out = append(out, floored{floorOf(k, one.Metadata, least), one.target(), len(one.Status.Conditions) > 0})
		}
	}
	for _, k := range []kind{deployments, statefulSets} {
		all, err := services(ctx, s, k, workloadMeta)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if target := k.name + " " + one.Metadata.key(); !scaled[target] {
				out = append(out, floored{floorOf(k, one.Metadata, one.Spec.Replicas), target, true})
			}
		}
	}
	slices.SortFunc(out, func(a, b floored) int {
		return cmp.Or(strings.Compare(a.floor.Namespace, b.floor.Namespace), strings.Compare(a.floor.Name, b.floor.Name), strings.Compare(a.floor.Kind, b.floor.Kind))
	})
	return out, nil
}

func owned(m metadata, by string) bool {
	for _, o := range m.OwnerReferences {
		if o.Kind == by {
			return true
		}
	}
	return false
}

func floorOf(k kind, m metadata, least *int) port.Floor {
	f := port.Floor{Namespace: m.Namespace, Kind: k.name, Name: m.Name, Min: k.fallback}
	if least != nil {
		f.Min = *least
	}
	return f
}

// Floors are those of services only: placeholders keep room and serve nobody.
func (w *Workloads) Floors(ctx context.Context, at regions.Region) ([]port.Floor, error) {
	s, err := w.server(at)
	if err != nil {
		return nil, err
	}
	all, err := floors(ctx, s)
	if err != nil {
		return nil, err
	}
	out := []port.Floor{}
	for _, one := range all {
		out = append(out, one.floor)
	}
	return out, nil
}

// SetFloors stops at the first that is refused, by name: an admission policy or a maximum
// has the last word.
func (w *Workloads) SetFloors(ctx context.Context, at regions.Region, all []port.Floor) error {
	s, err := w.server(at)
	if err != nil {
		return err
	}
	kinds := []kind{autoscalers, scaledObjects, deployments, statefulSets}
	for _, f := range all {
		i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == f.Kind })
		if i < 0 || f.Min < 0 {
			return fmt.Errorf("floor %d of %s %s/%s: want 0 or more, of %s, %s, %s or %s", f.Min, f.Kind, f.Namespace, f.Name, kindAutoscaler, kindScaledObject, kindDeployment, kindStatefulSet)
		}
	}
	for _, f := range all {
		k := kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.name == f.Kind })]
		if err := s.patch(ctx, k.path(f.Namespace, f.Name), map[string]any{"spec": map[string]any{k.field: f.Min}}); err != nil {
			return fmt.Errorf("floor %d of %s %s/%s: %w", f.Min, f.Kind, f.Namespace, f.Name, err)
		}
	}
	return nil
}
