package awsport

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// A request is one call as it came over the wire.
type request struct {
	service, region, operation string
	form                       url.Values
	body                       string
	http                       *http.Request
}

// An answer is what AWS answers: a status, and a body in the service's own shape.
type answer struct {
	status int
	body   string
}

func ok(body string, args ...any) answer { return answer{200, fmt.Sprintf(body, args...)} }

// A fake answers as AWS does, one function a call, by "service operation".
type fake struct {
	mu    sync.Mutex
	calls map[string]func(request) answer
	seen  []request
}

var scope = regexp.MustCompile(`Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request`)

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	one := request{body: string(body), http: r}
	if found := scope.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
		one.region, one.service = found[1], found[2]
	}
	one.form, _ = url.ParseQuery(one.body)
	target := r.Header.Get("X-Amz-Target")
	switch {
	case target != "":
		one.operation = target[strings.LastIndexByte(target, '.')+1:]
	case one.form.Get("Action") != "":
		one.operation = one.form.Get("Action")
	case one.service == "s3":
		one.operation = r.Method
	default:
		one.operation = r.Method + " " + strings.TrimRight(r.URL.Path, "/")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, one)
	call := f.calls[one.service+" "+one.operation]
	if call == nil {
		http.Error(w, "the fake does not know "+one.service+" "+one.operation, http.StatusNotImplemented)
		return
	}
	out := call(one)
	if strings.HasPrefix(out.body, "{") {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	}
	if kind, _, isJSON := strings.Cut(out.body, "|{"); isJSON {
		w.Header().Set("X-Amzn-Errortype", kind)
		out.body = out.body[len(kind)+1:]
	}
	w.WriteHeader(out.status)
	fmt.Fprint(w, out.body)
}

// of is the calls of one kind that came, in order.
func (f *fake) of(name string) (out []request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.seen {
		if one.service+" "+one.operation == name {
			out = append(out, one)
		}
	}
	return out
}

// environment keeps the machine's own configuration of AWS out of the tests.
func environment(t *testing.T, endpoint string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

// start serves a fake, and builds the ports on it.
func start(t *testing.T, calls map[string]func(request) answer) (*AWS, *fake) {
	t.Helper()
	f := &fake{calls: calls}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	environment(t, server.URL)
	a, err := New(t.Context(), Options{Region: home, Door: server.URL})
	require.NoError(t, err)
	return a, f
}

func region(name string) regions.Region {
	r, err := regions.Parse(name)
	if err != nil {
		panic(err)
	}
	return r
}

var home, standby = region("eu-south-1"), region("eu-central-1")

func both(format string) map[regions.Region]string {
	return map[regions.Region]string{home: fmt.Sprintf(format, home), standby: fmt.Sprintf(format, standby)}
}

var ledger = inventory.Database{
	Name: "ledger", GlobalID: "pitboss-mt-ledger", Ledger: true, Groups: both("sg-%s"),
	ARNs:       both("arn:aws:rds:%[1]s:123456789012:cluster:pitboss-mt-%[1]s-ledger"),
	SecretARNs: both("arn:aws:secretsmanager:%s:123456789012:secret:ledger-admin"),
}

var cache = inventory.Cache{Name: "sessions", GlobalID: "ldgnf-pitboss-mt-sessions", Groups: both("pitboss-mt-%s-sessions")}

func replicatorOf(from, in regions.Region) inventory.Replicator {
	return inventory.Replicator{
		ARN: "arn:aws:kafka:" + in.String() + ":123456789012:replicator/from-pitboss-mt-" + from.String() + "/0a1b-2", In: in,
		ClusterName: "pitboss-mt-" + from.String(), Topics: []string{`bets\.settled`, `bets\.placed`}, Groups: []string{".*"}, Nothing: "nothing-while-standby",
	}
}

var topics = inventory.Streams{Replicators: map[regions.Region]inventory.Replicator{home: replicatorOf(home, standby), standby: replicatorOf(standby, home)}}

const zone = "Z123"

var players = inventory.Traffic{
	ZoneID: zone, Names: []string{"api.mt.example", "ws.mt.example"}, Direct: both("%s.api.mt.example"), TTL: time.Minute,
	Targets: map[string]map[regions.Region]string{
		"api.mt.example": both("prefer-%s.api.mt.example"), "ws.mt.example": both("prefer-%s.ws.mt.example"),
	},
	EndpointGroups: map[regions.Region][]string{
		home:    {"arn:aws:globalaccelerator::123456789012:accelerator/a1/listener/l1/endpoint-group/" + home.String()},
		standby: {"arn:aws:globalaccelerator::123456789012:accelerator/a1/listener/l1/endpoint-group/" + standby.String()},
	},
	Checks: both("check-%s"),
}
