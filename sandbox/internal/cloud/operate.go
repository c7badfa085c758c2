package cloud

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Call is one call of AWS's API from outside the program: what a person or a
// drill asks of AWS itself.
type Call struct {
	// Service is its name in AWS's command line, "rds"; Operation its name in the
	// API, "SwitchoverGlobalCluster".
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Region    string `json:"region"`
	// Account is the caller's; "" is the account of everything, if there is but one.
	Account string `json:"account"`
	// Params are the operation's parameters as the API names them. Words are
	// taken for booleans and numbers where those are meant, as in a query.
	Params map[string]any `json:"params"`
}

// operation is one operation of an API. The front that speaks AWS's protocols
// dispatches to this same table.
type operation struct {
	required, optional []string
	// regions is where its endpoints are; nil for everywhere.
	regions []string
	do      func(*Cloud, Call) (any, error)
}

var operations = map[string]operation{
	"rds SwitchoverGlobalCluster": {required: []string{"GlobalClusterIdentifier", "TargetDbClusterIdentifier"}, do: (*Cloud).switchover},
	"rds FailoverGlobalCluster": {required: []string{"GlobalClusterIdentifier", "TargetDbClusterIdentifier"},
		optional: []string{"AllowDataLoss", "Switchover"}, do: (*Cloud).failover},
	"rds DescribeGlobalClusters": {optional: []string{"GlobalClusterIdentifier"}, do: (*Cloud).describeGlobals},
	"elasticache FailoverGlobalReplicationGroup": {required: []string{"GlobalReplicationGroupId", "PrimaryRegion", "PrimaryReplicationGroupId"},
		do: (*Cloud).failoverDatastore},
	"elasticache DescribeGlobalReplicationGroups": {optional: []string{"GlobalReplicationGroupId", "ShowMemberInfo"}, do: (*Cloud).describeDatastores},
	"route53 UpdateHealthCheck":                   {required: []string{"HealthCheckId"}, optional: []string{"Inverted", "Disabled"}, do: (*Cloud).updateHealthCheck},
	"route53 GetHealthCheck":                      {required: []string{"HealthCheckId"}, do: (*Cloud).getHealthCheck},
	"route53-recovery-cluster UpdateRoutingControlStates": {required: []string{"UpdateRoutingControlStateEntries"},
		optional: []string{"SafetyRulesToOverride"}, regions: recoveryRegions, do: (*Cloud).updateRoutingControls},
	"route53-recovery-cluster GetRoutingControlState": {required: []string{"RoutingControlArn"}, regions: recoveryRegions, do: (*Cloud).routingControlState},
	"globalaccelerator UpdateEndpointGroup": {required: []string{"EndpointGroupArn"}, optional: []string{"TrafficDialPercentage"},
		regions: acceleratorRegions, do: (*Cloud).updateEndpointGroup},
	"globalaccelerator DescribeAccelerator":   {required: []string{"AcceleratorArn"}, regions: acceleratorRegions, do: (*Cloud).describeAccelerator},
	"globalaccelerator DescribeEndpointGroup": {required: []string{"EndpointGroupArn"}, regions: acceleratorRegions, do: (*Cloud).describeEndpointGroup},
	"route53-recovery-cluster UpdateRoutingControlState": {required: []string{"RoutingControlArn", "RoutingControlState"},
		optional: []string{"SafetyRulesToOverride"}, regions: recoveryRegions, do: (*Cloud).updateRoutingControl},
	"route53-recovery-cluster ListRoutingControls": {optional: []string{"ControlPanelArn"}, regions: recoveryRegions, do: (*Cloud).routingControls},
	"rds DescribeDBClusters":                       {optional: []string{"DBClusterIdentifier"}, do: (*Cloud).describeClusters},
	"kafka ListClusters":                           {optional: []string{"ClusterNameFilter"}, do: (*Cloud).listBrokers},
	"kafka ListReplicators":                        {optional: []string{"ReplicatorNameFilter"}, do: (*Cloud).listReplicators},
	"kafka DescribeReplicator":                     {required: []string{"ReplicatorArn"}, do: (*Cloud).describeReplicator},
	"kafka UpdateReplicationInfo": {required: []string{"ReplicatorArn", "CurrentVersion", "SourceKafkaClusterArn", "TargetKafkaClusterArn"},
		optional: []string{"TopicReplication", "ConsumerGroupReplication"}, do: (*Cloud).updateReplication},
	"cloudwatch DescribeAlarms": {optional: []string{"AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue"}, do: (*Cloud).alarms},
	"route53 ListResourceRecordSets": {required: []string{"HostedZoneId"},
		optional: []string{"StartRecordName", "StartRecordType", "StartRecordIdentifier", "MaxItems"}, do: (*Cloud).recordSets},
	"route53 ChangeResourceRecordSets": {required: []string{"HostedZoneId", "ChangeBatch"}, do: (*Cloud).changeRecordSets},
	"route53 GetChange":                {required: []string{"Id"}, do: (*Cloud).dnsChange},
	"secretsmanager GetSecretValue":    {required: []string{"SecretId"}, optional: []string{"VersionId", "VersionStage"}, do: (*Cloud).secretValue},
	"secretsmanager DescribeSecret":    {required: []string{"SecretId"}, do: (*Cloud).describeSecret},
	"sts GetCallerIdentity":            {do: (*Cloud).caller},
	"ec2 DescribeSecurityGroupRules":   {optional: []string{"Filters", "SecurityGroupRuleIds"}, do: (*Cloud).groupRules},
	"ec2 ModifySecurityGroupRules":     {required: []string{"GroupId", "SecurityGroupRules"}, do: (*Cloud).modifyRules},
}

