package gslb_test

import (
	"slices"
	"strings"
	"testing"

	"pitboss/components/gslb"
	"pitboss/internal/record"
)

// checksOf is the health checks of a recording, by id.
func checksOf(r record.Recording) map[string]record.Resource {
	out := map[string]record.Resource{}
	for _, one := range r.Type("route53/healthCheck:HealthCheck") {
		out[one.Name+"-id"] = one
	}
	return out
}

func each(t *testing.T, check func(t *testing.T, r record.Recording)) {
	t.Helper()
	for _, s := range gslb.Switches() {
		t.Run(string(s), func(t *testing.T) { check(t, recorded(t, func(a *gslb.Args) { a.Switch = s })) })
	}
}

// TestOpenIsEveryIndicatorAndTheSwitch wants a region out as soon as one thing fails: one
// that answers but takes no deposit, or one that somebody closed.
func TestOpenIsEveryIndicatorAndTheSwitch(t *testing.T) {
	each(t, func(t *testing.T, r record.Recording) {
		checks := checksOf(r)
		for _, region := range []string{home, standby} {
			open := checks["gslb-"+region+"-open-id"]
			want := []string{"gslb-" + region + "-sli-login-id", "gslb-" + region + "-sli-deposit-id", "gslb-" + region + "-sli-bet-id", "gslb-" + region + "-switch-id"}
			if !slices.Equal(open.Texts("childHealthchecks"), want) || open.Get("childHealthThreshold") != 4.0 {
				t.Errorf("%s is %v of %v, want all of %v", open.Name, open.Get("childHealthThreshold"), open.Texts("childHealthchecks"), want)
			}
		}
	})
}

// TestNoCalculatedCheckWatchesAnother holds a limit of Route 53, and that of the provider,
// which drops a threshold of zero.
func TestNoCalculatedCheckWatchesAnother(t *testing.T) {
	each(t, func(t *testing.T, r record.Recording) {
		checks, calculated := checksOf(r), 0
		for _, parent := range checks {
			if parent.Text("type") != "CALCULATED" {
				continue
			}
			calculated++
			if parent.Get("childHealthThreshold") == 0.0 {
				t.Errorf("%s has threshold 0, which the provider does not send", parent.Name)
			}
			for _, child := range parent.Texts("childHealthchecks") {
				if kind := checks[child].Text("type"); kind == "" || kind == "CALCULATED" {
					t.Errorf("%s watches %s, a check of type %q", parent.Name, child, kind)
				}
			}
		}
		if calculated != 2 {
			t.Errorf("%d calculated checks, want one a region", calculated)
		}
	})
}

// TestIndicatorsAskARegionItself wants checks of a name that none of them moves: else a
// dead region whose name leads to the living one looks healthy, and takes players again.
func TestIndicatorsAskARegionItself(t *testing.T) {
	r := recorded(t)
	records := map[string][]record.Resource{}
	for _, one := range r.Type("route53/record:Record") {
		records[one.Text("name")] = append(records[one.Text("name")], one)
	}
	asked := 0
	for _, check := range checksOf(r) {
		path := check.Text("resourcePath")
		if path == "" {
			continue
		}
		asked++
		region := strings.TrimSuffix(strings.TrimPrefix(check.Name, "gslb-"), "-sli-"+strings.TrimPrefix(path, "/sli/"))
		if check.Text("type") != "HTTPS" || check.Get("enableSni") != true || check.Get("port") != 443.0 {
			t.Errorf("%s is %v, want HTTPS with the host's name", check.Name, check.Inputs)
		}
		if check.Get("requestInterval") != 10.0 || check.Get("failureThreshold") != 3.0 {
			t.Errorf("%s asks every %v s, %v times, want the market's figures", check.Name, check.Get("requestInterval"), check.Get("failureThreshold"))
		}
		at := records[check.Text("fqdn")]
		if len(at) != 1 || at[0].Text("aliases", 0, "name") != "web."+region+".elb" {
			t.Fatalf("%s asks %s, which is not one record that leads to %s", check.Name, check.Text("fqdn"), region)
		}
		if at[0].Get("healthCheckId") != nil || at[0].Get("setIdentifier") != nil || at[0].Get("aliases", 0, "evaluateTargetHealth") != false {
			t.Errorf("%s asks %s, which moves by health", check.Name, check.Text("fqdn"))
		}
	}
	if asked != 6 {
		t.Errorf("%d indicators, want three a region", asked)
	}
}

