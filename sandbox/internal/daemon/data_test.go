package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/awsfront"
	"pitboss/sandbox/internal/awsschema"
	"pitboss/sandbox/internal/casino"
	"pitboss/sandbox/internal/casino/door"
	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/plane"
)

const account, home, standby = "111122223333", "eu-south-1", "eu-central-1"

// planes runs no control plane, and says that it does.
type planes struct{ cloud.Clusters }

func (planes) Start(context.Context, string, string) (string, string, error) {
	return "https://127.0.0.1:1", "ca", nil
}

// site is a sandboxd without bridges, whose data plane finds no programs.
type site struct {
	*testing.T
	*daemon
	layout layout.Layout
}

func newSite(t *testing.T) *site {
	t.Helper()
	l := layout.Layout{State: t.TempDir(), Cache: t.TempDir()}
	require.NoError(t, os.WriteFile(l.StateToken(), []byte("token"), 0o600))
	for _, file := range []string{l.AWSAddress(), l.DoorAddress(), l.PrometheusAddress()} {
		free, err := net.Listen("tcp4", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(free.Addr().String()), 0o600))
		require.NoError(t, free.Close())
	}
	k := &clusters{layout: l}
	data, err := newDataPlane(l, k, t.Output())
	require.NoError(t, err)
	data.plane, err = plane.Open(plane.Options{Dir: filepath.Join(l.Data(), "plane"), Find: func() (plane.Binaries, error) {
		return plane.Binaries{}, errors.New("no programs here")
	}})
	require.NoError(t, err)
	data.cloud, err = cloud.Open(l.Database(), cloud.Options{Clusters: planes{}, Data: data,
		Schema: func() (*awsschema.Schema, error) { return awsschema.Load("../cloud/testdata/schema.json") }})
	require.NoError(t, err)
	k.wanted, k.dead = data.cloud.Clusters, data.plane.Dead
	aws, err := data.start()
	require.NoError(t, err)
	t.Cleanup(func() {
		data.close()
		require.NoError(t, errors.Join(aws.Close(), data.cloud.Close()))
	})
	return &site{T: t, daemon: &daemon{cloud: data.cloud, data: data, clusters: k}, layout: l}
}

// ask asks sandboxd, and gives its answer or its refusal.
func (s *site) ask(path string, request any) (int, string) {
	s.Helper()
	body, err := json.Marshal(request)
	require.NoError(s, err)
	w := httptest.NewRecorder()
	s.routes().ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
	return w.Code, w.Body.String()
}

func (s *site) refuses(path string, request any, words string) {
	s.Helper()
	code, body := s.ask(path, request)
	require.Equal(s, http.StatusUnprocessableEntity, code, body)
	require.Contains(s, body, words)
}

func (s *site) make(stack, region, tfType string, planned map[string]any) cloud.Resource {
	s.Helper()
	data, err := json.Marshal(planned)
	require.NoError(s, err)
	plan := map[string]any{}
	require.NoError(s, json.Unmarshal(data, &plan))
	r, err := s.cloud.Create(s.Context(), cloud.Request{Account: account, Region: region, Type: tfType, Planned: plan,
		URN: "urn:pulumi:" + stack + "::pitboss::" + tfType + "::" + string(data)})
	require.NoError(s, err)
	return r
}

