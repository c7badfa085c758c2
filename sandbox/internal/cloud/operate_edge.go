package cloud

// describeAccelerator is globalaccelerator DescribeAccelerator. What is changed below one is
// in force at once here.
func (c *Cloud) describeAccelerator(call Call) (any, error) {
	id := call.String("AcceleratorArn")
	r, err := c.get(call.Account, call.Region, "aws_globalaccelerator_accelerator", id)
	if IsNotFound(err) {
		return nil, refuse("Global Accelerator", call.Operation, "AcceleratorNotFoundException", "The accelerator %s does not exist", id)
	}
	return map[string]any{"Accelerator": map[string]any{
		"AcceleratorArn": r.ID, "Name": r.String("name"), "DnsName": r.String("dnsName"), "Enabled": r.Props["enabled"], "Status": "DEPLOYED",
	}}, err
}

// describeEndpointGroup is globalaccelerator DescribeEndpointGroup.
func (c *Cloud) describeEndpointGroup(call Call) (any, error) {
	id := call.String("EndpointGroupArn")
	r, err := c.get(call.Account, call.Region, "aws_globalaccelerator_endpoint_group", id)
	if err != nil {
		if IsNotFound(err) {
			return nil, refuse("Global Accelerator", call.Operation, "EndpointGroupNotFoundException", "The endpoint group %s does not exist", id)
		}
		return nil, err
	}
	endpoints := []any{}
	configured, _ := r.Props["endpointConfigurations"].([]any)
	for _, v := range configured {
		e := object(v)
		endpoints = append(endpoints, map[string]any{"EndpointId": e["endpointId"], "Weight": e["weight"], "HealthState": "HEALTHY",
			"ClientIPPreservationEnabled": e["clientIpPreservationEnabled"]})
	}
	dial := 100.0 // what AWS takes if nothing is said
	if v, ok := r.Props["trafficDialPercentage"].(float64); ok {
		dial = v
	}
	return map[string]any{"EndpointGroup": map[string]any{
		"EndpointGroupArn": r.ID, "EndpointGroupRegion": r.String("endpointGroupRegion"), "TrafficDialPercentage": dial,
		"HealthCheckPort": r.Props["healthCheckPort"], "EndpointDescriptions": endpoints,
	}}, nil
}

// routingControls is route53-recovery-cluster ListRoutingControls.
func (c *Cloud) routingControls(call Call) (any, error) {
	panel := call.String("ControlPanelArn")
	found, err := c.find("aws_route53recoverycontrolconfig_routing_control", func(r Resource) bool {
		return r.Account == call.Account && (panel == "" || r.String("controlPanelArn") == panel)
	})
	list := []any{}
	for _, r := range found {
		state := "Off"
		if r.Routing != nil && r.Routing.On {
			state = "On"
		}
		list = append(list, map[string]any{"ControlPanelArn": r.String("controlPanelArn"), "RoutingControlArn": r.ID,
			"RoutingControlName": r.String("name"), "RoutingControlState": state, "Owner": r.Account})
	}
	return map[string]any{"RoutingControls": list}, err
}

// updateRoutingControl is the same as of many, of one.
func (c *Cloud) updateRoutingControl(call Call) (any, error) {
	many := call
	many.Params = map[string]any{
		"UpdateRoutingControlStateEntries": []any{map[string]any{
			"RoutingControlArn": call.String("RoutingControlArn"), "RoutingControlState": call.String("RoutingControlState"),
		}},
	}
	if v, ok := call.Params["SafetyRulesToOverride"]; ok {
		many.Params["SafetyRulesToOverride"] = v
	}
	return c.updateRoutingControls(many)
}
