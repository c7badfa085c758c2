package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// alarms is cloudwatch DescribeAlarms, of the call's region. Nothing is measured
// here, so all is well; the front knows of those that are not.
func (c *Cloud) alarms(call Call) (any, error) {
	var only []string
	if err := call.decode("AlarmNames", &only); err != nil {
		return nil, err
	}
	state := call.String("StateValue")
	found, err := c.find("aws_cloudwatch_metric_alarm", func(r Resource) bool {
		return r.Account == call.Account && r.Region == call.Region && (state == "" || state == "OK") &&
			(len(only) == 0 || slices.Contains(only, r.ID)) && strings.HasPrefix(r.ID, call.String("AlarmNamePrefix"))
	})
	list := []any{}
	for _, r := range found {
		dimensions, on := []any{}, object(r.Props["dimensions"])
		for _, name := range sortedKeys(on) {
			dimensions = append(dimensions, map[string]any{"Name": name, "Value": on[name]})
		}
		list = append(list, map[string]any{"AlarmName": r.ID, "AlarmArn": arnOf(r), "AlarmDescription": r.String("alarmDescription"),
			"Namespace": r.String("namespace"), "MetricName": r.String("metricName"), "Dimensions": dimensions,
			"StateValue": "OK", "StateReason": "The sandbox measures nothing: an alarm is on if a fault says so.", "StateUpdatedTimestamp": r.Created})
	}
	return map[string]any{"MetricAlarms": list}, err
}

// caller is sts GetCallerIdentity: the sandbox has one user an account.
func (c *Cloud) caller(call Call) (any, error) {
	return map[string]any{"Account": call.Account, "Arn": "arn:" + partition(call.Region) + ":iam::" + call.Account + ":user/sandbox",
		"UserId": "AIDA" + strings.ToUpper(hexID(17, call.Account))}, nil
}

// unword reads a value that may be written as a word, "5" or "true".
func unword(data []byte, into any) error {
	if err := json.Unmarshal(bytes.Trim(data, `"`), into); err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	return nil
}

// Operations names what Operate knows: "rds SwitchoverGlobalCluster", sorted.
func Operations() []string { return sortedKeys(operations) }
