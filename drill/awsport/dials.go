package awsport

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/globalaccelerator"
	"github.com/aws/aws-sdk-go-v2/service/globalaccelerator/types"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// A turning is one endpoint group whose dial is to be another.
type turning struct {
	group string
	to    int
}

// dials is which dials are to be raised and which lowered. One that is right is in neither.
func (a traffic) dials(ctx context.Context, t inventory.Traffic, shares map[regions.Region]int) (up, down []turning, err error) {
	for _, at := range inventory.Sites(t.EndpointGroups) {
		for _, group := range t.EndpointGroups[at] {
			found, err := ask(ctx, "endpoint group of "+at.String(), func(ctx context.Context) (*globalaccelerator.DescribeEndpointGroupOutput, error) {
				return a.accelerators.in(homeOfAccelerators, a.config).DescribeEndpointGroup(ctx, &globalaccelerator.DescribeEndpointGroupInput{EndpointGroupArn: aws.String(group)})
			})
			if err != nil {
				return nil, nil, err
			}
			if found.EndpointGroup == nil || found.EndpointGroup.TrafficDialPercentage == nil {
				return nil, nil, fmt.Errorf("endpoint group %s of %s does not say its dial", group, at)
			}
			now, to := *found.EndpointGroup.TrafficDialPercentage, float32(shares[at])
			switch {
			case to > now:
				up = append(up, turning{group, shares[at]})
			case to < now:
				down = append(down, turning{group, shares[at]})
			}
		}
	}
	return up, down, nil
}

// dial turns dials, and waits until their accelerators have it.
func (a traffic) dial(ctx context.Context, all []turning) error {
	client := a.accelerators.in(homeOfAccelerators, a.config)
	var touched []string
	for _, one := range all {
		_, err := ask(ctx, fmt.Sprintf("dial %s to %d %%", one.group, one.to), func(ctx context.Context) (*globalaccelerator.UpdateEndpointGroupOutput, error) {
			return client.UpdateEndpointGroup(ctx, &globalaccelerator.UpdateEndpointGroupInput{
				EndpointGroupArn: aws.String(one.group), TrafficDialPercentage: aws.Float32(float32(one.to)),
			})
		})
		if err != nil {
			return err
		}
		accelerator, _, _ := strings.Cut(one.group, "/listener/")
		touched = append(touched, accelerator)
	}
	slices.Sort(touched)
	for _, accelerator := range slices.Compact(touched) {
		err := until(ctx, slowest, "accelerator "+accelerator, func(ctx context.Context) (bool, string, error) {
			now, err := ask(ctx, "accelerator "+accelerator, func(ctx context.Context) (*globalaccelerator.DescribeAcceleratorOutput, error) {
				return client.DescribeAccelerator(ctx, &globalaccelerator.DescribeAcceleratorInput{AcceleratorArn: aws.String(accelerator)})
			})
			if err != nil {
				return false, "", err
			}
			if now.Accelerator == nil {
				return false, "", fmt.Errorf("accelerator %s: no answer to what it does", accelerator)
			}
			return now.Accelerator.Status == types.AcceleratorStatusDeployed, string(now.Accelerator.Status), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
