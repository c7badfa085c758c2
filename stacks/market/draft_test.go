package market

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/regions/engines"
)

// dutch is a draft that is in order.
func dutch() Draft {
	return Draft{
		Name: "nl", Jurisdiction: "NL", Account: "444455556666", Domain: "nl.example.com",
		Home: "eu-central-1", Standby: "eu-west-3",
		ClusterAdmins: []string{"arn:aws:iam::444455556666:role/platform-admin"},
		Now:           november,
	}
}

func TestDraftWrites(t *testing.T) {
	dir := project(t, nil)
	files, err := dutch().Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"stacks/Pulumi.nl-foundation.yaml", "stacks/Pulumi.nl-eu-central-1.yaml", "stacks/Pulumi.nl-eu-west-3.yaml", "stacks/Pulumi.nl-gslb.yaml", "stacks/markets/nl.yaml"}
	if !slices.Equal(files, want) {
		t.Errorf("files = %v, want %v: the market's own last", files, want)
	}
	m, err := Load(dir, "nl")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.CheckStackFiles(dir); err != nil {
		t.Error(err)
	}
	if m.Environment != EnvironmentProd || m.Active != m.Home || m.Kubernetes.String() != "1.35" {
		t.Errorf("defaults = %s, %s, %s", m.Environment, m.Active, m.Kubernetes)
	}
	if m.Traffic.Switch != SwitchInvertedCheck || m.Data.Postgres.Version != engines.DefaultAurora() || m.Data.Kafka.Broker != defaultBroker {
		t.Errorf("defaults = %+v, %+v: nothing that costs by the hour is chosen for anybody", m.Traffic, m.Data)
	}
	if m.Network.Home.String() != "10.22.0.0/16" || m.Network.Standby.String() != "10.23.0.0/16" {
		t.Errorf("blocks = %v, want the pair after Ontario's", m.Network)
	}
	left, err := filepath.Glob(filepath.Join(dir, "stacks", "*", ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestDraftOfTheFixture: what a draft becomes beside the others is what the fixture
// shows, byte for byte, so that a reviewer sees the form of the files. Only the parties
// and events that mt has been given since are left out.
func TestDraftOfTheFixture(t *testing.T) {
	all, err := LoadAll(fixture)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		dir := project(t, nil)
		if err := os.Remove(filepath.Join(dir, m.File)); err != nil {
			t.Fatal(err)
		}
		files, err := Draft{
			Name: m.Name, Jurisdiction: m.Jurisdiction.Code(), Account: m.Account, Domain: m.Domain,
			Home: m.Home.String(), Standby: m.Standby.String(), ClusterAdmins: m.ClusterAdmins,
			NetworkHome: m.Network.Home.String(), NetworkStandby: m.Network.Standby.String(), Switch: string(m.Traffic.Switch), Now: november,
		}.Files(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			there, err := os.ReadFile(filepath.Join(fixture, f.Path))
			if f.Path == m.File && len(m.Parties) > 0 {
				_, emptied, _ := strings.Cut(string(f.Content), "\nparties: ")
				before, given, _ := strings.Cut(string(there), "\nparties: ")
				there = []byte(before + "\nparties: " + emptied[:strings.Index(emptied, "approvals:")] + given[strings.Index(given, "approvals:"):])
			}
			if err != nil || !bytes.Equal(there, f.Content) {
				t.Errorf("%s differs from what market new writes (%v):\n%s", f.Path, err, f.Content)
			}
		}
	}
}

func TestDraftRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(*Draft)
		path   string
		says   string
	}{
		"Name":        {"a name that AWS would refuse later", func(d *Draft) { d.Name = "The_Netherlands" }, "", meansName},
		"NamePath":    {"a name is not a path", func(d *Draft) { d.Name = "../nl" }, "", meansName},
		"NameLong":    {"room is needed in names that AWS limits", func(d *Draft) { d.Name = strings.Repeat("n", 21) }, "", meansName},
		"Exists":      {"nothing is overwritten", func(d *Draft) { d.Name = "mt" }, "", "a market of this name"},
		"NewJersey":   {"no region, whatever is asked for", func(d *Draft) { d.Jurisdiction = "NJ" }, "jurisdiction", "Outposts"},
		"London":      {"not in the EEA", func(d *Draft) { d.Standby = "eu-west-2" }, "standby", "NL-location"},
		"NoHome":      {"a region is never guessed", func(d *Draft) { d.Home = "" }, "home", "an empty value"},
		"NoAdmins":    {"nobody could repair the cluster", func(d *Draft) { d.ClusterAdmins = nil }, "clusterAdmins", "an empty list"},
		"NoAccount":   {"an account is never guessed", func(d *Draft) { d.Account = "" }, "account", "twelve digits"},
		"OneBlock":    {"two or none", func(d *Draft) { d.NetworkHome = "10.50.0.0/16" }, "network.standby", "an empty value"},
		"Overlap":     {"with a market that exists", func(d *Draft) { d.NetworkHome, d.NetworkStandby = "10.50.0.0/16", "10.16.0.0/16" }, "network.standby", "stacks/markets/mt.yaml"},
		"Domain":      {"of a market that exists", func(d *Draft) { d.Domain = "mt.example.com" }, "domain", "stacks/markets/mt.yaml"},
		"OldVersion":  {"nothing new starts on a version whose support has ended", func(d *Draft) { d.Kubernetes = "1.33" }, "kubernetes", "ended on 2026-07-29"},
		"BadVersion":  {"EKS does not offer it", func(d *Draft) { d.Kubernetes = "1.20" }, "kubernetes", "1.33, 1.34"},
		"Injection":   {"a value cannot bring keys of its own", func(d *Draft) { d.Domain = "nl.example.com\nactive: us-east-1" }, "domain", "a DNS name"},
		"Approval":    {"no rule of the Netherlands opens by approval", func(d *Draft) { d.Approvals = map[string]string{"NL-cdb": "x"} }, "approvals.NL-cdb", "no rule of NL"},
		"Public":      {"the whole internet", func(d *Draft) { d.PublicCIDRs = []string{"0.0.0.0/0"} }, "apiEndpoint.publicCIDRs[0]", "never open"},
		"Private":     {"every private network", func(d *Draft) { d.PrivateCIDRs = []string{"10.0.0.0/8"} }, "apiEndpoint.privateCIDRs[0]", "name a smaller"},
		"Switch":      {"a closed list", func(d *Draft) { d.Switch = "routing" }, "traffic.switch", "inverted-health-check"},
		"Postgres":    {"no global database", func(d *Draft) { d.PostgresVersion = "17.1" }, "data.postgres.version", "the first 17 that does is 17.4"},
		"ImagesOf":    {"the nearest market is named", func(d *Draft) { d.ImagesOf = "mtt" }, "images", `did you mean "mt"?`},
		"ImagesOfNo":  {"a market that is none", func(d *Draft) { d.ImagesOf = "se" }, "images", `images of "se", which is no market`},
		"Environment": {"a closed list", func(d *Draft) { d.Environment = "test" }, "environment", "prod, staging, dev"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := project(t, nil)
			before := listing(t, dir)
			d := dutch()
			c.edit(&d)
			written, err := d.Write(dir)
			if len(written) > 0 || !slices.Equal(before, listing(t, dir)) {
				t.Errorf("something was written: %v", listing(t, dir))
			}
			for _, p := range problemsOf(t, err) {
				if p.Line != 0 {
					t.Errorf("line %d of a file that does not exist", p.Line)
				}
				if p.Path == c.path && strings.Contains(p.Error(), c.says) {
					return
				}
			}
			t.Errorf("%v\ndoes not say %q at %q: %s", err, c.says, c.path, c.reason)
		})
	}
	d := dutch()
	d.Now = time.Time{}
	if _, err := d.Files(project(t, nil)); err == nil {
		t.Error("a draft without a clock was accepted")
	}
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			data, readErr := os.ReadFile(p)
			out, err = append(out, p+" "+string(data)), readErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDraftContinuesAndCleansUp: what a run that was cut off left behind is
