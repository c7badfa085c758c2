package awsfront

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"pitboss/sandbox/internal/cloud"
)

// off is what is said of everything that needs the data plane.
func off(what string) error {
	return refuse(http.StatusBadRequest, "BadRequestException", "HttpEndpoint of %s does not answer: the sandbox's data plane is off: `sandbox data up`", what)
}

// decode reads parameters into a struct with fields of their names.
func decode(params map[string]any, into any) error {
	data, err := json.Marshal(params)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "ValidationException", "The parameters cannot be read: %s", err)
	}
	return nil
}

// metricQuery is one query of GetMetricData.
type metricQuery struct {
	Id, Expression, Label string
	MetricStat            struct {
		Metric struct {
			Namespace, MetricName string
			Dimensions            []struct{ Name, Value string }
		}
	}
}

func (q metricQuery) dimension(name string) string {
	for _, d := range q.MetricStat.Metric.Dimensions {
		if d.Name == name {
			return d.Value
		}
	}
	return ""
}

// metrics is cloudwatch GetMetricData: of what the sandbox can measure, the value of
// now. As at CloudWatch, a metric that nobody writes has no values.
func (f *Front) metrics(ctx context.Context, call cloud.Call) (any, error) {
	var asked struct{ MetricDataQueries []metricQuery }
	if err := decode(call.Params, &asked); err != nil {
		return nil, err
	}
	if len(asked.MetricDataQueries) == 0 {
		return nil, refuse(http.StatusBadRequest, "MissingParameter", "The parameter MetricDataQueries is required.")
	}
	now := f.options.Cloud.Time().Truncate(time.Second) // AWS's are of whole minutes, and minutes late
	results := []any{}
	for _, q := range asked.MetricDataQueries {
		if q.Expression != "" {
			return nil, refuse(http.StatusBadRequest, "ValidationError", "The sandbox knows no expressions; query %s must have a MetricStat", q.Id)
		}
		values, why, err := f.measure(ctx, call, q)
		if err != nil {
			return nil, err
		}
		result := map[string]any{"Id": q.Id, "Label": q.MetricStat.Metric.MetricName, "StatusCode": "Complete", "Values": values, "Timestamps": []any{}}
		if len(values) > 0 {
			result["Timestamps"] = []any{now}
		}
		if why != "" {
			result["Messages"] = []any{map[string]any{"Code": "NoData", "Value": why}}
		}
		results = append(results, result)
	}
	return map[string]any{"MetricDataResults": results}, nil
}

// measure is the values of one metric, or why there are none.
func (f *Front) measure(ctx context.Context, call cloud.Call, q metricQuery) (values []any, why string, err error) {
	switch m := q.MetricStat.Metric; m.Namespace + " " + m.MetricName {
	case "AWS/RDS AuroraGlobalDBReplicationLag":
		return f.lag(ctx, call, q.dimension("DBClusterIdentifier"))
	case "AWS/Kafka MessageLag":
		return f.behind(call, "ListReplicators", "Replicators", "ReplicatorName", q.dimension("ReplicatorName"))
	case "AWS/Kafka MaxOffsetLag", "AWS/Kafka SumOffsetLag":
		return f.behind(call, "ListClusters", "ClusterInfoList", "ClusterName", q.dimension("Cluster Name"))
	}
	return []any{}, "the sandbox measures AWS/RDS AuroraGlobalDBReplicationLag and AWS/Kafka MessageLag, MaxOffsetLag, SumOffsetLag", nil
}

// lag is in milliseconds. Of a cluster that cannot be asked nothing is known, which
// is not the same as no lag.
func (f *Front) lag(ctx context.Context, call cloud.Call, id string) (values []any, why string, err error) {
	if id == "" {
		return []any{}, "the metric has a value of a DBClusterIdentifier alone", nil
	}
	clusters, err := f.described(call, "rds", "DescribeDBClusters", "DBClusters", map[string]any{"DBClusterIdentifier": id})
	if refused := (*cloud.APIError)(nil); errors.As(err, &refused) && refused.Code == "DBClusterNotFoundFault" {
		return []any{}, refused.Message, nil
	}
	if err != nil {
		return nil, "", err
	}
	arn, _ := clusters[0]["DBClusterArn"].(string)
	if f.options.Data == nil {
		return nil, "", off(arn)
	}
	lag, err := f.options.Data.Lag(ctx, arn)
	if errors.Is(err, ErrOff) {
		return nil, "", off(arn)
	}
	if err != nil {
		return []any{}, err.Error(), nil
	}
	return []any{float64(lag) / float64(time.Millisecond)}, "", nil
}

// behind: nothing goes through the sandbox's topics, so all is read and copied but
// where a fault says otherwise.
func (f *Front) behind(call cloud.Call, operation, list, field, name string) (values []any, why string, err error) {
	found, err := f.described(call, "kafka", operation, list, map[string]any{})
	if err != nil {
		return nil, "", err
	}
	if !slices.ContainsFunc(found, func(r map[string]any) bool { return r[field] == name }) {
		return []any{}, "there is no " + field + " " + name + " in " + call.Region, nil
	}
	return []any{f.Faults().Behind[name]}, "", nil
}

// described is the list in an answer of the cloud's.
func (f *Front) described(call cloud.Call, service, operation, list string, params map[string]any) ([]map[string]any, error) {
	answer, err := f.options.Cloud.Operate(cloud.Call{Service: service, Operation: operation, Region: call.Region, Params: params})
	if err != nil {
		return nil, err
	}
	fields, _ := answer.(map[string]any)
	elements, _ := fields[list].([]any)
	var out []map[string]any
	for _, v := range elements {
		if e, ok := v.(map[string]any); ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// alarms is cloudwatch DescribeAlarms, with those on that a fault names.
func (f *Front) alarms(_ context.Context, call cloud.Call) (any, error) {
	state, _ := call.Params["StateValue"].(string)
	delete(call.Params, "StateValue")
	found, err := f.described(call, call.Service, call.Operation, "MetricAlarms", call.Params)
	if err != nil {
		return nil, err
	}
	on := f.Faults().Alarms
	list := []any{}
	for _, a := range found {
		if name, _ := a["AlarmName"].(string); slices.Contains(on, name) || slices.Contains(on, call.Region+"/"+name) {
			a["StateValue"], a["StateReason"] = "ALARM", "a fault of the sandbox"
		}
		if state == "" || state == a["StateValue"] {
			list = append(list, a)
		}
	}
	return map[string]any{"MetricAlarms": list, "CompositeAlarms": []any{}}, nil
}

// simulate is iam SimulatePrincipalPolicy: all is allowed but what a fault denies.
func (f *Front) simulate(_ context.Context, call cloud.Call) (any, error) {
	var asked struct {
		PolicySourceArn           string
		ActionNames, ResourceArns []string
	}
	if err := decode(call.Params, &asked); err != nil {
		return nil, err
	}
	if asked.PolicySourceArn == "" || len(asked.ActionNames) == 0 {
		return nil, refuse(http.StatusBadRequest, "ValidationError", "PolicySourceArn and ActionNames are required.")
	}
	if len(asked.ResourceArns) == 0 {
		asked.ResourceArns = []string{"*"}
	}
	results := []any{}
	for _, action := range asked.ActionNames {
		decision := "allowed"
		if f.denied(action) {
			decision = "explicitDeny"
		}
		for _, resource := range asked.ResourceArns {
			results = append(results, map[string]any{"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision})
		}
	}
	return map[string]any{"EvaluationResults": results, "IsTruncated": false}, nil
}
