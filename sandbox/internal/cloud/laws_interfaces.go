package cloud

// subnetMayGo: AWS keeps network interfaces of its own in a subnet, and none of them is a
// resource that the program could delete. An accelerator that hands on players' addresses
// has one a subnet for as long as an endpoint is in the region, and a Replicator has them
// in its target's subnets. AWS: "Delete a Global Accelerator endpoint", "MSK Replicator".
func (c *Cloud) subnetMayGo(r Resource) error {
	groups, err := c.find("aws_globalaccelerator_endpoint_group", func(g Resource) bool {
		return g.Account == r.Account && g.String("endpointGroupRegion") == r.Region && keepsAddresses(g)
	})
	if err != nil {
		return err
	}
	copiers, err := c.find("aws_msk_replicator", func(m Resource) bool {
		return m.Account == r.Account && m.Region == r.Region
	})
	if err != nil {
		return err
	}
	for _, holder := range append(groups, copiers...) {
		return refuse("EC2", "DeleteSubnet", "DependencyViolation",
			"The subnet '%s' has dependencies and cannot be deleted. (network interfaces of %s %s)", r.ID, holder.Type, holder.ID)
	}
	return nil
}

func keepsAddresses(group Resource) bool {
	configurations, _ := group.Props["endpointConfigurations"].([]any)
	for _, v := range configurations {
		m, _ := v.(map[string]any)
		if keep, _ := m["clientIpPreservationEnabled"].(bool); keep {
			return true
		}
	}
	return false
}
