package stacks

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// chosen is what choose makes of a configuration, in the project of this repository.
func chosen(t *testing.T, stack string, config map[string]string) (market.Stack, error) {
	t.Helper()
	var got market.Stack
	_, err := record.Run(record.Options{Stack: stack, Config: config}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, s, err := choose(ctx, "..")
		got = s
		return nil, err
	})
	return got, err
}

// TestChooseFindsEveryStack wants each stack of each market by its configuration.
func TestChooseFindsEveryStack(t *testing.T) {
	all, err := market.LoadAll("..")
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for _, m := range all {
		for _, s := range m.Stacks() {
			got, err := chosen(t, s.Name, map[string]string{"pitboss:market": m.Name, "pitboss:kind": string(s.Kind), "aws:region": s.Region.String()})
			if err != nil || got != s {
				t.Errorf("%s: chose %+v, %v", s.Name, got, err)
			}
		}
	}
}

// TestChooseRefuses wants one error that says which file, what was found, what is
// allowed and what to do.
func TestChooseRefuses(t *testing.T) {
	right := map[string]string{"pitboss:market": "mt", "pitboss:kind": "region", "aws:region": "eu-south-1"}
	cases := map[string]struct {
		reason string
		stack  string
		edit   func(map[string]string)
		wants  []string
	}{
		"NoMarket":    {"nothing can be built of nothing", "mt-eu-south-1", func(c map[string]string) { delete(c, "pitboss:market") }, []string{"stacks/Pulumi.mt-eu-south-1.yaml", "pitboss:market is missing", "pitboss market new"}},
		"NoKind":      {"a region's stack is not a foundation", "mt-eu-south-1", func(c map[string]string) { delete(c, "pitboss:kind") }, []string{"pitboss:kind is missing"}},
		"NoRegion":    {"the provider must not guess it", "mt-eu-south-1", func(c map[string]string) { delete(c, "aws:region") }, []string{"aws:region is missing"}},
		"WrongKind":   {"only known kinds are composed", "mt-eu-south-1", func(c map[string]string) { c["pitboss:kind"] = "regoin" }, []string{"regoin", "pitboss:kind region", "correct the file"}},
		"WrongRegion": {"the market is not there", "mt-eu-south-1", func(c map[string]string) { c["aws:region"] = "us-east-1" }, []string{"us-east-1", "mt-eu-central-1", "stacks/markets/mt.yaml"}},
		"OtherStack":  {"two names for one stack would build it twice", "mine", func(map[string]string) {}, []string{"stacks/Pulumi.mine.yaml", "which is stack mt-eu-south-1", "pulumi up --stack"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			config := maps.Clone(right)
			c.edit(config)
			_, err := chosen(t, c.stack, config)
			if err == nil {
				t.Fatalf("accepted: %s", c.reason)
			}
			for _, want := range c.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
		})
	}
}

func TestComposeRefusesAKindItDoesNotKnow(t *testing.T) {
	_, err := Compose(nil, market.Market{}, market.Stack{Name: "mt-x", Kind: "x"})
	if err == nil || !strings.Contains(err.Error(), `no composition for kind "x"`) {
		t.Errorf("error is %v", err)
	}
}

// TestWarnings wants each risk said once, and silence where there is none.
func TestWarnings(t *testing.T) {
	m, err := market.Load("..", "mt")
	if err != nil {
		t.Fatal(err)
	}
	events := m.Events
	m.Events = nil
	now := m.Kubernetes.StandardSupportEnds().AddDate(-1, 0, 0)
	cases := map[string]struct {
		reason string
		edit   func(*market.Market)
		now    time.Time
		wants  []string
	}{
		"None":        {"a warning that is always there is not read", func(*market.Market) {}, now, nil},
		"Unreachable": {"the StorageClass step would hang", func(m *market.Market) { m.APIEndpoint = market.APIEndpoint{} }, now, []string{"nobody outside the VPC"}},
		"Old":         {"it costs six times as much", func(*market.Market) {}, now.AddDate(2, 0, 0), []string{"ended on"}},
		"Over":        {"nodes would be kept for it every year", func(m *market.Market) { m.Events = events }, now.AddDate(1, 0, -1).AddDate(1, 0, 0), []string{"derby", "ended on"}},
		"Both":        {"all at once", func(m *market.Market) { m.APIEndpoint = market.APIEndpoint{} }, now.AddDate(2, 0, 0), []string{"nobody outside the VPC", "ended on"}},
	}
	for name, c := range cases {
		m := m
		c.edit(&m)
		got := warnings(m, c.now)
		if len(got) != len(c.wants) {
			t.Errorf("%s: warnings are %q: %s", name, got, c.reason)
			continue
		}
		for i, want := range c.wants {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: %q does not say %q: %s", name, got[i], want, c.reason)
			}
		}
	}
}
