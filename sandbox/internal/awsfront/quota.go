package awsfront

import (
	"context"
	"net/http"

	"pitboss/sandbox/internal/cloud"
)

// vcpus is EC2's quota of vCPUs, and generous is what the sandbox has of them.
const (
	vcpus    = "L-1216C47A"
	generous = 5000.0
)

// quota is servicequotas GetServiceQuota, of the one quota that a drill asks for.
func (f *Front) quota(_ context.Context, call cloud.Call) (any, error) {
	var asked struct{ ServiceCode, QuotaCode string }
	if err := decode(call.Params, &asked); err != nil {
		return nil, err
	}
	if asked.ServiceCode != "ec2" || asked.QuotaCode != vcpus {
		return nil, refuse(http.StatusBadRequest, "NoSuchResourceException", "The quota %q of the service %q does not exist: the sandbox knows %s of ec2", asked.QuotaCode, asked.ServiceCode, vcpus)
	}
	value, set := f.Faults().Quotas[asked.QuotaCode]
	if !set {
		value = generous
	}
	return map[string]any{"Quota": map[string]any{
		"ServiceCode": asked.ServiceCode, "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)", "QuotaCode": asked.QuotaCode,
		"QuotaName": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", "Value": value, "Unit": "None",
		"Adjustable": true, "GlobalQuota": false,
	}}, nil
}
