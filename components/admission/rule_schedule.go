package admission

var schedule = Rule{
	Name:    "schedule",
	Why:     "a settlement that hung was started again every hour until twelve of them paid the same wins",
	Matches: []Match{{"batch", "v1", []string{"jobs", "cronjobs"}}},
	Variables: []Variable{
		{"job", `object.kind == "CronJob" ? dyn(object).spec.jobTemplate.spec : dyn(object).spec`},
	},
	Validations: []Validation{
		{
			Expression: `variables.job.?activeDeadlineSeconds.orValue(0) > 0`,
			Wrong:      "the job may run forever",
			Do:         "set activeDeadlineSeconds to how long a run may take",
		},
		{
			Expression: `object.kind != "CronJob" || dyn(object).spec.?concurrencyPolicy.orValue("Allow") == "Forbid"`,
			Wrong:      "two runs may overlap",
			Do:         "set concurrencyPolicy: Forbid",
		},
		{
			Expression: `object.kind != "CronJob" || dyn(object).spec.?startingDeadlineSeconds.orValue(0) >= 10`,
			Wrong:      "a run may start however late, or never",
			Do:         "set startingDeadlineSeconds to how late it may start: at least 10, which is how often Kubernetes looks",
		},
	},
}
