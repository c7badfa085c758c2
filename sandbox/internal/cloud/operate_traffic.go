package cloud

import (
	"slices"
	"time"
)

func (c *Cloud) healthCheck(call Call) (Resource, error) {
	id := call.String("HealthCheckId")
	r, err := c.get(call.Account, call.Region, "aws_route53_health_check", id)
	if IsNotFound(err) {
		err = refuse("Route 53", call.Operation, "NoSuchHealthCheck", "No health check exists with the specified ID %s.", id)
	}
	return r, err
}

// describeCheck is a health check as Route 53's API gives it.
func describeCheck(r Resource) map[string]any {
	return map[string]any{"HealthCheck": map[string]any{"Id": r.ID, "CallerReference": r.ID, "HealthCheckVersion": 1, "HealthCheckConfig": map[string]any{
		"Type": r.String("type"), "Inverted": r.Props["invertHealthcheck"] == true, "Disabled": r.Props["disabled"] == true,
	}}}
}

// getHealthCheck is route53 GetHealthCheck.
func (c *Cloud) getHealthCheck(call Call) (any, error) {
	r, err := c.healthCheck(call)
	return describeCheck(r), err
}

// updateHealthCheck is route53 UpdateHealthCheck: the lever that needs nothing
// else.
func (c *Cloud) updateHealthCheck(call Call) (any, error) {
	r, err := c.healthCheck(call)
	if err != nil {
		return nil, err
	}
	for param, attribute := range map[string]string{"Inverted": "invertHealthcheck", "Disabled": "disabled"} {
		if _, given := call.Params[param]; given {
			r.Props[attribute] = call.Bool(param)
		}
	}
	return describeCheck(r), c.put(r)
}

// updateEndpointGroup is globalaccelerator UpdateEndpointGroup: the traffic dial.
func (c *Cloud) updateEndpointGroup(call Call) (any, error) {
	id := call.String("EndpointGroupArn")
	r, err := c.get(call.Account, call.Region, "aws_globalaccelerator_endpoint_group", id)
	if err != nil {
		if IsNotFound(err) {
			return nil, refuse("Global Accelerator", call.Operation, "EndpointGroupNotFoundException", "The endpoint group %s does not exist", id)
		}
		return nil, err
	}
	dial, _ := r.Props["trafficDialPercentage"].(float64)
	if err := call.decode("TrafficDialPercentage", &dial); err != nil {
		return nil, err
	}
	if dial < 0 || dial > 100 {
		return nil, refuse("Global Accelerator", call.Operation, "InvalidArgumentException", "TrafficDialPercentage must be between 0 and 100, got %v", dial)
	}
	r.Props["trafficDialPercentage"] = dial
	return map[string]any{"EndpointGroup": map[string]any{
		"EndpointGroupArn": r.ID, "EndpointGroupRegion": r.String("endpointGroupRegion"), "TrafficDialPercentage": dial,
	}}, c.put(r)
}

func arcRefuses(call Call, code, format string, args ...any) error {
	return refuse("Route53 Recovery Cluster", call.Operation, code, format, args...)
}

func (c *Cloud) routingControl(call Call, arn string) (Resource, error) {
	r, err := c.get(call.Account, call.Region, "aws_route53recoverycontrolconfig_routing_control", arn)
	if IsNotFound(err) {
		return r, arcRefuses(call, "ResourceNotFoundException", "Routing control %s does not exist", arn)
	}
	if r.Routing == nil {
		r.Routing = &Routing{}
	}
	return r, err
}

func (c *Cloud) routingControlState(call Call) (any, error) {
	r, err := c.routingControl(call, call.String("RoutingControlArn"))
	if err != nil {
		return nil, err
	}
	state := "Off"
	if r.Routing.On {
		state = "On"
	}
	return map[string]any{"RoutingControlArn": r.ID, "RoutingControlName": r.String("name"), "RoutingControlState": state}, nil
}

