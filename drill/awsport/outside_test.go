package awsport

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/drill/conformance"
	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// A front is Route 53, Global Accelerator and both switches.
type front struct {
	weights map[string]string // by name and region
	dials   map[string]string // by endpoint group
	inverse map[string]bool
	states  map[string]string
	pending int      // looks until a change is in force
	order   []string // what was changed
	down    int      // endpoints of ARC that do not answer
}

func newFront() *front {
	f := &front{weights: map[string]string{}, dials: map[string]string{}, inverse: map[string]bool{}, states: map[string]string{}}
	for _, at := range []regions.Region{home, standby} {
		n := map[bool]string{true: "100", false: "0"}[at == home]
		for _, name := range players.Names {
			f.weights[name+" "+at.String()] = n
		}
		f.dials[players.EndpointGroups[at][0]] = n
	}
	return f
}

var change1 = regexp.MustCompile(`<Name>([^<]+)</Name>.*?<SetIdentifier>([^<]+)</SetIdentifier>`)
var weight = regexp.MustCompile(`<Weight>(\d+)</Weight>`)

func (f *front) calls() map[string]func(request) answer {
	calls := map[string]func(request) answer{
		"route53 GET /2013-04-01/hostedzone/" + zone + "/rrset": func(r request) answer {
			name, sets := r.http.URL.Query().Get("name"), ""
			for _, at := range []regions.Region{standby, home} {
				sets += fmt.Sprintf("<ResourceRecordSet><Name>%s.</Name><Type>CNAME</Type><SetIdentifier>%s</SetIdentifier><Weight>%s</Weight></ResourceRecordSet>", name, at, f.weights[name+" "+at.String()])
			}
			return ok("<ListResourceRecordSetsResponse><ResourceRecordSets>%s<ResourceRecordSet><Name>other.</Name><Type>A</Type></ResourceRecordSet></ResourceRecordSets><IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>", sets)
		},
		"route53 POST /2013-04-01/hostedzone/" + zone + "/rrset": func(r request) answer {
			names, weights := change1.FindAllStringSubmatch(r.body, -1), weight.FindAllStringSubmatch(r.body, -1)
			for i, one := range names {
				f.weights[one[1]+" "+one[2]] = weights[i][1]
			}
			f.order, f.pending = append(f.order, "weights"), 2
			return ok("<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo></ChangeResourceRecordSetsResponse>")
		},
		"route53 GET /2013-04-01/change/C1": func(request) answer {
			f.pending--
			return ok("<GetChangeResponse><ChangeInfo><Id>/change/C1</Id><Status>%s</Status></ChangeInfo></GetChangeResponse>", map[bool]string{true: "PENDING", false: "INSYNC"}[f.pending > 0])
		},
		"globalaccelerator DescribeEndpointGroup": func(r request) answer {
			var in struct{ EndpointGroupArn string }
			_ = json.Unmarshal([]byte(r.body), &in)
			return ok(`{"EndpointGroup":{"TrafficDialPercentage":%s}}`, f.dials[in.EndpointGroupArn])
		},
		"globalaccelerator UpdateEndpointGroup": func(r request) answer {
			var in struct {
				EndpointGroupArn      string
				TrafficDialPercentage float64
			}
			_ = json.Unmarshal([]byte(r.body), &in)
			f.dials[in.EndpointGroupArn] = strconv.Itoa(int(in.TrafficDialPercentage))
			f.order = append(f.order, r.region+" "+in.EndpointGroupArn[strings.LastIndexByte(in.EndpointGroupArn, '/')+1:]+" "+f.dials[in.EndpointGroupArn])
			return ok(`{}`)
		},
		"globalaccelerator DescribeAccelerator": func(request) answer { return ok(`{"Accelerator":{"Status":"DEPLOYED"}}`) },
		"route53-recovery-cluster GetRoutingControlState": func(r request) answer {
			var in struct{ RoutingControlArn string }
			_ = json.Unmarshal([]byte(r.body), &in)
			state := f.states[in.RoutingControlArn]
			if state == "" {
				state = "Off"
			}
			return f.maybe(ok(`{"RoutingControlArn":%q,"RoutingControlState":%q}`, in.RoutingControlArn, state))
		},
		"route53-recovery-cluster UpdateRoutingControlStates": func(r request) answer {
			var in struct {
				UpdateRoutingControlStateEntries []struct{ RoutingControlArn, RoutingControlState string }
			}
			_ = json.Unmarshal([]byte(r.body), &in)
			for _, e := range in.UpdateRoutingControlStateEntries {
				f.states[e.RoutingControlArn] = e.RoutingControlState
			}
			return ok(`{}`)
		},
	}
	for _, at := range []regions.Region{home, standby} {
		id := players.Checks[at]
		calls["route53 GET /2013-04-01/healthcheck/"+id] = func(request) answer {
			return ok("<GetHealthCheckResponse><HealthCheck><Id>%s</Id><HealthCheckConfig><Type>TCP</Type><Disabled>true</Disabled><Inverted>%t</Inverted></HealthCheckConfig></HealthCheck></GetHealthCheckResponse>", id, f.inverse[id])
		}
		calls["route53 POST /2013-04-01/healthcheck/"+id] = func(r request) answer {
			f.inverse[id] = strings.Contains(r.body, "<Inverted>true")
			return ok("<UpdateHealthCheckResponse><HealthCheck><Id>%s</Id></HealthCheck></UpdateHealthCheckResponse>", id)
		}
	}
	return calls
}