// market makes two regions' clusters of market mt, and its names.
func (s *site) market() (records map[string]cloud.Resource) {
	s.Helper()
	records = map[string]cloud.Resource{}
	zone := s.make("mt-foundation", home, "aws_route53_zone", map[string]any{"name": "mt.example.com", "zoneId": cloud.Unknown, "arn": cloud.Unknown, "nameServers": cloud.Unknown})
	role := s.make("mt-foundation", home, "aws_iam_role", map[string]any{"name": "eks", "path": "/", "arn": cloud.Unknown}).String("arn")
	for region, weight := range map[string]int{home: 100, standby: 0} {
		vpc := s.make("mt-"+region, region, "aws_vpc", map[string]any{"cidrBlock": "10.16.0.0/16", "arn": cloud.Unknown})
		var subnets []any
		for i, block := range []string{"10.16.0.0/20", "10.16.16.0/20"} {
			subnets = append(subnets, s.make("mt-"+region, region, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": block, "availabilityZone": region + string(rune('a'+i))}).ID)
		}
		s.make("mt-"+region, region, "aws_eks_cluster", map[string]any{"name": "mt-" + region, "version": "1.35", "roleArn": role, "arn": cloud.Unknown,
			"vpcConfig": map[string]any{"subnetIds": subnets, "vpcId": cloud.Unknown}, "endpoint": cloud.Unknown, "certificateAuthorities": cloud.Unknown})
		records[region] = s.make("mt-gslb", home, "aws_route53_record", map[string]any{"zoneId": zone.ID, "name": "api.mt.example.com", "type": "CNAME", "ttl": 60, "fqdn": cloud.Unknown,
			"records": []any{"prefer-" + region + ".api.mt.example.com"}, "weightedRoutingPolicy": map[string]any{"weight": weight}, "setIdentifier": region})
	}
	return records
}

func TestWhileTheDataPlaneIsOff(t *testing.T) {
	s := newSite(t)
	said := func(file, path string) (int, string) {
		address, err := os.ReadFile(file)
		require.NoError(t, err)
		resp, err := http.Get("http://" + string(address) + path)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(body)
	}
	code, body := said(s.layout.DoorAddress(), "/deposits")
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.Contains(t, body, "sandbox data up")
	code, _ = said(s.layout.AWSAddress(), "/bucket//a/../b")
	require.Equal(t, http.StatusForbidden, code, "no path is cleaned: keys of S3 are as they are")

	code, body = s.ask("/v1/data/status", struct{}{})
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, `"up":false`)
	_, err := frontData{s.data}.Lag(t.Context(), "arn:aws:rds:eu-south-1:111122223333:cluster:x")
	require.ErrorIs(t, err, awsfront.ErrOff)
	require.False(t, s.data.Holds("pitboss-mt-ledger"), "the clock changes roles, then")

	s.refuses("/v1/data/up", DataUp{}, "has no market")
	s.market()
	s.refuses("/v1/data/up", DataUp{Market: "es"}, "choose one of mt")
	s.refuses("/v1/data/up", DataUp{}, "no programs here")
	s.refuses("/v1/data/fault", Fault{Kind: "kill-region", Region: home}, "sandbox data up")
	s.refuses("/v1/data/fault", Fault{Kind: "kill-region", Region: "eu-west-1"}, "choose one of eu-central-1, eu-south-1")
	code, body = s.ask("/v1/data/down", DataDown{Forget: true})
	require.Equal(t, http.StatusOK, code, body)
	code, _ = said(s.layout.DoorAddress(), "/")
	require.Equal(t, http.StatusServiceUnavailable, code, "the door says so still")
}

func TestWhatWasUpIsBroughtBack(t *testing.T) {
	s := newSite(t)
	code, body := s.ask("/v1/data/resume", struct{}{})
	require.Equal(t, http.StatusOK, code, "nothing was: %s", body)
	s.market()
	require.NoError(t, os.MkdirAll(s.layout.Data(), 0o700))
	require.NoError(t, os.WriteFile(s.data.wanted(), []byte(`{"market":"mt"}`), 0o600))
	s.refuses("/v1/data/resume", struct{}{}, "no programs here")
	_, _ = s.ask("/v1/data/down", DataDown{})
	code, body = s.ask("/v1/data/resume", struct{}{})
	require.Equal(t, http.StatusOK, code, "who takes it down wants it to stay down: %s", body)
}

func TestFaults(t *testing.T) {
	s := newSite(t)
	require.Len(t, faultKinds, len(FaultKinds()))
	for _, kind := range FaultKinds() {
		require.Contains(t, faultKinds, kind)
	}
	s.refuses("/v1/data/fault", Fault{Kind: "weather"}, "kill-region, restore-region, lag")
	s.refuses("/v1/data/fault", Fault{Kind: "deny", Action: "rds", On: true}, "rds:SwitchoverGlobalCluster")
	s.refuses("/v1/data/fault", Fault{Kind: "lag", Seconds: -1, On: true}, "from 0 to 3600")
	s.refuses("/v1/data/fault", Fault{Kind: "alarm", Name: "none", On: true}, "there is no alarm")
	s.refuses("/v1/data/fault", Fault{Kind: "behind", On: true}, "needs the name")
	for _, f := range []Fault{
		{Kind: "deny", Action: "rds:*", On: true}, {Kind: "deny", Action: "rds:*", On: true}, {Kind: "deny", Action: "s3:*", On: true},
		{Kind: "deny", Action: "s3:*"}, {Kind: "behind", Name: "a", Records: 5, On: true}, {Kind: "behind", Name: "b", Records: 6, On: true}, {Kind: "behind", Name: "b"},
		{Kind: "lag", Seconds: 1.5, On: true},
	} {
		code, body := s.ask("/v1/data/fault", f)
		require.Equal(t, http.StatusOK, code, body)
	}
	require.Equal(t, awsfront.Faults{Deny: []string{"rds:*"}, Behind: map[string]float64{"a": 5}}, s.data.front.Faults())
	require.Equal(t, "1.5s", s.data.plane.State().Lag)
	s.market()
	s.refuses("/v1/data/fault", Fault{Kind: "hang", Store: "ledger", On: true}, "is no store of the market")
	code, body := s.ask("/v1/data/fault", Fault{Kind: "cut", On: true})
	require.Equal(t, http.StatusOK, code, body)
}

func TestWhereDNSLeads(t *testing.T) {
	s := newSite(t)
	s.market()
	check := s.make("mt-gslb", home, "aws_route53_health_check", map[string]any{"type": "TCP", "fqdn": standby + ".api.mt.example.com", "port": 443, "requestInterval": 30,
		"disabled": true, "invertHealthcheck": false, "arn": cloud.Unknown})
	m, err := s.data.readMarket("")
	require.NoError(t, err)
	require.Equal(t, "mt", m.name)
	require.Equal(t, "api.mt.example.com", m.api)
	require.Equal(t, []casino.Region{
		{Name: standby, Kubeconfig: filepath.Join(s.layout.Kubeconfigs(), "mt-"+standby+".yaml"), Namespace: "wallet"},
		{Name: home, Kubeconfig: filepath.Join(s.layout.Kubeconfigs(), "mt-"+home+".yaml"), Namespace: "wallet"},
	}, m.regions)
	_, err = s.data.casinoOptions(m)
	require.ErrorContains(t, err, "the money path needs both")
	says := func() door.Routing {
		out, err := routing{s.cloud, m}.Routes(t.Context())
		require.NoError(t, err)
		return out
	}
	require.Equal(t, door.Routing{Weights: map[string]int{home: 100, standby: 0}, Evacuated: map[string]bool{}}, says())
	_, err = s.cloud.Operate(cloud.Call{Service: "route53", Operation: "UpdateHealthCheck", Region: "us-east-1", Params: map[string]any{"HealthCheckId": check.ID, "Inverted": true}})
	require.NoError(t, err)
	require.Equal(t, map[string]bool{standby: true}, says().Evacuated)

	cluster := s.make("mt-gslb", home, "aws_route53recoverycontrolconfig_cluster", map[string]any{"name": "mt", "arn": cloud.Unknown, "clusterEndpoints": cloud.Unknown})
	panel := s.make("mt-gslb", home, "aws_route53recoverycontrolconfig_control_panel", map[string]any{"name": "mt", "clusterArn": cluster.ID, "arn": cloud.Unknown})
	control := s.make("mt-gslb", home, "aws_route53recoverycontrolconfig_routing_control", map[string]any{"name": "evacuate-" + home, "clusterArn": cluster.ID, "controlPanelArn": panel.ID, "arn": cloud.Unknown})
	_, err = s.cloud.Operate(cloud.Call{Service: "route53-recovery-cluster", Operation: "UpdateRoutingControlState", Region: "us-east-1",
		Params: map[string]any{"RoutingControlArn": control.ID, "RoutingControlState": "On"}})
	require.NoError(t, err)
	require.Equal(t, map[string]bool{home: true, standby: true}, says().Evacuated)
}

func TestDatabaseErrors(t *testing.T) {
	var refused *awsfront.DatabaseError
	require.ErrorAs(t, databaseError(&pgconn.PgError{Code: "25006", Message: "read only"}), &refused)
	require.Equal(t, "25006", refused.State)
	for _, err := range []error{nil, errors.New("connection refused"), &pgconn.PgError{Code: "57P03"}} {
		require.NotErrorAs(t, databaseError(err), &refused, "that is no refusal")
	}
}