// taken over, what somebody else wrote is not, and a failure leaves nothing.
func TestDraftContinuesAndCleansUp(t *testing.T) {
	dir := project(t, nil)
	files, err := dutch().Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, files[0].Path, string(files[0].Content))
	write(t, dir, files[2].Path, "config: {}\n")
	before := listing(t, dir)
	if written, err := dutch().Write(dir); err == nil || len(written) > 0 || !slices.Equal(before, listing(t, dir)) {
		t.Errorf("another's file was not respected: %v, %v", written, err)
	}
	if err := os.Remove(filepath.Join(dir, files[2].Path)); err != nil {
		t.Fatal(err)
	}
	if written, err := dutch().Write(dir); err != nil || len(written) != 4 {
		t.Errorf("not continued: %v, %v", written, err)
	}
	if _, err := dutch().Write(dir); err == nil {
		t.Error("the market was made twice")
	}
}

func TestPublishNeverOverwrites(t *testing.T) {
	target := filepath.Join(t.TempDir(), "a")
	if err := publish(target, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := publish(target, []byte("second")); err == nil {
		t.Error("a file that appeared meanwhile was overwritten")
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "first" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestNextFree(t *testing.T) {
	var markets []Market
	seen := map[string]bool{}
	for {
		n, ok := nextFree(markets)
		if !ok {
			break
		}
		for _, b := range n.blocks() {
			if seen[b.block.String()] || b.block == services || b.block.Addr().As4()[1] < 16 {
				t.Fatalf("%s is taken or kept free", b.block)
			}
			seen[b.block.String()] = true
		}
		markets = append(markets, Market{Name: fmt.Sprint(len(markets)), Network: n})
	}
	if len(markets) != 119 {
		t.Errorf("room for %d markets, the plan says 119", len(markets))
	}
}
