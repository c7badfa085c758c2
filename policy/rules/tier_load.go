package rules

// tierLoadRules are about what starts and stops pods: scalers and schedules.
func tierLoadRules() []Rule {
	scaler := thing("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "gateway", jsonMap{
		"metadata": jsonMap{"name": "gateway", "namespace": "gateway", "labels": exampleLabels("gateway", "gateway", realtime, "public", "ws")},
		"spec": jsonMap{"minReplicas": 3.0, "maxReplicas": 9.0, "metrics": jsonList{
			jsonMap{"type": "Pods", "pods": jsonMap{"metric": jsonMap{"name": "open_connections"}}},
		}},
	})
	return []Rule{
		{
			ID: "realtime-own-load", Title: "Realtime services scale on what players do to them, not on CPU alone",
			Protects: "connections piled up behind idle CPUs during a final, and the gateway was not scaled until it fell over",
			Source:   Source{House, "components/services: realtime services name the metric that they scale on"},
			Severity: Medium,
			Scope:    One,
			About: func(r Resource) bool {
				return r.IsAny("autoscaling/v2:HorizontalPodAutoscaler", "autoscaling/v1:HorizontalPodAutoscaler")
			},
			Check: checkScaler,
			Holds: []Example{shows("connections", scaler)},
			Breaks: []Example{
				shows("CPU alone", but(scaler, jsonList{jsonMap{"type": "Resource", "resource": jsonMap{"name": "cpu"}}}, "spec", "metrics")),
				shows("no metric, which is CPU", but(scaler, jsonList{}, "spec", "metrics")),
			},
		},
		{
			ID: "standby-schedules-suspended", Title: "Scheduled work is suspended in the region that stands by, and only there",
			Protects: "both regions ran the nightly settlement, and wins were paid twice",
			Source:   Source{House, "regions/role: a role's numbers"},
			Severity: Critical,
			Scope:    One,
			About:    func(r Resource) bool { return r.Is("batch/v1:CronJob") },
			Check: func(c *Case) {
				role := c.Stack.Market.Role(c.Stack.Stack.Region)
				want := role.Numbers().SchedulesSuspended
				if suspended, known := c.is("spec", "suspend"); known && suspended != want {
					c.Failf("spec.suspend is %t where the region is %s, want %t", suspended, role, want)
				}
			},
			Holds:  []Example{shows("runs where players are", nightly)},
			Breaks: []Example{shows("suspended where players are", but(nightly, true, "spec", "suspend"))},
		},
	}
}

func checkScaler(c *Case) {
	tier, known := c.label(nil, labelTier)
	if !known || tier != realtime {
		return
	}
	metrics, known := c.List("spec", "metrics")
	for i := range metrics {
		kind, told := c.Text("spec", "metrics", i, "type")
		if told && kind != "Resource" && kind != "ContainerResource" {
			return
		}
		known = known && told
	}
	if known {
		c.Failf("spec.metrics has nothing but CPU and memory: add one that grows with players, such as connections or requests")
	}
}
