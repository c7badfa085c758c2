package kubeport

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pitboss/components/pools/labels"
	"pitboss/drill/port"
	"pitboss/regions"
)

// The ConfigMap that tells services what the region does, as components/namespace makes it,
// and its keys.
const (
	flagName   = "role"
	keyWrites  = "writes"
	keyForward = "forward" // only while a drill moves traffic
)

type configMap struct {
	Metadata metadata          `json:"metadata"`
	Data     map[string]string `json:"data"`
}

// flags is the ConfigMap of every namespace of ours that has one, by namespace. The
// namespaces carry our label; the ConfigMaps carry none.
func flags(ctx context.Context, s *server) ([]configMap, error) {
	namespaces, err := list[configMap](ctx, s, "/api/v1/namespaces", url.Values{"labelSelector": {labels.Domain}}, "application/json")
	if err != nil {
		return nil, err
	}
	ours := map[string]bool{}
	for _, n := range namespaces {
		ours[n.Metadata.Name] = n.Metadata.Labels[labels.Domain] != ""
	}
	all, err := list[configMap](ctx, s, "/api/v1/configmaps", url.Values{"fieldSelector": {"metadata.name=" + flagName}}, "application/json")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c configMap) bool { return c.Metadata.Name != flagName || !ours[c.Metadata.Namespace] })
	if len(all) == 0 {
		return nil, fmt.Errorf("the cluster in %s has no ConfigMap %q in any namespace with label %s: bring the region's stacks up first", s.at, flagName, labels.Domain)
	}
	slices.SortFunc(all, func(a, b configMap) int { return strings.Compare(a.Metadata.Namespace, b.Metadata.Namespace) })
	return all, nil
}

// read is what one ConfigMap says.
func (c configMap) read(at regions.Region) (port.Flag, error) {
	var f port.Flag
	wrong := func(key string, err error) (port.Flag, error) {
		return port.Flag{}, fmt.Errorf("ConfigMap %s of the cluster in %s: %s is %q: %w", c.Metadata.key(), at, key, c.Data[key], err)
	}
	switch c.Data[keyWrites] {
	case "true", "false":
		f.Writes = c.Data[keyWrites] == "true"
	default:
		return wrong(keyWrites, errors.New("want true or false"))
	}
	if to := c.Data[keyForward]; to != "" {
		region, err := regions.Parse(to)
		if err != nil {
			return wrong(keyForward, err)
		}
		f.Forward = region
	}
	return f, nil
}

// Flag is what all are told. Where they are not told the same, Writes is true if any of
// them may write: that is what a drill has to reckon with.
func (w *Workloads) Flag(ctx context.Context, at regions.Region) (port.Flag, bool, error) {
	s, err := w.server(at)
	if err != nil {
		return port.Flag{}, false, err
	}
	all, err := flags(ctx, s)
	if err != nil {
		return port.Flag{}, false, err
	}
	var out port.Flag
	agreed := true
	for i, c := range all {
		f, err := c.read(at)
		if err != nil {
			return port.Flag{}, false, err
		}
		if i == 0 {
			out = f
			continue
		}
		agreed = agreed && f == out
		out.Writes = out.Writes || f.Writes
	}
	return out, agreed, nil
}

// SetFlag tells every namespace, also when one cannot be told: the fewer are left with what
// was, the better.
func (w *Workloads) SetFlag(ctx context.Context, at regions.Region, f port.Flag) error {
	if f.Writes && !f.Forward.IsZero() || f.Forward == at && !at.IsZero() {
		return fmt.Errorf("a flag that lets %s write (%t) and hands its writes to %q: want one of them, and another region", at, f.Writes, f.Forward)
	}
	s, err := w.server(at)
	if err != nil {
		return err
	}
	all, err := flags(ctx, s)
	if err != nil {
		return err
	}
	data := map[string]any{keyWrites: strconv.FormatBool(f.Writes), keyForward: nil} // null takes the key away
	if !f.Forward.IsZero() {
		data[keyForward] = f.Forward.String()
	}
	var errs []error
	for _, c := range all {
		errs = append(errs, s.patch(ctx, "/api/v1/namespaces/"+url.PathEscape(c.Metadata.Namespace)+"/configmaps/"+flagName, map[string]any{"data": data}))
	}
	return errors.Join(errs...)
}
