package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// podKinds are the kinds that are pods or make pods.
var podKinds = []string{
	"core/v1:Pod", "apps/v1:Deployment", "apps/v1:StatefulSet", "apps/v1:DaemonSet", "apps/v1:ReplicaSet", "batch/v1:Job", "batch/v1:CronJob",
}

func makesPods(r Resource) bool { return r.IsAny(podKinds...) }

// below is a path that goes on. It never shares memory with the one that it starts from.
func below(at []any, more ...any) []any { return append(slices.Clone(at), more...) }

// podAt is where r has the pod that it is or makes.
func podAt(r Resource) []any {
	switch {
	case r.Is("core/v1:Pod"):
		return nil
	case r.Is("batch/v1:CronJob"):
		return []any{"spec", "jobTemplate", "spec", "template"}
	}
	return []any{"spec", "template"}
}

// inPod is a path in the spec of r's pod.
func inPod(r Resource, more ...any) []any { return append(below(podAt(r), "spec"), more...) }

// label is a label of what is at a path: a pod, a template or an object.
func (c *Case) label(at []any, key string) (value string, known bool) {
	if _, known := c.Get(below(at, "metadata", "labels")...); !known {
		return "", false
	}
	return c.Text(below(at, "metadata", "labels", key)...)
}

// podLabel is a label of the pods that the resource makes.
func (c *Case) podLabel(key string) (value string, known bool) {
	return c.label(podAt(c.Resource), key)
}

// is tells whether the input at path is true; what is not set is not.
func (c *Case) is(path ...any) (yes, known bool) {
	v, known := c.Get(path...)
	return v == true, known
}

// glance is Get that notes nothing: for looking for one among many, where most do not
// matter. Whoever finds none says what was unknown.
func (c *Case) glance(path ...any) (value any, known bool) {
	c.found.read = append(c.found.read, c.Resource.URN+" "+pathText(path))
	value = c.Resource.get(path)
	return value, value != (any)(Unknown{})
}

// one is one container of a pod.
type one struct {
	name string
	at   []any
}

// The lists of a pod's containers: those that stay, and all of them.
var (
	lasting = []string{"containers", "initContainers"}
	every   = append(slices.Clone(lasting), "ephemeralContainers")
)

// containers are those of the resource's pod.
func (c *Case) containers(lists []string) []one {
	var out []one
	for _, kind := range lists {
		all, _ := c.List(inPod(c.Resource, kind)...)
		for i, v := range all {
			name := fmt.Sprintf("%s[%d]", kind, i)
			if fields, ok := v.(map[string]any); ok && fields["name"] != nil {
				name = show(fields["name"])
			}
			out = append(out, one{name, inPod(c.Resource, kind, i)})
		}
	}
	return out
}

// eachContainer is a check of every container of the lists.
func eachContainer(lists []string, check func(*Case, one)) func(*Case) {
	return func(c *Case) {
		for _, o := range c.containers(lists) {
			check(c, o)
		}
	}
}

// inherited is a security setting of a container, or the pod's where it has none.
func (c *Case) inherited(o one, path ...any) (value any, known bool) {
	value, known = c.Get(append(below(o.at, "securityContext"), path...)...)
	if !known || value != nil {
		return value, known
	}
	return c.Get(append(inPod(c.Resource, "securityContext"), path...)...)
}

// amount is a quantity of Kubernetes as a number: 500m, 2, 4Gi.
func amount(v any) (float64, bool) {
	if n, ok := v.(float64); ok {
		return n, true
	}
	text, ok := v.(string)
	if !ok {
		return 0, false
	}
	factor := 1.0
	for _, unit := range []struct {
		suffix string
		factor float64
	}{{"Ki", 1 << 10}, {"Mi", 1 << 20}, {"Gi", 1 << 30}, {"Ti", 1 << 40}, {"m", 1e-3}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}} {
		if rest, found := strings.CutSuffix(text, unit.suffix); found {
			text, factor = rest, unit.factor
			break
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	return n * factor, err == nil
}
