package rules

func podJobRules() []Rule {
	return []Rule{{
		ID: "job-deadlines", Title: "Scheduled work ends in time, starts in time and never overlaps itself",
		Protects:  "a settlement that hung was started again every hour until twelve of them paid the same wins",
		Source:    Source{Kubernetes, "CronJob: job termination and deadlines, concurrency policy"},
		Severity:  High,
		Scope:     One,
		Admission: "schedule",
		About:     func(r Resource) bool { return r.IsAny("batch/v1:Job", "batch/v1:CronJob") },
		Check:     checkDeadlines,
		Holds:     []Example{shows("a nightly job", nightly)},
		Breaks: []Example{
			shows("may run forever", but(nightly, nil, "spec", "jobTemplate", "spec", "activeDeadlineSeconds")),
			shows("may overlap", but(nightly, "Allow", "spec", "concurrencyPolicy")),
			shows("may start however late", but(nightly, nil, "spec", "startingDeadlineSeconds")),
		},
	}}
}

func checkDeadlines(c *Case) {
	if c.Resource.Is("batch/v1:Job") {
		c.WantAtLeast(1, "spec", "activeDeadlineSeconds")
		return
	}
	c.WantAtLeast(1, "spec", "jobTemplate", "spec", "activeDeadlineSeconds")
	c.Want("Forbid", "spec", "concurrencyPolicy")
	// Kubernetes looks every 10 seconds.
	c.WantAtLeast(10, "spec", "startingDeadlineSeconds")
}
