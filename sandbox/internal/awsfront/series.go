package awsfront

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"pitboss/sandbox/internal/cloud"
)

// listMetrics is cloudwatch ListMetrics, of what consumers of Kafka have yet to read: a
// cluster has one group here, which is behind where a fault says so.
func (f *Front) listMetrics(_ context.Context, call cloud.Call) (any, error) {
	var asked struct {
		Namespace, MetricName string
		Dimensions            []struct{ Name, Value string }
	}
	if err := decode(call.Params, &asked); err != nil {
		return nil, err
	}
	if asked.Namespace != "AWS/Kafka" || asked.MetricName != "MaxOffsetLag" && asked.MetricName != "SumOffsetLag" {
		return nil, refuse(http.StatusBadRequest, "ValidationError", "The sandbox lists the series of AWS/Kafka MaxOffsetLag and SumOffsetLag; got %s %s", asked.Namespace, asked.MetricName)
	}
	found, err := f.described(call, "kafka", "ListClusters", "ClusterInfoList", map[string]any{})
	if err != nil {
		return nil, err
	}
	series := []any{}
	for _, cluster := range found {
		name := fmt.Sprint(cluster["ClusterName"])
		is := map[string]string{"Cluster Name": name, "Consumer Group": "sandbox", "Topic": "sandbox"}
		// A dimension without a value is wanted with any.
		if slices.ContainsFunc(asked.Dimensions, func(d struct{ Name, Value string }) bool {
			have, ok := is[d.Name]
			return !ok || d.Value != "" && d.Value != have
		}) {
			continue
		}
		dimensions := []any{}
		for _, d := range []string{"Cluster Name", "Consumer Group", "Topic"} {
			dimensions = append(dimensions, map[string]any{"Name": d, "Value": is[d]})
		}
		series = append(series, map[string]any{"Namespace": asked.Namespace, "MetricName": asked.MetricName, "Dimensions": dimensions})
	}
	return map[string]any{"Metrics": series}, nil
}
