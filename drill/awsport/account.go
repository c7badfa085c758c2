package awsport

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	watch "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"pitboss/drill/port"
	"pitboss/regions"
)

// account is the AWS account as such.
type account struct{ *AWS }

// Caller is who the credentials are of.
func (a account) Caller(ctx context.Context) (string, string, error) {
	out, err := ask(ctx, "who the drill runs as", func(ctx context.Context) (*sts.GetCallerIdentityOutput, error) {
		return a.sts.in(a.options.Region.String(), a.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	})
	if err != nil {
		return "", "", err
	}
	return aws.ToString(out.Arn), aws.ToString(out.Account), nil
}

// atOnce is how many actions are simulated in one call.
const atOnce = 50

// Denied simulates the caller's own policies, its boundary and the organisation's. What a
// bucket's or a key's own policy refuses, IAM's simulation does not see.
func (a account) Denied(ctx context.Context, actions []port.Action) ([]port.Action, error) {
	caller, _, err := a.Caller(ctx)
	if err != nil {
		return nil, err
	}
	source, err := a.principal(ctx, caller)
	if err != nil {
		return nil, err
	}
	var resources []string
	names := map[string][]string{} // by resource: a call simulates every action on every resource it names
	for _, one := range actions {
		if !slices.Contains(resources, one.Resource) {
			resources = append(resources, one.Resource)
		}
		if !slices.Contains(names[one.Resource], one.Name) {
			names[one.Resource] = append(names[one.Resource], one.Name)
		}
	}
	allowed := map[port.Action]bool{}
	for _, resource := range resources {
		for batch := range slices.Chunk(names[resource], atOnce) {
			if err := a.simulate(ctx, source, resource, batch, allowed); err != nil {
				return nil, err
			}
		}
	}
	var denied []port.Action
	for _, one := range actions {
		may, known := allowed[one]
		if !known {
			return nil, fmt.Errorf("IAM did not say whether %s may %s on %s", source, one.Name, one.Resource)
		}
		if !may {
			denied = append(denied, one)
		}
	}
	return denied, nil
}

// simulate adds what IAM says of actions on one resource.
func (a account) simulate(ctx context.Context, source, resource string, names []string, into map[port.Action]bool) error {
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(source), ActionNames: names, ResourceArns: []string{resource}}
	for {
		page, err := ask(ctx, "permissions of "+source, func(ctx context.Context) (*iam.SimulatePrincipalPolicyOutput, error) {
			return a.iam.in(homeOfNames, a.config).SimulatePrincipalPolicy(ctx, in)
		})
		if err != nil {
			return err
		}
		for _, r := range page.EvaluationResults {
			for _, name := range names {
				if strings.EqualFold(name, aws.ToString(r.EvalActionName)) {
					into[port.Action{Name: name, Resource: resource}] = r.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed
				}
			}
		}
		if !page.IsTruncated {
			return nil
		}
		in.Marker = page.Marker
	}
}

// principal is what IAM knows a caller as: of a session that took on a role, the role. The
// session's ARN leaves out the role's path, so the role is asked for, if that is allowed.
func (a account) principal(ctx context.Context, caller string) (string, error) {
	parsed, err := arn.Parse(caller)
	if err != nil {
		return "", fmt.Errorf("the caller %q has no ARN: %w", caller, err)
	}
	rest, ok := strings.CutPrefix(parsed.Resource, "assumed-role/")
	if !ok {
		return caller, nil
	}
	name, _, _ := strings.Cut(rest, "/")
	out, err := ask(ctx, "role "+name, func(ctx context.Context) (*iam.GetRoleOutput, error) {
		return a.iam.in(homeOfNames, a.config).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	})
	switch {
	case err == nil && out.Role != nil:
		return aws.ToString(out.Role.Arn), nil
	case err != nil && code(err) == "":
		return "", err
	}
	return arn.ARN{Partition: parsed.Partition, Service: "iam", AccountID: parsed.AccountID, Resource: "role/" + name}.String(), nil
}

// Alarms are those of metrics and those made of others.
func (a account) Alarms(ctx context.Context, at regions.Region) ([]string, error) {
	in := &cloudwatch.DescribeAlarmsInput{
		StateValue: watch.StateValueAlarm, AlarmTypes: []watch.AlarmType{watch.AlarmTypeMetricAlarm, watch.AlarmTypeCompositeAlarm},
	}
	out := []string{}
	for {
		page, err := ask(ctx, "alarms in "+at.String(), func(ctx context.Context) (*cloudwatch.DescribeAlarmsOutput, error) {
			return a.metrics.in(at.String(), a.config).DescribeAlarms(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		for _, one := range page.MetricAlarms {
			out = append(out, aws.ToString(one.AlarmName))
		}
		for _, one := range page.CompositeAlarms {
			out = append(out, aws.ToString(one.AlarmName))
		}
		if aws.ToString(page.NextToken) == "" {
			slices.Sort(out)
			return out, nil
		}
		in.NextToken = page.NextToken
	}
}

// Secret reads the text of a secret. No error carries any of it.
func (a account) Secret(ctx context.Context, at regions.Region, id string) (string, error) {
	out, err := ask(ctx, "secret "+id, func(ctx context.Context) (*secretsmanager.GetSecretValueOutput, error) {
		return a.secrets.in(at.String(), a.config).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(id)})
	})
	if code(err) == "ResourceNotFoundException" {
		return "", fmt.Errorf("%w: %w", port.ErrNotFound, err)
	}
	if err != nil {
		return "", err
	}
	if out.SecretString == nil {
		return "", fmt.Errorf("secret %s in %s holds no text", id, at)
	}
	return *out.SecretString, nil
}