// updateRoutingControls sets any number of controls in one step, which is what
// lets a safety rule hold while traffic moves from one to the other.
func (c *Cloud) updateRoutingControls(call Call) (any, error) {
	var entries []struct{ RoutingControlArn, RoutingControlState string }
	var override []string
	if err := call.decode("UpdateRoutingControlStateEntries", &entries); err != nil {
		return nil, err
	}
	if err := call.decode("SafetyRulesToOverride", &override); err != nil {
		return nil, err
	}
	changed := map[string]Resource{}
	for _, e := range entries {
		r, err := c.routingControl(call, e.RoutingControlArn)
		if err != nil {
			return nil, err
		}
		if e.RoutingControlState != "On" && e.RoutingControlState != "Off" {
			return nil, arcRefuses(call, "ValidationException", "RoutingControlState of %s must be On or Off, got %q", r.ID, e.RoutingControlState)
		}
		on := e.RoutingControlState == "On"
		if r.Routing.On != on {
			r.Routing = &Routing{On: on, Since: c.options.Now().UTC()}
		}
		changed[r.ID] = r
	}
	if len(changed) == 0 {
		return nil, arcRefuses(call, "ValidationException", "UpdateRoutingControlStateEntries is empty")
	}
	if err := c.safe(call, changed, override); err != nil {
		return nil, err
	}
	var b batch
	for _, arn := range sortedKeys(changed) {
		b.put = append(b.put, changed[arn])
	}
	return map[string]any{}, c.commit(b)
}

// safe holds the safety rules about the controls that change.
func (c *Cloud) safe(call Call, changed map[string]Resource, override []string) error {
	rules, err := c.ofType("aws_route53recoverycontrolconfig_safety_rule")
	if err != nil {
		return err
	}
	for _, rule := range rules {
		asserted, gating, target := names(rule.Props["assertedControls"]), names(rule.Props["gatingControls"]), names(rule.Props["targetControls"])
		touched := slices.ContainsFunc(slices.Concat(asserted, target), func(arn string) bool { _, ok := changed[arn]; return ok })
		if !touched || slices.Contains(override, rule.ID) {
			continue
		}
		judged := asserted // as they would be
		if len(gating) > 0 {
			judged = gating
		}
		on, recent, err := c.states(call, rule, judged, slices.Concat(asserted, target), changed)
		if err != nil {
			return err
		}
		switch {
		case recent:
			return arcRefuses(call, "ConflictException", "Safety rule %s: a routing control changed within its wait period", rule.String("name"))
		case !satisfied(rule, on, len(judged)):
			return arcRefuses(call, "ConflictException", "The change would violate safety rule %s (%s)", rule.String("name"), rule.ID)
		}
	}
	return nil
}

// states counts the judged controls that would be On, and says whether one of the
// others changed too recently to change again.
func (c *Cloud) states(call Call, rule Resource, judged, waiting []string, changed map[string]Resource) (on int, recent bool, err error) {
	wait, _ := rule.Props["waitPeriodMs"].(float64)
	for _, arn := range judged {
		r, ok := changed[arn]
		if !ok {
			if r, err = c.routingControl(call, arn); err != nil {
				return on, recent, err
			}
		}
		if r.Routing.On {
			on++
		}
	}
	for _, arn := range waiting {
		r, err := c.routingControl(call, arn)
		if err != nil {
			return on, recent, err
		}
		until := r.Routing.Since.Add(time.Duration(wait) * time.Millisecond)
		recent = recent || !r.Routing.Since.IsZero() && c.options.Now().Before(until)
	}
	return on, recent, nil
}

// satisfied evaluates a rule of which so many controls are On.
func satisfied(rule Resource, on, of int) bool {
	config, _ := rule.Props["ruleConfig"].(map[string]any)
	threshold, _ := config["threshold"].(float64)
	inverted, _ := config["inverted"].(bool)
	var ok bool
	switch config["type"] {
	case "AND":
		ok = on == of
	case "OR":
		ok = on > 0
	default: // ATLEAST
		ok = on >= int(threshold)
	}
	return ok != inverted
}
