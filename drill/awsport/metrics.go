package awsport

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"pitboss/regions"
)

const (
	// grain is how often the metrics are measured that are read here.
	grain = time.Minute
	// fresh is how old the newest value may be. CloudWatch itself takes a minute or two.
	fresh = 5 * time.Minute
	// mostQueries is how many metrics CloudWatch takes in one question.
	mostQueries = 500
)

type dimension struct{ name, value string }

// A metric is one series of CloudWatch.
type metric struct {
	namespace, name string
	dimensions      []dimension
}

func (m metric) String() string {
	words := []string{m.namespace, m.name}
	for _, d := range m.dimensions {
		words = append(words, d.name+"="+d.value)
	}
	return strings.Join(words, " ")
}

func (m metric) query(id string) types.MetricDataQuery {
	var dimensions []types.Dimension
	for _, d := range m.dimensions {
		dimensions = append(dimensions, types.Dimension{Name: aws.String(d.name), Value: aws.String(d.value)})
	}
	return types.MetricDataQuery{Id: aws.String(id), ReturnData: aws.Bool(true), MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String(m.namespace), MetricName: aws.String(m.name), Dimensions: dimensions},
		Period: aws.Int32(int32(grain.Seconds())), Stat: aws.String("Maximum"),
	}}
}

// A point is a value and the moment that it is of.
type point struct {
	value float64
	at    time.Time
}

// latest is the newest value of each metric; nil is of one that has none that is fresh.
func (a *AWS) latest(ctx context.Context, at regions.Region, all []metric) ([]*point, error) {
	if len(all) > mostQueries {
		return nil, fmt.Errorf("%d metrics in %s, CloudWatch takes %d at once", len(all), at, mostQueries)
	}
	out := make([]*point, len(all))
	now := time.Now()
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(now.Add(-fresh)), EndTime: aws.Time(now.Add(grain)), ScanBy: types.ScanByTimestampDescending}
	for i, m := range all {
		in.MetricDataQueries = append(in.MetricDataQueries, m.query("m"+strconv.Itoa(i)))
	}
	for {
		page, err := ask(ctx, "metrics in "+at.String(), func(ctx context.Context) (*cloudwatch.GetMetricDataOutput, error) {
			return a.metrics.in(at.String(), a.config).GetMetricData(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		for _, r := range page.MetricDataResults {
			i, err := strconv.Atoi(strings.TrimPrefix(aws.ToString(r.Id), "m"))
			if err != nil || i < 0 || i >= len(all) {
				return nil, fmt.Errorf("metrics in %s: CloudWatch answers with %q, which was not asked for", at, aws.ToString(r.Id))
			}
			if len(r.Values) > 0 && len(r.Timestamps) > 0 && out[i] == nil { // the first is the newest
				out[i] = &point{r.Values[0], r.Timestamps[0]}
			}
		}
		if aws.ToString(page.NextToken) == "" {
			return out, nil
		}
		in.NextToken = page.NextToken
	}
}

// sum is that of the newest values of all metrics, and the moment of the oldest of them. One
// without a value is an error: nobody knows it, and it may be the one that matters.
func (a *AWS) sum(ctx context.Context, at regions.Region, all []metric) (total int64, asOf time.Time, err error) {
	values, err := a.latest(ctx, at, all)
	if err != nil {
		return 0, asOf, err
	}
	for i, v := range values {
		if v == nil {
			return 0, asOf, fmt.Errorf("%s in %s has no data for %s: whether all of it was copied and read is not known", all[i], at, fresh)
		}
		total += int64(v.value)
		if asOf.IsZero() || v.at.Before(asOf) {
			asOf = v.at
		}
	}
	return total, asOf, nil
}

// recent is every series of a metric with these dimensions, and others, that had a value
// within the last hours.
func (a *AWS) recent(ctx context.Context, at regions.Region, of metric) ([]metric, error) {
	in := &cloudwatch.ListMetricsInput{Namespace: aws.String(of.namespace), MetricName: aws.String(of.name), RecentlyActive: types.RecentlyActivePt3h}
	for _, d := range of.dimensions {
		in.Dimensions = append(in.Dimensions, types.DimensionFilter{Name: aws.String(d.name), Value: aws.String(d.value)})
	}
	var out []metric
	for {
		page, err := ask(ctx, "list of "+of.String()+" in "+at.String(), func(ctx context.Context) (*cloudwatch.ListMetricsOutput, error) {
			return a.metrics.in(at.String(), a.config).ListMetrics(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		for _, m := range page.Metrics {
			one := metric{namespace: aws.ToString(m.Namespace), name: aws.ToString(m.MetricName)}
			for _, d := range m.Dimensions {
				one.dimensions = append(one.dimensions, dimension{aws.ToString(d.Name), aws.ToString(d.Value)})
			}
			out = append(out, one)
		}
		if aws.ToString(page.NextToken) == "" {
			return out, nil
		}
		in.NextToken = page.NextToken
	}
}
