package randomplugin

import (
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"golang.org/x/crypto/bcrypt"
)

func urn(kind string) string {
	return "urn:pulumi:mt::pitboss::random:index/" + strings.ToLower(kind[:1]) + kind[1:] + ":" + kind + "::x"
}

// create checks and creates, as the engine does.
func create(t *testing.T, kind string, in map[string]any) (string, resource.PropertyMap) {
	t.Helper()
	inputs := checked(t, kind, in)
	resp, err := NewProvider().Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn(kind), Properties: inputs.GetInputs()})
	if err != nil {
		t.Fatal(err)
	}
	state, err := unmarshal(resp.GetProperties())
	if err != nil {
		t.Fatal(err)
	}
	return resp.GetId(), state
}

func checked(t *testing.T, kind string, in map[string]any) *pulumirpc.CheckResponse {
	t.Helper()
	news, err := marshal(resource.NewPropertyMapFromMap(in))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := NewProvider().Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn(kind), News: news})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestRandomID(t *testing.T) {
	id, s := create(t, "RandomId", map[string]any{"byteLength": 8, "prefix": "mt-"})
	raw, err := hex.DecodeString(strings.TrimPrefix(s["hex"].StringValue(), "mt-"))
	if err != nil || len(raw) != 8 {
		t.Fatalf("hex %v: want mt- and 8 bytes", s["hex"])
	}
	want := map[resource.PropertyKey]string{
		"b64Url": "mt-" + base64.RawURLEncoding.EncodeToString(raw),
		"b64Std": "mt-" + base64.StdEncoding.EncodeToString(raw),
		"dec":    "mt-" + new(big.Int).SetBytes(raw).String(),
	}
	for key, v := range want {
		if s[key].StringValue() != v {
			t.Errorf("%s is %v, want %s", key, s[key], v)
		}
	}
	if "mt-"+id != want["b64Url"] {
		t.Errorf("id %q; want b64Url without the prefix", id)
	}
}

