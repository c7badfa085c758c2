package awsport

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	arc "github.com/aws/aws-sdk-go-v2/service/route53recoverycluster"
	"github.com/aws/aws-sdk-go-v2/service/route53recoverycluster/types"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// A lever is the switch that a market chose.
type lever interface {
	thrown(ctx context.Context, at regions.Region) (bool, error)
	throw(ctx context.Context, order []regions.Region, closed map[regions.Region]bool) error
}

// lever chooses once which of the two it is.
func (a traffic) lever(t inventory.Traffic) (lever, []regions.Region, error) {
	switch {
	case len(t.Controls) > 0 && len(t.Endpoints) > 0:
		return controls{a, t}, inventory.Sites(t.Controls), nil
	case len(t.Checks) > 0:
		return checks{a, t}, inventory.Sites(t.Checks), nil
	}
	return nil, nil, fmt.Errorf("the market's traffic has no switch: want routing controls with their endpoints, or health checks")
}

// Evacuated asks the switch for each region.
func (a traffic) Evacuated(ctx context.Context, t inventory.Traffic) (map[regions.Region]bool, error) {
	lever, sites, err := a.lever(t)
	if err != nil {
		return nil, err
	}
	out := map[regions.Region]bool{}
	for _, at := range sites {
		if out[at], err = lever.thrown(ctx, at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Evacuate refuses to close every region: players would have nowhere to go, and one of the
// two switches does not refuse it itself. Health checks are moved one by one, opened first.
func (a traffic) Evacuate(ctx context.Context, t inventory.Traffic, closed map[regions.Region]bool) error {
	lever, sites, err := a.lever(t)
	if err != nil {
		return err
	}
	var open, opened, shut []regions.Region
	for _, at := range sites {
		thrown, told := closed[at]
		switch {
		case !told:
			if thrown, err = lever.thrown(ctx, at); err != nil {
				return err
			}
		case thrown:
			shut = append(shut, at)
		default:
			opened = append(opened, at)
		}
		if !thrown {
			open = append(open, at)
		}
	}
	if len(opened)+len(shut) != len(closed) {
		return fmt.Errorf("the switch has only the regions %v: throw it for those", sites)
	}
	if len(open) == 0 {
		return fmt.Errorf("every region of %v would be closed: leave one open", sites)
	}
	return lever.throw(ctx, append(opened, shut...), closed)
}

// controls are ARC's routing controls. On is closed.
type controls struct {
	traffic
	t inventory.Traffic
}

func (c controls) thrown(ctx context.Context, at regions.Region) (bool, error) {
	out, err := anywhere(ctx, c, "routing control of "+at.String(), func(ctx context.Context, client *arc.Client) (*arc.GetRoutingControlStateOutput, error) {
		return client.GetRoutingControlState(ctx, &arc.GetRoutingControlStateInput{RoutingControlArn: aws.String(c.t.Controls[at])})
	})
	if err != nil {
		return false, err
	}
	return out.RoutingControlState == types.RoutingControlStateOn, nil
}

func (c controls) throw(ctx context.Context, order []regions.Region, closed map[regions.Region]bool) error {
	var entries []types.UpdateRoutingControlStateEntry
	for _, at := range order {
		state := types.RoutingControlStateOff
		if closed[at] {
			state = types.RoutingControlStateOn
		}
		entries = append(entries, types.UpdateRoutingControlStateEntry{RoutingControlArn: aws.String(c.t.Controls[at]), RoutingControlState: state})
	}
	for deadline := time.Now().Add(waitPeriod); ; {
		_, err := anywhere(ctx, c, "routing controls", func(ctx context.Context, client *arc.Client) (*arc.UpdateRoutingControlStatesOutput, error) {
			return client.UpdateRoutingControlStates(ctx, &arc.UpdateRoutingControlStatesInput{UpdateRoutingControlStateEntries: entries})
		})
		// A safety rule refuses a change so soon after another one with the same code as one
		// that it never allows.
		if code(err) != "ConflictException" || time.Now().After(deadline) {
			return err
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// waitPeriod is how long safety rules of ours refuse a change after another one, and a bit:
// components/gslb says 5 s.
const waitPeriod = 6 * time.Second

// anywhere asks one endpoint of the cluster after the other until one answers: they are in
// five regions so that the one that is down is no matter. A refusal is an answer.
func anywhere[Out any](ctx context.Context, c controls, what string, call func(context.Context, *arc.Client) (Out, error)) (Out, error) {
	var none Out
	var errs []error
	for _, endpoint := range c.t.Endpoints {
		config := c.config.Copy()
		config.Region = endpoint.Region
		client := arc.NewFromConfig(config, func(o *arc.Options) {
			if c.config.BaseEndpoint == nil {
				o.BaseEndpoint = aws.String(endpoint.URL)
			}
			o.Retryer = retry.AddWithMaxAttempts(retry.NewStandard(), 1) // the next endpoint is the next try
		})
		out, err := within(ctx, glance, what+" at "+endpoint.Region, func(ctx context.Context) (Out, error) { return call(ctx, client) })
		if err == nil {
			return out, nil
		}
		var answered *smithyhttp.ResponseError
		if ctx.Err() != nil || errors.As(err, &answered) && answered.HTTPStatusCode() < 500 && code(err) != "ThrottlingException" {
			return none, err
		}
		errs = append(errs, err)
	}
	return none, errors.Join(errs...)
}

// checks are health checks that are disabled: healthy, or inverted and so closed.
type checks struct {
	traffic
	t inventory.Traffic
}

func (c checks) thrown(ctx context.Context, at regions.Region) (bool, error) {
	out, err := ask(ctx, "switch of "+at.String(), func(ctx context.Context) (*route53.GetHealthCheckOutput, error) {
		return c.names.in(homeOfNames, c.config).GetHealthCheck(ctx, &route53.GetHealthCheckInput{HealthCheckId: aws.String(c.t.Checks[at])})
	})
	if err != nil {
		return false, err
	}
	if out.HealthCheck == nil || out.HealthCheck.HealthCheckConfig == nil {
		return false, fmt.Errorf("switch of %s: Route 53 says nothing of health check %s", at, c.t.Checks[at])
	}
	return aws.ToBool(out.HealthCheck.HealthCheckConfig.Inverted), nil
}

func (c checks) throw(ctx context.Context, order []regions.Region, closed map[regions.Region]bool) error {
	for _, at := range order {
		_, err := ask(ctx, "switch of "+at.String(), func(ctx context.Context) (*route53.UpdateHealthCheckOutput, error) {
			return c.names.in(homeOfNames, c.config).UpdateHealthCheck(ctx, &route53.UpdateHealthCheckInput{
				HealthCheckId: aws.String(c.t.Checks[at]), Inverted: aws.Bool(closed[at]),
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