// acceleratorRegions is where Global Accelerator's API is.
var acceleratorRegions = []string{"us-west-2"}

// Operate answers one call as AWS would, in the API's own form.
func (c *Cloud) Operate(call Call) (any, error) {
	name := call.Service + " " + call.Operation
	o, ok := operations[name]
	if !ok {
		return nil, fmt.Errorf("the sandbox does not know %s; it knows %s", name, strings.Join(sortedKeys(operations), ", "))
	}
	if err := o.check(call); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.settle(); err != nil {
		return nil, err
	}
	var err error
	if call.Account == "" {
		if call.Account, err = c.onlyAccount(); err != nil {
			return nil, err
		}
	}
	return o.do(c, call)
}

func (o operation) check(call Call) error {
	for _, p := range o.required {
		if v, ok := call.Params[p]; !ok || v == "" {
			return refuse(call.Service, call.Operation, "ValidationException", "Missing required parameter in input: %q", p)
		}
	}
	for _, p := range sortedKeys(call.Params) {
		if !slices.Contains(o.required, p) && !slices.Contains(o.optional, p) {
			return refuse(call.Service, call.Operation, "ValidationException", "Unknown parameter in input: %q, must be one of: %s",
				p, strings.Join(slices.Concat(o.required, o.optional), ", "))
		}
	}
	switch {
	case call.Region == "":
		return fmt.Errorf("%s %s: you must specify a region", call.Service, call.Operation)
	case o.regions != nil && !slices.Contains(o.regions, call.Region):
		return fmt.Errorf("%s has no endpoint in %s; its endpoints are in %s", call.Service, call.Region, strings.Join(o.regions, ", "))
	}
	return nil
}

// onlyAccount is the account that everything belongs to.
func (c *Cloud) onlyAccount() (string, error) {
	accounts := map[string]bool{}
	_, err := c.scan(func(key, _ []byte) bool {
		account, _, _ := strings.Cut(string(key), separator)
		accounts[account] = true
		return false
	}, nil)
	if err == nil && len(accounts) != 1 {
		err = fmt.Errorf("the simulated cloud has %d accounts (%s): say which one calls", len(accounts), strings.Join(sortedKeys(accounts), ", "))
	}
	return strings.Join(sortedKeys(accounts), ""), err
}

// String reads a parameter.
func (call Call) String(name string) string {
	s, _ := call.Params[name].(string)
	return s
}

// Bool reads a parameter that is true or false.
func (call Call) Bool(name string) bool {
	switch v := call.Params[name].(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	}
	return false
}

// decode reads a parameter of any form; JSON in words is one.
func (call Call) decode(name string, into any) error {
	v, ok := call.Params[name]
	if !ok {
		return nil
	}
	data, err := json.Marshal(v)
	if s, words := v.(string); words && json.Valid([]byte(s)) {
		data = []byte(s)
	}
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return refuse(call.Service, call.Operation, "ValidationException", "Invalid type for parameter %s: %s", name, err)
	}
	return nil
}