func TestRandomPassword(t *testing.T) {
	id, s := create(t, "RandomPassword", map[string]any{
		"length": 24, "minUpper": 3, "minNumeric": 4, "minSpecial": 2, "overrideSpecial": "_-", "keepers": map[string]any{"v": "1"},
	})
	if !s["result"].IsSecret() || !s["bcryptHash"].IsSecret() {
		t.Fatal("result and bcryptHash must be secrets")
	}
	result := plain(s["result"]).StringValue()
	if id == result || id != "none" {
		t.Errorf("id %q; the password must not be the id, which is no secret", id)
	}
	for class, c := range map[string]struct {
		pattern string
		least   int
	}{"upper": {"[A-Z]", 3}, "numeric": {"[0-9]", 4}, "special": {"[_-]", 2}} {
		if n := len(regexp.MustCompile(c.pattern).FindAllString(result, -1)); n < c.least {
			t.Errorf("%s: %d characters, want at least %d", class, n, c.least)
		}
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{24}$`).MatchString(result) {
		t.Error("length or characters are not as asked for")
	}
	if bcrypt.CompareHashAndPassword([]byte(plain(s["bcryptHash"]).StringValue()), []byte(result)) != nil {
		t.Error("bcryptHash is not of the password")
	}
}

func TestOthers(t *testing.T) {
	if id, s := create(t, "RandomString", map[string]any{"length": 12, "special": false, "upper": false}); !regexp.MustCompile(`^[a-z0-9]{12}$`).MatchString(id) || s["result"].StringValue() != id {
		t.Errorf("RandomString %q", id)
	}
	if id, _ := create(t, "RandomUuid", nil); uuid.Validate(id) != nil {
		t.Errorf("RandomUuid %q", id)
	}
	if id, _ := create(t, "RandomPet", map[string]any{"length": 3, "prefix": "mt"}); !regexp.MustCompile(`^mt-[a-z]+-[a-z]+-[a-z]+$`).MatchString(id) {
		t.Errorf("RandomPet %q", id)
	}
	for range 50 {
		if _, s := create(t, "RandomInteger", map[string]any{"min": -2, "max": 1}); s["result"].NumberValue() < -2 || s["result"].NumberValue() > 1 {
			t.Errorf("RandomInteger %v is not in -2..1", s["result"])
		}
	}
	_, a := create(t, "RandomInteger", map[string]any{"min": 0, "max": 1 << 30, "seed": "s"})
	_, b := create(t, "RandomInteger", map[string]any{"min": 0, "max": 1 << 30, "seed": "s"})
	if !a["result"].DeepEquals(b["result"]) {
		t.Error("the same seed gave another number")
	}
}

func TestRandomShuffle(t *testing.T) {
	from := []any{"a", "b", "c"}
	_, s := create(t, "RandomShuffle", map[string]any{"inputs": from, "resultCount": 7})
	var got []string
	for _, v := range s["results"].ArrayValue() {
		got = append(got, v.StringValue())
	}
	if len(got) != 7 {
		t.Fatalf("%d results, want 7", len(got))
	}
	for round := 0; round < 6; round += 3 {
		if sorted := slices.Sorted(slices.Values(got[round : round+3])); !slices.Equal(sorted, []string{"a", "b", "c"}) {
			t.Errorf("round %v; each must use every input once", sorted)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	cases := map[string]struct {
		reason, kind string
		in           map[string]any
		blames       string
	}{
		"Missing":    {"nothing to guess", "RandomId", nil, "byteLength"},
		"Misspelt":   {"a typo must not be ignored", "RandomPet", map[string]any{"lenght": 2}, "lenght"},
		"Zero":       {"no characters", "RandomString", map[string]any{"length": 0}, "length"},
		"TooShort":   {"the least numbers do not fit", "RandomPassword", map[string]any{"length": 3, "minLower": 4}, "length"},
		"AllOff":     {"nothing to draw from", "RandomString", map[string]any{"length": 3, "lower": false, "upper": false, "numeric": false, "special": false}, "lower"},
		"MinOverMax": {"an empty range", "RandomInteger", map[string]any{"min": 2, "max": 1}, "min"},
		"Contradict": {"two names of one thing", "RandomString", map[string]any{"length": 3, "number": true, "numeric": false}, "number"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			failures := checked(t, c.kind, c.in).GetFailures()
			if len(failures) != 1 || failures[0].GetProperty() != c.blames {
				t.Errorf("%s: %v, want %s blamed", c.reason, failures, c.blames)
			}
		})
	}
	if _, err := NewProvider().Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn("RandomDice")}); err == nil || !strings.Contains(err.Error(), "RandomId") {
		t.Errorf("an unknown type: %v; want the known ones named", err)
	}
}

func TestDiffReplacesOnAnyChange(t *testing.T) {
	diff := func(old, news map[string]any) *pulumirpc.DiffResponse {
		t.Helper()
		resp, err := NewProvider().Diff(t.Context(), &pulumirpc.DiffRequest{
			Urn: urn("RandomId"), OldInputs: checked(t, "RandomId", old).GetInputs(), News: checked(t, "RandomId", news).GetInputs(),
		})
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	old := map[string]any{"byteLength": 4, "keepers": map[string]any{"v": "1"}}
	if d := diff(old, old); d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("the same: %v", d)
	}
	if d := diff(old, map[string]any{"byteLength": 4, "keepers": map[string]any{"v": "2"}}); !slices.Equal(d.GetReplaces(), []string{"keepers"}) {
		t.Errorf("another keeper: %v; want a replacement", d)
	}
}

func TestPreviewKnowsNothing(t *testing.T) {
	resp, err := NewProvider().Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urn("RandomPassword"), Preview: true, Properties: checked(t, "RandomPassword", map[string]any{"length": 9}).GetInputs(),
	})
	if err != nil {
		t.Fatal(err)
	}
	state, err := unmarshal(resp.GetProperties())
	if err != nil || !plain(state["result"]).IsComputed() || !state["result"].IsSecret() {
		t.Errorf("result %v %v; want it secret and unknown", state["result"], err)
	}
}
