package cloud

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func (w *world) zone() Resource {
	w.Helper()
	return w.make(home, "aws_route53_zone", map[string]any{"name": "mt.example.com", "zoneId": Unknown, "arn": Unknown})
}

func (w *world) healthCheck(plan map[string]any) Resource {
	w.Helper()
	return w.make(home, "aws_route53_health_check", with(map[string]any{"type": "HTTPS", "fqdn": "a.example.com", "requestInterval": 10, "arn": Unknown}, plan))
}

func TestRecordsNames(t *testing.T) {
	w := newWorld(t)
	zone := w.zone()
	require.Equal(t, "arn:aws:route53:::hostedzone/"+zone.ID, zone.Props["arn"])
	plan := map[string]any{"zoneId": zone.ID, "name": "api.mt.example.com", "type": "A", "ttl": 30, "records": []any{"198.18.0.1"}, "fqdn": Unknown}
	r := w.make(home, "aws_route53_record", plan)
	require.Equal(t, "api.mt.example.com", r.String("fqdn"))
	require.Equal(t, zone.ID+"_api.mt.example.com_A", r.ID)
	stray := w.make(home, "aws_route53_record", with(plan, map[string]any{"name": "api.other.com"}))
	require.Equal(t, "api.other.com.mt.example.com", stray.String("fqdn"), "the provider takes it to lie in the zone")
}

func TestWhatAZoneRefuses(t *testing.T) {
	weighted := map[string]any{"weightedRoutingPolicy": map[string]any{"weight": 100}, "setIdentifier": "eu-south-1"}
	failover := map[string]any{"failoverRoutingPolicy": map[string]any{"type": "PRIMARY"}, "setIdentifier": "first"}
	cases := map[string]struct {
		reason string
		first  map[string]any // a record that is there already; nil for none
		change map[string]any
		code   string
	}{
		"Plain":       {"a record in the zone", nil, nil, ""},
		"Outside":     {"looks like the zone and is not in it", nil, map[string]any{"name": "evilmt.example.com"}, "InvalidChangeBatch"},
		"ApexCNAME":   {"no CNAME at the apex", nil, map[string]any{"name": "mt.example.com", "type": "CNAME"}, "InvalidChangeBatch"},
		"ApexAlias":   {"an alias may be there", nil, map[string]any{"name": "mt.example.com", "ttl": nil, "records": nil, "alias": map[string]any{"name": "x.elb.amazonaws.com", "zoneId": "ZELB"}}, ""},
		"AliasTTL":    {"an alias has its target's TTL", nil, map[string]any{"records": nil, "alias": map[string]any{"name": "x.elb.amazonaws.com", "zoneId": "ZELB"}}, "InvalidInput"},
		"AliasLost":   {"an alias into the zone has a target", nil, map[string]any{"ttl": nil, "records": nil, "alias": map[string]any{"name": "b.mt.example.com", "zoneId": "own"}}, "InvalidChangeBatch"},
		"Nameless":    {"a weighted record says which it is", nil, map[string]any{"weightedRoutingPolicy": map[string]any{"weight": 1}}, "InvalidInput"},
		"NoCheck":     {"its health check exists", nil, map[string]any{"healthCheckId": "none"}, "NoSuchHealthCheck"},
		"NoZone":      {"its zone exists", nil, map[string]any{"zoneId": "Znone"}, "NoSuchHostedZone"},
		"Twice":       {"one record a name, type and set", map[string]any{}, map[string]any{"ttl": 60}, "InvalidChangeBatch"},
		"Overwrite":   {"unless asked to", map[string]any{}, map[string]any{"allowOverwrite": true, "ttl": 60}, ""},
		"CNAMEBeside": {"a CNAME shares its name with nothing", map[string]any{}, map[string]any{"type": "CNAME"}, "InvalidChangeBatch"},
		"Beside":      {"other types may share a name", map[string]any{}, map[string]any{"type": "AAAA"}, ""},
		"Mixed":       {"one policy a name and type", weighted, failover, "InvalidChangeBatch"},
		"MixedPlain":  {"and a simple record is one", map[string]any{}, weighted, "InvalidChangeBatch"},
		"Two":         {"two of a weighted set", weighted, map[string]any{"weightedRoutingPolicy": map[string]any{"weight": 0}, "setIdentifier": "eu-central-1"}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			plan := map[string]any{"zoneId": w.zone().ID, "name": "api.mt.example.com", "type": "A", "ttl": 30, "records": []any{"198.18.0.1"}, "fqdn": Unknown}
			if c.first != nil {
				w.make(home, "aws_route53_record", with(plan, c.first))
			}
			if alias, ok := c.change["alias"].(map[string]any); ok && alias["zoneId"] == "own" {
				alias["zoneId"] = plan["zoneId"]
			}
			_, err := w.try(home, "aws_route53_record", with(plan, c.change))
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			w.refuses(c.code, err)
		})
	}
}

