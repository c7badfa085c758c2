package awsfront

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/globalaccelerator"
	gatypes "github.com/aws/aws-sdk-go-v2/service/globalaccelerator/types"
	"github.com/aws/aws-sdk-go-v2/service/route53recoverycluster"
	"github.com/aws/aws-sdk-go-v2/service/route53recoverycluster/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/cloud"
)

func TestRoutingControls(t *testing.T) {
	w := newWorld(t)
	cluster := w.make(home, "aws_route53recoverycontrolconfig_cluster", map[string]any{"name": "mt", "arn": cloud.Unknown, "clusterEndpoints": cloud.Unknown})
	panel := w.make(home, "aws_route53recoverycontrolconfig_control_panel", map[string]any{"name": "mt", "clusterArn": cluster.ID, "arn": cloud.Unknown})
	control := func(name string) string {
		return w.make(home, "aws_route53recoverycontrolconfig_routing_control", map[string]any{"name": name, "clusterArn": cluster.ID, "controlPanelArn": panel.ID, "arn": cloud.Unknown}).ID
	}
	one, two := control(home), control(standby)
	rule := w.make(home, "aws_route53recoverycontrolconfig_safety_rule", map[string]any{"name": "one-stays", "controlPanelArn": panel.ID, "waitPeriodMs": 0,
		"assertedControls": []any{one, two}, "ruleConfig": map[string]any{"type": "ATLEAST", "threshold": 2, "inverted": true}, "arn": cloud.Unknown}).ID
	c := route53recoverycluster.NewFromConfig(w.in("us-east-1"), func(o *route53recoverycluster.Options) {
		o.BaseEndpoint = aws.String(w.url + "/v1") // as the cluster's endpoints end
	})
	set := func(arn string, state types.RoutingControlState) error {
		return second(c.UpdateRoutingControlState(t.Context(), &route53recoverycluster.UpdateRoutingControlStateInput{RoutingControlArn: &arn, RoutingControlState: state}))
	}
	require.NoError(t, set(one, types.RoutingControlStateOn))
	require.ErrorAs(t, set(two, types.RoutingControlStateOn), new(*types.ConflictException), "the safety rule")
	both := &route53recoverycluster.UpdateRoutingControlStatesInput{UpdateRoutingControlStateEntries: []types.UpdateRoutingControlStateEntry{
		{RoutingControlArn: &one, RoutingControlState: types.RoutingControlStateOff}, {RoutingControlArn: &two, RoutingControlState: types.RoutingControlStateOn}}}
	require.NoError(t, second(c.UpdateRoutingControlStates(t.Context(), both)), "in one step it holds")
	require.NoError(t, second(c.UpdateRoutingControlState(t.Context(), &route53recoverycluster.UpdateRoutingControlStateInput{
		RoutingControlArn: &one, RoutingControlState: types.RoutingControlStateOn, SafetyRulesToOverride: []string{rule}})))
	state, err := c.GetRoutingControlState(t.Context(), &route53recoverycluster.GetRoutingControlStateInput{RoutingControlArn: &two})
	require.NoError(t, err)
	require.Equal(t, types.RoutingControlStateOn, state.RoutingControlState)
	list, err := c.ListRoutingControls(t.Context(), &route53recoverycluster.ListRoutingControlsInput{ControlPanelArn: aws.String(panel.ID)})
	require.NoError(t, err)
	require.Len(t, list.RoutingControls, 2)
	require.Equal(t, types.RoutingControlStateOn, list.RoutingControls[0].RoutingControlState)
	none, err := c.ListRoutingControls(t.Context(), &route53recoverycluster.ListRoutingControlsInput{ControlPanelArn: aws.String("none")})
	require.NoError(t, err)
	require.Empty(t, none.RoutingControls)
	require.ErrorAs(t, set("arn:none", types.RoutingControlStateOn), new(*types.ResourceNotFoundException))
	_, err = route53recoverycluster.NewFromConfig(w.in(home)).GetRoutingControlState(t.Context(), &route53recoverycluster.GetRoutingControlStateInput{RoutingControlArn: &two})
	require.Contains(t, w.refuses("ValidationException", err), "no endpoint in eu-south-1")
}