// maybe answers for an endpoint that is not one of the first that are down.
func (f *front) maybe(a answer) answer {
	if f.down > 0 {
		f.down--
		return answer{503, `ServiceUnavailableException|{"message":"down"}`}
	}
	return a
}

func TestTrafficConforms(t *testing.T) {
	f := newFront()
	a, _ := start(t, f.calls())
	conformance.Traffic(t, full, a.Traffic(), players)

	controlled := players
	controlled.Checks, controlled.Controls = nil, both("arn:aws:route53-recovery-control::123456789012:controlpanel/p/routingcontrol/%s")
	for _, r := range []string{"eu-west-1", "us-east-1", "us-west-2"} {
		controlled.Endpoints = append(controlled.Endpoints, inventory.Endpoint{URL: "https://x." + r + ".example/v1", Region: r})
	}
	conformance.Traffic(t, full, a.Traffic(), controlled)
	f.down = 2
	_, err := a.Traffic().Evacuated(t.Context(), controlled)
	require.NoError(t, err, "the third endpoint answers")
	f.down = 99
	_, err = a.Traffic().Evacuated(t.Context(), controlled)
	require.ErrorContains(t, err, "us-west-2", "each was asked")
}

// TestMoveRaisesBeforeItLowers: at no moment are all dials or all weights at zero.
func TestMoveRaisesBeforeItLowers(t *testing.T) {
	f := newFront()
	a, seen := start(t, f.calls())
	require.NoError(t, a.Traffic().Move(t.Context(), players, map[regions.Region]int{standby: 100}))
	assert.Equal(t, []string{"us-west-2 eu-central-1 100", "weights", "us-west-2 eu-south-1 0"}, f.order)
	batch := seen.of("route53 POST /2013-04-01/hostedzone/" + zone + "/rrset")
	require.Len(t, batch, 1, "all names in one batch")
	assert.Less(t, strings.Index(batch[0].body, "eu-central-1"), strings.Index(batch[0].body, "eu-south-1"), "the larger share first")
	assert.Contains(t, batch[0].body, "<Value>prefer-eu-south-1.ws.mt.example</Value>")
	assert.Contains(t, batch[0].body, "<TTL>60</TTL>")
	assert.Len(t, seen.of("route53 GET /2013-04-01/change/C1"), 2, "until it is in force")
	f.weights["ws.mt.example eu-south-1"] = "100"
	_, err := a.Traffic().Shares(t.Context(), players)
	require.ErrorContains(t, err, "ws.mt.example", "names that do not agree")
}

