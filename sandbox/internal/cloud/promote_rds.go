package cloud

import "strings"

// switchover is rds SwitchoverGlobalCluster: both sides are well, nothing is lost.
func (c *Cloud) switchover(call Call) (any, error) {
	g, target, err := c.promotion(call)
	if err != nil {
		return nil, err
	}
	writer := g.Global.writer()
	if call.Region != writer.Region {
		return nil, refuse("RDS", call.Operation, "InvalidParameterValue",
			"A switchover is started in the Region of the primary cluster, %s; this is %s", writer.Region, call.Region)
	}
	primary, err := c.memberOf(g, writer)
	if IsNotFound(err) {
		return nil, refuse("RDS", call.Operation, "InvalidDBClusterStateFault", "DB cluster %s is not in available state.", writer.ARN)
	}
	if err != nil {
		return nil, err
	}
	if err := c.hasInstances(call, primary); err != nil {
		return nil, err
	}
	return c.startTurn(g, Turn{Status: "switching-over", From: writer.ARN, To: target.ARN, Done: c.after("SwitchoverGlobalCluster")})
}

// failover is rds FailoverGlobalCluster. Without leave to lose data it is a
// switchover.
func (c *Cloud) failover(call Call) (any, error) {
	lossy := call.Bool("AllowDataLoss")
	if lossy && call.Bool("Switchover") {
		return nil, refuse("RDS", call.Operation, "InvalidParameterCombination", "AllowDataLoss and Switchover can't be specified together.")
	}
	if !lossy {
		return c.switchover(call)
	}
	g, target, err := c.promotion(call)
	if err != nil {
		return nil, err
	}
	if call.Region != target.Region {
		return nil, refuse("RDS", call.Operation, "InvalidParameterValue",
			"A failover is started in the Region of the cluster to promote, %s; this is %s", target.Region, call.Region)
	}
	return c.startTurn(g, Turn{Status: "failing-over", From: g.Global.writer().ARN, To: target.ARN, Lossy: true, Done: c.after("FailoverGlobalCluster")})
}

// promotion checks what every change of the primary needs.
func (c *Cloud) promotion(call Call) (g Resource, target *Member, err error) {
	if g, err = c.globalCluster(call); err != nil {
		return g, nil, err
	}
	arn := call.String("TargetDbClusterIdentifier")
	if !strings.HasPrefix(arn, "arn:") {
		return g, nil, refuse("RDS", call.Operation, "InvalidParameterValue", "The parameter TargetDbClusterIdentifier must be the ARN of a secondary cluster; got %s", arn)
	}
	writer := g.Global.writer()
	target = g.Global.member(arn)
	switch {
	case target == nil:
		return g, nil, refuse("RDS", call.Operation, "DBClusterNotFoundFault", "DBCluster %s not found in global cluster %s", arn, g.ID)
	case g.Global.Turn != nil || writer == nil:
		return g, nil, globalBusy(call.Operation, g)
	case target.Writer:
		return g, nil, refuse("RDS", call.Operation, "InvalidParameterValue", "%s is already the primary cluster of global cluster %s", arn, g.ID)
	case c.resyncs(*target):
		return g, nil, refuse("RDS", call.Operation, "InvalidGlobalClusterStateFault", "%s is still synchronizing with the primary cluster", arn)
	}
	return g, target, c.promotable(call, g, target)
}

// promotable: there is something to promote, of the primary's engine version.
func (c *Cloud) promotable(call Call, g Resource, target *Member) error {
	cluster, err := c.memberOf(g, target)
	if err != nil {
		if IsNotFound(err) {
			return notAvailable(call.Operation, Resource{ID: target.ARN})
		}
		return err
	}
	for _, m := range g.Global.Members {
		other, err := c.memberOf(g, &m)
		if IsNotFound(err) {
			continue // lost with its region
		}
		if err != nil {
			return err
		}
		if a, b := cluster.String("engineVersion"), other.String("engineVersion"); a != b {
			return refuse("RDS", call.Operation, "InvalidDBClusterStateFault",
				"The engine versions of the global cluster's members differ: %s has %s, %s has %s", cluster.ID, a, other.ID, b)
		}
	}
	return c.hasInstances(call, cluster)
}

// hasInstances refuses a cluster without compute: there is nothing to promote.
func (c *Cloud) hasInstances(call Call, cluster Resource) error {
	instances, err := c.instancesOf(cluster)
	if err == nil && len(instances) == 0 {
		return refuse("RDS", call.Operation, "InvalidDBClusterStateFault", "DB cluster %s has no DB instances.", cluster.ID)
	}
	return err
}

func (c *Cloud) startTurn(g Resource, t Turn) (any, error) {
	if err := c.beginTurn(g, t); err != nil {
		return nil, err
	}
	return map[string]any{"GlobalCluster": c.describeGlobal(g)}, nil
}

func (c *Cloud) globalCluster(call Call) (Resource, error) {
	id := call.String("GlobalClusterIdentifier")
	g, err := c.get(call.Account, call.Region, "aws_rds_global_cluster", id)
	if IsNotFound(err) {
		return g, refuse("RDS", call.Operation, "GlobalClusterNotFoundFault", "Global cluster %s not found", id)
	}
	if g.Global == nil {
		g.Global = &Global{}
	}
	return g, err
}

func (c *Cloud) describeGlobals(call Call) (any, error) {
	list := []any{}
	if call.String("GlobalClusterIdentifier") != "" {
		g, err := c.globalCluster(call)
		if err != nil {
			return nil, err
		}
		return map[string]any{"GlobalClusters": append(list, c.describeGlobal(g))}, nil
	}
	found, err := c.find("aws_rds_global_cluster", func(r Resource) bool { return r.Account == call.Account })
	for _, g := range found {
		list = append(list, c.describeGlobal(g))
	}
	return map[string]any{"GlobalClusters": list}, err
}

// describeGlobal is a global cluster as AWS's API gives it.
func (c *Cloud) describeGlobal(g Resource) map[string]any {
	out := map[string]any{
		"GlobalClusterIdentifier": g.ID, "GlobalClusterArn": arnOf(g), "GlobalClusterResourceId": g.String("globalClusterResourceId"),
		"Engine": g.String("engine"), "EngineVersion": g.String("engineVersion"), "DatabaseName": g.String("databaseName"),
		"StorageEncrypted": g.Props["storageEncrypted"], "DeletionProtection": g.Props["deletionProtection"], "Endpoint": g.String("endpoint"),
		"Status": "available",
	}
	secondaries := []any{}
	for _, m := range g.members() {
		if !m.Writer {
			secondaries = append(secondaries, m.ARN)
		}
	}
	members := []any{}
	for _, m := range g.members() {
		member := map[string]any{"DBClusterArn": m.ARN, "IsWriter": m.Writer, "Readers": []any{}, "SynchronizationStatus": "connected"}
		if m.Writer {
			member["Readers"] = secondaries
		}
		if c.resyncs(m) {
			member["SynchronizationStatus"] = "pending-resync"
		}
		members = append(members, member)
	}
	out["GlobalClusterMembers"] = members
	if g.Global != nil && g.Global.Turn != nil {
		t := g.Global.Turn
		out["Status"] = t.Status
		out["FailoverState"] = map[string]any{"Status": t.Status, "FromDbClusterArn": t.From, "ToDbClusterArn": t.To, "IsDataLossAllowed": t.Lossy}
	}
	return out
}