func TestAnEndpointGroupsDial(t *testing.T) {
	w := newWorld(t)
	accelerator := w.make(home, "aws_globalaccelerator_accelerator", map[string]any{"name": "mt", "arn": cloud.Unknown, "dnsName": cloud.Unknown, "ipSets": cloud.Unknown})
	listener := w.make(home, "aws_globalaccelerator_listener", map[string]any{"acceleratorArn": accelerator.ID, "protocol": "TCP", "arn": cloud.Unknown,
		"portRanges": []any{map[string]any{"fromPort": 443, "toPort": 443}}})
	balancer := w.make(home, "aws_lb", map[string]any{"name": "web", "loadBalancerType": "network", "subnets": w.subnets(home), "subnetMappings": cloud.Unknown,
		"arn": cloud.Unknown, "dnsName": cloud.Unknown, "zoneId": cloud.Unknown, "vpcId": cloud.Unknown, "arnSuffix": cloud.Unknown})
	group := w.make(home, "aws_globalaccelerator_endpoint_group", map[string]any{"listenerArn": listener.ID, "endpointGroupRegion": home, "trafficDialPercentage": 100,
		"arn": cloud.Unknown, "healthCheckPort": cloud.Unknown, "endpointConfigurations": []any{map[string]any{"endpointId": balancer.ID, "weight": 128, "clientIpPreservationEnabled": false}}})
	c := globalaccelerator.NewFromConfig(w.in("us-west-2"))
	out, err := c.DescribeEndpointGroup(t.Context(), &globalaccelerator.DescribeEndpointGroupInput{EndpointGroupArn: aws.String(group.ID)})
	require.NoError(t, err)
	require.InDelta(t, 100, *out.EndpointGroup.TrafficDialPercentage, 0)
	require.Equal(t, balancer.ID, *out.EndpointGroup.EndpointDescriptions[0].EndpointId)
	changed, err := c.UpdateEndpointGroup(t.Context(), &globalaccelerator.UpdateEndpointGroupInput{EndpointGroupArn: aws.String(group.ID), TrafficDialPercentage: aws.Float32(25)})
	require.NoError(t, err)
	require.InDelta(t, 25, *changed.EndpointGroup.TrafficDialPercentage, 0)
	require.InDelta(t, 25, w.read(group).Props["trafficDialPercentage"], 0)
	above, err := c.DescribeAccelerator(t.Context(), &globalaccelerator.DescribeAcceleratorInput{AcceleratorArn: aws.String(accelerator.ID)})
	require.NoError(t, err)
	require.Equal(t, gatypes.AcceleratorStatusDeployed, above.Accelerator.Status)
	_, err = c.DescribeAccelerator(t.Context(), &globalaccelerator.DescribeAcceleratorInput{AcceleratorArn: aws.String("none")})
	require.ErrorAs(t, err, new(*gatypes.AcceleratorNotFoundException))
	_, err = c.UpdateEndpointGroup(t.Context(), &globalaccelerator.UpdateEndpointGroupInput{EndpointGroupArn: aws.String(group.ID), TrafficDialPercentage: aws.Float32(101)})
	require.ErrorAs(t, err, new(*gatypes.InvalidArgumentException))
	_, err = c.DescribeEndpointGroup(t.Context(), &globalaccelerator.DescribeEndpointGroupInput{EndpointGroupArn: aws.String("none")})
	require.ErrorAs(t, err, new(*gatypes.EndpointGroupNotFoundException))
}

func TestASecretIsReadWhereItIsCopied(t *testing.T) {
	w := newWorld(t)
	arns := w.secret("mt/ledger/admin", `{"username":"u"}`)
	for region, id := range map[string]string{home: arns[home], standby: arns[standby]} {
		c := secretsmanager.NewFromConfig(w.in(region))
		for _, name := range []string{id, "mt/ledger/admin"} {
			got, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(name)})
			require.NoError(t, err)
			require.Equal(t, `{"username":"u"}`, *got.SecretString)
			require.Equal(t, id, *got.ARN, "a copy has an ARN of its own region")
			require.Equal(t, []string{"AWSCURRENT"}, got.VersionStages)
			require.WithinDuration(t, w.now, *got.CreatedDate, 1e9)
		}
		d, err := c.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: aws.String(id)})
		require.NoError(t, err)
		require.Equal(t, home, *d.PrimaryRegion)
		require.Len(t, d.VersionIdsToStages, 1)
		require.Len(t, d.ReplicationStatus, 1)
		require.Equal(t, standby, *d.ReplicationStatus[0].Region)
		require.Equal(t, smtypes.StatusTypeInSync, d.ReplicationStatus[0].Status)
	}
	c := secretsmanager.NewFromConfig(w.in(home))
	for _, id := range []string{arns[standby], "none"} {
		_, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(id)})
		require.ErrorAs(t, err, new(*smtypes.ResourceNotFoundException))
	}
	_, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(arns[home]), VersionStage: aws.String("AWSPREVIOUS")})
	require.ErrorAs(t, err, new(*smtypes.ResourceNotFoundException))
}