func TestAskGoesThroughTheDoor(t *testing.T) {
	status := 200
	a, _ := start(t, nil)
	a.door.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "eu-south-1.api.mt.example", r.Host)
		assert.Equal(t, "/sli/bet", r.URL.Path)
		return &http.Response{StatusCode: status, Body: http.NoBody, Header: http.Header{"Location": {"http://elsewhere"}}, Request: r}, nil
	})
	for code, wanted := range map[int]bool{200: true, 204: true, 302: false, 503: false} {
		status = code
		got, _, err := a.Traffic().Ask(t.Context(), players, home, "/sli/bet")
		require.NoError(t, err)
		assert.Equal(t, wanted, got, code)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestVaultConforms(t *testing.T) {
	objects := map[string]string{}
	xml := func(status int, code string) answer {
		return answer{status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>"}
	}
	a, f := start(t, map[string]func(request) answer{
		"s3 PUT": func(r request) answer {
			if _, there := objects[r.http.URL.Path]; there && r.http.Header.Get("If-None-Match") == "*" {
				return xml(412, "PreconditionFailed")
			}
			objects[r.http.URL.Path] = r.body
			return ok("")
		},
		"s3 DELETE": func(r request) answer { delete(objects, r.http.URL.Path); return answer{204, ""} },
		"s3 GET": func(r request) answer {
			if r.http.URL.Query().Get("list-type") == "2" {
				var keys []string
				for path := range objects {
					if key, below := strings.CutPrefix(path, "/audit-mt/"); below && strings.HasPrefix(key, r.http.URL.Query().Get("prefix")) {
						keys = append(keys, "<Contents><Key>"+key+"</Key></Contents>")
					}
				}
				slices.Sort(keys)
				return ok("<ListBucketResult>%s<IsTruncated>false</IsTruncated></ListBucketResult>", strings.Join(keys, ""))
			}
			data, there := objects[r.http.URL.Path]
			if !there {
				return xml(404, "NoSuchKey")
			}
			return ok("%s", data)
		},
	})
	conformance.Vault(t, full, a.Vault(standby, "audit-mt"))
	put := f.of("s3 PUT")[0]
	assert.Equal(t, standby.String(), put.region)
	for _, header := range []string{"X-Amz-Object-Lock-Mode", "X-Amz-Server-Side-Encryption"} {
		assert.Empty(t, put.http.Header.Get(header), "the bucket's own rule")
	}
	assert.NotEmpty(t, put.http.Header.Get("X-Amz-Checksum-Crc32"), "a locked bucket asks for a checksum")
	f.calls["s3 PUT"] = func(request) answer { return xml(409, "ConditionalRequestConflict") }
	require.ErrorIs(t, a.Vault(home, "audit-mt").PutNew(t.Context(), "k", nil), port.ErrExists)
}

func TestAccountConforms(t *testing.T) {
	role := "<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam::123456789012:role/team/sre</Arn></Role></GetRoleResult></GetRoleResponse>"
	quota := `{"Quota":{"ServiceCode":"ec2","QuotaCode":"L-1216C47A","Value":512.0}}`
	a, f := start(t, map[string]func(request) answer{
		"sts GetCallerIdentity": func(request) answer {
			return ok("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/sre/ann</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
		},
		"iam GetRole": func(request) answer { return ok("%s", role) },
		"iam SimulatePrincipalPolicy": func(r request) answer {
			out := ""
			for i := 1; r.form.Get("ActionNames.member."+strconv.Itoa(i)) != ""; i++ {
				name, decision := r.form.Get("ActionNames.member."+strconv.Itoa(i)), "allowed"
				if strings.HasPrefix(name, "rds:Failover") {
					decision = "implicitDeny"
				}
				out += "<member><EvalActionName>" + name + "</EvalActionName><EvalDecision>" + decision + "</EvalDecision></member>"
			}
			return ok("<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>%s</EvaluationResults><IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>", out)
		},
		"monitoring DescribeAlarms": func(request) answer {
			return ok("<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><AlarmName>lag</AlarmName></member></MetricAlarms><CompositeAlarms><member><AlarmName>all</AlarmName></member></CompositeAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>")
		},
		"servicequotas GetServiceQuota": func(request) answer { return ok(`%s`, quota) },
		"secretsmanager GetSecretValue": func(r request) answer {
			if strings.Contains(r.body, "not-there") {
				return answer{400, `ResourceNotFoundException|{"message":"no such secret"}`}
			}
			return ok(`{"SecretString":"seed"}`)
		},
	})
	conformance.Account(t, a.Account(), home)
	ask := []port.Action{{Name: "rds:SwitchoverGlobalCluster", Resource: "arn:a"}, {Name: "rds:FailoverGlobalCluster", Resource: "arn:a"}, {Name: "s3:PutObject", Resource: "*"}}
	denied, err := a.Account().Denied(t.Context(), ask)
	require.NoError(t, err)
	assert.Equal(t, ask[1:2], denied)
	calls := f.of("iam SimulatePrincipalPolicy")
	last := calls[len(calls)-1].form
	assert.Equal(t, []string{"arn:aws:iam::123456789012:role/team/sre", "*"}, []string{last.Get("PolicySourceArn"), last.Get("ResourceArns.member.1")})
	role = fault("AccessDenied", "no").body
	f.calls["iam GetRole"] = func(request) answer { return answer{403, role} }
	_, err = a.Account().Denied(t.Context(), ask)
	require.NoError(t, err)
	calls = f.of("iam SimulatePrincipalPolicy")
	assert.Equal(t, "arn:aws:iam::123456789012:role/sre", calls[len(calls)-1].form.Get("PolicySourceArn"))
	alarms, err := a.Account().Alarms(t.Context(), home)
	require.NoError(t, err)
	assert.Equal(t, []string{"all", "lag"}, alarms)
	secret, err := a.Account().Secret(t.Context(), home, "arn:s")
	require.NoError(t, err)
	assert.Equal(t, "seed", secret)
	vcpus, err := a.Account().VCPUs(t.Context(), standby)
	require.NoError(t, err)
	assert.Equal(t, 512, vcpus)
	asked := f.of("servicequotas GetServiceQuota")
	assert.Equal(t, standby.String(), asked[len(asked)-1].region, "each region has its own")
	assert.JSONEq(t, `{"ServiceCode":"ec2","QuotaCode":"L-1216C47A"}`, asked[len(asked)-1].body)
	quota = `{"Quota":{}}`
	_, err = a.Account().VCPUs(t.Context(), standby)
	require.ErrorContains(t, err, "no value", "is not a quota of nothing")
}