// TestRoutingControls wants controls whose Off is open, and both never closed.
func TestRoutingControls(t *testing.T) {
	r := recorded(t)
	var arns []string
	for _, region := range []string{home, standby} {
		control, ok := r.Named("gslb-" + region + "-evacuate")
		check := checksOf(r)["gslb-"+region+"-switch-id"]
		if !ok || control.Text("name") != "evacuate-"+region || control.Text("controlPanelArn") != "arn:aws:recorded:::gslb-arc-panel" {
			t.Errorf("%s: control is %v", region, control.Inputs)
		}
		if check.Text("type") != "RECOVERY_CONTROL" || check.Text("routingControlArn") != "arn:aws:recorded:::"+control.Name {
			t.Errorf("%s: switch is %v", region, check.Inputs)
		}
		if check.Get("invertHealthcheck") != true {
			t.Errorf("%s: a new control is Off, so the region would be closed until somebody switched it on", region)
		}
		for _, refused := range []string{"requestInterval", "failureThreshold", "measureLatency"} {
			if check.Get(refused) != nil {
				t.Errorf("%s: a check of this type takes no %s", region, refused)
			}
		}
		arns = append(arns, "arn:aws:recorded:::"+control.Name)
	}
	rules := r.Type("SafetyRule")
	if len(rules) != 1 {
		t.Fatalf("%d safety rules, want one", len(rules))
	}
	rule := rules[0]
	if !slices.Equal(rule.Texts("assertedControls"), arns) {
		t.Errorf("the rule is about %v, want %v", rule.Texts("assertedControls"), arns)
	}
	for on, want := range map[int]bool{0: true, 1: true, 2: false} {
		if got := holds(t, rule, on); got != want {
			t.Errorf("with %d regions evacuated the rule holds: %t, want %t", on, got, want)
		}
	}
}

// holds is ARC's judgement of an assertion rule when so many of its controls are On.
func holds(t *testing.T, rule record.Resource, on int) bool {
	t.Helper()
	if kind := rule.Text("ruleConfig", "type"); kind != "ATLEAST" {
		t.Fatalf("rule is %s", kind)
	}
	threshold, _ := rule.Get("ruleConfig", "threshold").(float64)
	return (on >= int(threshold)) != (rule.Get("ruleConfig", "inverted") == true)
}

// TestInvertedChecks wants a switch that is healthy without asking anybody, and that keeps
// what a drill did to it.
func TestInvertedChecks(t *testing.T) {
	r := recorded(t, inverted)
	for _, region := range []string{home, standby} {
		check := checksOf(r)["gslb-"+region+"-switch-id"]
		if check.Get("disabled") != true || check.Get("invertHealthcheck") != false {
			t.Errorf("%s: disabled %v, inverted %v: want a check that is healthy whatever happens", region, check.Get("disabled"), check.Get("invertHealthcheck"))
		}
		if !slices.Contains(check.IgnoreChanges, "invertHealthcheck") {
			t.Errorf("%s: the next update would move players back: ignored is only %v", region, check.IgnoreChanges)
		}
	}
	if n := len(r.Type("route53recoverycontrol/cluster:Cluster")); n != 0 {
		t.Errorf("%d ARC clusters, which nobody asked to pay for", n)
	}
	slow := recorded(t, inverted, func(a *gslb.Args) { a.Failover.CheckInterval *= 3 })
	for id, check := range checksOf(slow) {
		if strings.HasSuffix(id, "-switch-id") && check.Get("requestInterval") != checksOf(r)[id].Get("requestInterval") {
			t.Errorf("%s: another interval makes another check, which forgets that it was inverted", check.Name)
		}
	}
}

// TestMovingTheSwitchLeavesNoDrift wants nothing that a drill moves to be an input that an
// update would set again: a control's state is no input, an inversion is ignored.
func TestMovingTheSwitchLeavesNoDrift(t *testing.T) {
	each(t, func(t *testing.T, r record.Recording) {
		for _, one := range r.Resources {
			if one.Get("routingControlState") != nil || one.Get("state") != nil {
				t.Errorf("%s sets the state of a switch", one.Name)
			}
			disabled := one.Get("disabled") == true
			if disabled != slices.Contains(one.IgnoreChanges, "invertHealthcheck") {
				t.Errorf("%s: a drill's own check must ignore its inversion, every other must not: %v", one.Name, one.IgnoreChanges)
			}
		}
	})
}
