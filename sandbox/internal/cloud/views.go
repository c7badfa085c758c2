package cloud

import (
	"slices"
	"strings"
)

// views are attributes that follow from other resources: what Terraform's
// provider would read from AWS now, whatever was planned.
var views = map[string]func(*Cloud, Resource, map[string]any) error{
	"aws_rds_global_cluster":                         viewGlobalCluster,
	"aws_rds_cluster":                                viewCluster,
	"aws_rds_cluster_instance":                       viewInstance,
	"aws_elasticache_global_replication_group":       viewDatastore,
	"aws_elasticache_replication_group":              viewReplicationGroup,
	"aws_lb_target_group":                            viewTargetGroup,
	"aws_route53recoverycontrolconfig_control_panel": viewControlPanel,
}

// present returns r as AWS shows it now. A view of nil means that the attribute
// has no value.
func (c *Cloud) present(r Resource) (Resource, error) {
	view, ok := views[r.Type]
	if !ok {
		return r, nil
	}
	out := map[string]any{}
	if err := view(c, r, out); err != nil {
		return r, err
	}
	props := make(map[string]any, len(r.Props)+len(out))
	for k, v := range r.Props {
		props[k] = v
	}
	for k, v := range out {
		if v == nil {
			delete(props, k)
		} else {
			props[k] = v
		}
	}
	r.Props = props
	return r, nil
}

// viewGlobalCluster: its members, as the provider reads them.
func viewGlobalCluster(_ *Cloud, r Resource, out map[string]any) error {
	members := []any{}
	for _, m := range r.members() {
		members = append(members, map[string]any{"dbClusterArn": m.ARN, "isWriter": m.Writer})
	}
	out["globalClusterMembers"] = members
	return nil
}

// members is r's members, by ARN.
func (r Resource) members() []Member {
	if r.Global == nil {
		return nil
	}
	out := slices.Clone(r.Global.Members)
	slices.SortFunc(out, func(a, b Member) int { return strings.Compare(a.ARN, b.ARN) })
	return out
}

// viewCluster: replicationSourceIdentifier names the primary on every secondary
// and on no primary, so it moves when roles do.
func viewCluster(c *Cloud, r Resource, out map[string]any) error {
	instances, err := c.instancesOf(r)
	if err != nil {
		return err
	}
	ids := []any{}
	for _, i := range instances {
		ids = append(ids, i.ID)
	}
	out["clusterMembers"] = ids
	out["globalClusterIdentifier"], out["replicationSourceIdentifier"] = "", nil
	g, me, err := c.globalOf(r)
	if err != nil || me == nil {
		return err
	}
	out["globalClusterIdentifier"] = g.ID
	writer := g.Global.writer()
	if me.Writer || writer == nil {
		return nil
	}
	out["replicationSourceIdentifier"] = writer.ARN
	if primary, err := c.memberOf(g, writer); err == nil { // its data is the primary's
		for _, name := range []string{"masterUsername", "databaseName"} {
			if v := primary.String(name); v != "" {
				out[name] = v
			}
		}
	}
	return nil
}

// viewInstance: the writer of a primary, or of a cluster on its own.
func viewInstance(c *Cloud, r Resource, out map[string]any) error {
	cluster, err := c.get(r.Account, r.Region, "aws_rds_cluster", r.String("clusterIdentifier"))
	if err != nil {
		if IsNotFound(err) {
			return nil
		}
		return err
	}
	_, me, err := c.globalOf(cluster)
	out["writer"] = cluster.Lead == r.ID && (me == nil || me.Writer)
	return err
}

func viewDatastore(_ *Cloud, r Resource, out map[string]any) error {
	if r.Global == nil {
		return nil
	}
	if w := r.Global.writer(); w != nil {
		out["primaryReplicationGroupId"] = w.ID
	}
	return nil
}

func viewReplicationGroup(c *Cloud, r Resource, out map[string]any) error {
	g, me, err := c.globalOf(r)
	out["globalReplicationGroupId"] = ""
	if me != nil {
		out["globalReplicationGroupId"] = g.ID
	}
	return err
}

func viewTargetGroup(c *Cloud, r Resource, out map[string]any) error {
	listeners, err := c.find("aws_lb_listener", func(l Resource) bool {
		return slices.Contains(names(l.at("defaultActions.targetGroupArn")), r.ID)
	})
	arns := []any{}
	for _, l := range listeners {
		if arn := l.String("loadBalancerArn"); !slices.Contains(arns, any(arn)) {
			arns = append(arns, arn)
		}
	}
	out["loadBalancerArns"] = arns
	return err
}

func viewControlPanel(c *Cloud, r Resource, out map[string]any) error {
	controls, err := c.find("aws_route53recoverycontrolconfig_routing_control", func(o Resource) bool { return o.String("controlPanelArn") == r.ID })
	out["routingControlCount"] = len(controls)
	return err
}