func TestAnAliasNamesALoadBalancersOwnZone(t *testing.T) {
	w := newWorld(t)
	balancer := w.make(home, "aws_lb", w.balancer("web", home))
	plan := map[string]any{"zoneId": w.zone().ID, "name": "api", "type": "A", "fqdn": Unknown,
		"alias": map[string]any{"name": balancer.String("dnsName"), "zoneId": "Zother", "evaluateTargetHealth": true}}
	_, err := w.try(home, "aws_route53_record", plan)
	w.refuses("InvalidChangeBatch", err)
	plan["alias"] = map[string]any{"name": balancer.String("dnsName"), "zoneId": balancer.String("zoneId")}
	w.make(home, "aws_route53_record", plan)
}

func TestAZoneGoesEmpty(t *testing.T) {
	w := newWorld(t)
	zone := w.zone()
	record := w.make(home, "aws_route53_record", map[string]any{"zoneId": zone.ID, "name": "a", "type": "A", "ttl": 30, "records": []any{"198.18.0.1"}, "fqdn": Unknown})
	w.refuses("HostedZoneNotEmpty", w.tryDelete(zone))
	w.delete(record, zone)

	forced := w.make(home, "aws_route53_zone", map[string]any{"name": "mt.example.com", "forceDestroy": true})
	left := w.make(home, "aws_route53_record", map[string]any{"zoneId": forced.ID, "name": "a", "type": "A", "ttl": 30, "records": []any{"198.18.0.1"}, "fqdn": Unknown})
	w.delete(forced)
	_, err := w.cloud.Read(account, home, left.Type, left.ID)
	require.True(t, IsNotFound(err))
}

func TestHealthChecks(t *testing.T) {
	cases := map[string]struct {
		reason string
		plan   map[string]any
		code   string
	}{
		"Endpoint":    {"an endpoint by name", nil, ""},
		"Nowhere":     {"an endpoint has an address", map[string]any{"fqdn": nil}, "InvalidInput"},
		"NoThreshold": {"the provider does not send a threshold of 0", map[string]any{"type": "CALCULATED", "childHealthThreshold": 0}, "InvalidInput"},
		"NoChild":     {"children exist", map[string]any{"type": "CALCULATED", "childHealthThreshold": 1, "childHealthchecks": []any{"none"}}, "InvalidInput"},
		"NoControl":   {"a recovery control check has its control", map[string]any{"type": "RECOVERY_CONTROL"}, "InvalidInput"},
		"LostControl": {"and it exists", map[string]any{"type": "RECOVERY_CONTROL", "routingControlArn": "arn:x"}, "InvalidInput"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.try(home, "aws_route53_health_check", with(map[string]any{"type": "HTTPS", "fqdn": "a.example.com", "requestInterval": 10}, c.plan))
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			w.refuses(c.code, err)
		})
	}
	w := newWorld(t)
	child := w.healthCheck(nil)
	require.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, child.ID)
	require.Equal(t, "arn:aws:route53:::healthcheck/"+child.ID, child.Props["arn"])
	parent := w.healthCheck(map[string]any{"type": "CALCULATED", "fqdn": nil, "childHealthThreshold": 1, "childHealthchecks": []any{child.ID}})
	_, err := w.try(home, "aws_route53_health_check", map[string]any{"type": "CALCULATED", "childHealthThreshold": 1, "childHealthchecks": []any{parent.ID}})
	w.refuses("InvalidInput", err) // one level, no more
	w.delete(child)                // Route 53 lets a check go that others look at
}

func TestAHealthCheckIsInverted(t *testing.T) {
	w := newWorld(t)
	check := w.healthCheck(nil)
	answer, err := w.ask("route53", "UpdateHealthCheck", "us-east-1", "HealthCheckId", check.ID, "Inverted", "true")
	require.NoError(t, err)
	require.Equal(t, true, answer["HealthCheck"].(map[string]any)["HealthCheckConfig"].(map[string]any)["Inverted"])
	require.Equal(t, true, w.read(check).Props["invertHealthcheck"], "a refresh sees it")
	_, err = w.ask("route53", "UpdateHealthCheck", "us-east-1", "HealthCheckId", check.ID, "Inverted", "false")
	require.NoError(t, err)
	require.Equal(t, false, w.read(check).Props["invertHealthcheck"])
	_, err = w.ask("route53", "UpdateHealthCheck", "us-east-1", "HealthCheckId", "none", "Inverted", "true")
	w.refuses("NoSuchHealthCheck", err)
}
