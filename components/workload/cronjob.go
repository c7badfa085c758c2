package workload

import (
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

const (
	// finishedSeconds is how long a finished run can still be looked at.
	finishedSeconds = 24 * 60 * 60
	// finishedRuns is how many of each outcome are kept.
	finishedRuns = 3
)

// addCronJob makes the schedule of a service that is not there all the time. In the standby
// region it is there and suspended, if its tier says so: a swap only lets it start.
func (w *Workload) addCronJob(s component.Scope) error {
	schedule := w.args.Service.Schedule
	return runs(w, s, "cronjob", batchv1.NewCronJob, &batchv1.CronJobArgs{
		Metadata: w.described(),
		Spec: batchv1.CronJobSpecArgs{
			Schedule: pulumi.String(schedule.Cron), TimeZone: pulumi.String("Etc/UTC"),
			ConcurrencyPolicy:       pulumi.String("Forbid"),
			StartingDeadlineSeconds: pulumi.Int(int(schedule.Start.Seconds())),
			Suspend:                 pulumi.Bool(w.terms.Suspended && w.args.Role.Numbers().SchedulesSuspended),

			SuccessfulJobsHistoryLimit: pulumi.Int(finishedRuns), FailedJobsHistoryLimit: pulumi.Int(finishedRuns),
			JobTemplate: batchv1.JobTemplateSpecArgs{
				Metadata: metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(w.labels())},
				Spec:     w.job(),
			},
		},
	})
}

// job is one run. A pod that its node took down with it is no failure of the run's: it is
// started again, as often as that happens within the deadline.
func (w *Workload) job() batchv1.JobSpecArgs {
	schedule := w.args.Service.Schedule
	return batchv1.JobSpecArgs{
		Template:              w.template(),
		ActiveDeadlineSeconds: pulumi.Int(int(schedule.Deadline.Seconds())), BackoffLimit: pulumi.Int(schedule.Retries),
		TtlSecondsAfterFinished: pulumi.Int(finishedSeconds),
		PodFailurePolicy: batchv1.PodFailurePolicyArgs{Rules: batchv1.PodFailurePolicyRuleArray{batchv1.PodFailurePolicyRuleArgs{
			Action: pulumi.String("Ignore"),
			OnPodConditions: batchv1.PodFailurePolicyOnPodConditionsPatternArray{batchv1.PodFailurePolicyOnPodConditionsPatternArgs{
				Type: pulumi.String("DisruptionTarget"), Status: pulumi.String("True"),
			}},
		}}},
	}
}
