package awsport

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"pitboss/regions"
)

// The quota of "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", which is
// of vCPUs and of one region. Every pool's nodes are of these families.
const (
	serviceOfNodes = "ec2"
	quotaOfNodes   = "L-1216C47A"
)

// VCPUs is the quota that is in force, not AWS's default.
func (a account) VCPUs(ctx context.Context, at regions.Region) (int, error) {
	what := "quota " + quotaOfNodes + " of EC2 in " + at.String()
	out, err := ask(ctx, what, func(ctx context.Context) (*servicequotas.GetServiceQuotaOutput, error) {
		return a.quotas.in(at.String(), a.config).GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{
			ServiceCode: aws.String(serviceOfNodes), QuotaCode: aws.String(quotaOfNodes),
		})
	})
	if err != nil {
		return 0, err
	}
	if out.Quota == nil || out.Quota.Value == nil {
		return 0, fmt.Errorf("%s: the answer has no value", what)
	}
	return int(*out.Quota.Value), nil
}
