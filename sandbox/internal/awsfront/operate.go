package awsfront

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"pitboss/sandbox/internal/cloud"
)

// own is the operations that the front answers itself, because they are of the data
// plane or of its faults.
var own = map[string]func(*Front, context.Context, cloud.Call) (any, error){
	"cloudwatch DescribeAlarms":     (*Front).alarms,
	"cloudwatch GetMetricData":      (*Front).metrics,
	"cloudwatch ListMetrics":        (*Front).listMetrics,
	"iam SimulatePrincipalPolicy":   (*Front).simulate,
	"rds-data ExecuteStatement":     (*Front).execute,
	"servicequotas GetServiceQuota": (*Front).quota,
}

// objectOperations are those of S3.
var objectOperations = []string{"DeleteObject", "GetObject", "GetObjectRetention", "HeadObject", "ListObjectsV2", "PutObject"}

// Operations names what the front knows: "rds SwitchoverGlobalCluster", sorted.
func Operations() []string {
	out := cloud.Operations()
	for name := range own {
		out = append(out, name)
	}
	for _, name := range objectOperations {
		out = append(out, "s3 "+name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// operate answers one call, by the front itself or by the cloud.
func (f *Front) operate(ctx context.Context, call cloud.Call) (any, error) {
	name := call.Service + " " + call.Operation
	if !slices.Contains(Operations(), name) {
		return nil, unknown(call.Service, call.Operation)
	}
	if err := f.permit(call.Service, call.Operation); err != nil {
		return nil, err
	}
	if do, ok := own[name]; ok {
		return do(f, ctx, call)
	}
	return f.options.Cloud.Operate(call)
}

// unknown says what there is instead.
func unknown(service, operation string) error {
	var of []string
	for _, name := range Operations() {
		if known, ok := strings.CutPrefix(name, service+" "); ok {
			of = append(of, known)
		}
	}
	if len(of) == 0 {
		of = []string{"nothing of this service; its services and operations are " + strings.Join(Operations(), ", ")}
	}
	return refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation %s of %s: the sandbox knows %s", operation, service, strings.Join(of, ", "))
}

// actions of S3 that IAM calls otherwise than the API.
var actions = map[string]string{"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}

// permit refuses what a fault denies.
func (f *Front) permit(service, operation string) error {
	if instead, ok := actions[operation]; ok && service == "s3" {
		operation = instead
	}
	if action := service + ":" + operation; f.denied(action) {
		return refuse(http.StatusForbidden, "AccessDenied", "User: sandbox is not authorized to perform: %s because a fault of the sandbox denies it", action)
	}
	return nil
}

func (f *Front) denied(action string) bool {
	return slices.ContainsFunc(f.Faults().Deny, func(pattern string) bool {
		ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(action))
		return err == nil && ok
	})
}

// refuse is a refusal in AWS's form.
func refuse(status int, code, format string, args ...any) error {
	return &cloud.APIError{Service: "AWS", Operation: "call", Code: code, Message: fmt.Sprintf(format, args...), Status: status}
}
