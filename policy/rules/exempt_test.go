package rules

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func exemption(change func(*Exemption)) Exemption {
	e := Exemption{Rule: All()[0].ID, Resource: "urn:pulumi:mt-foundation::pitboss::a:b:C::x", Owner: "platform", Reason: "moves in May", Expires: "2026-12-31"}
	change(&e)
	return e
}

func TestExemptionsAreWholeAndCurrent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Exemption)
		want   string
	}{
		"Good":        {func(*Exemption) {}, ""},
		"LastDay":     {func(e *Exemption) { e.Expires = "2026-11-22" }, ""},
		"Expired":     {func(e *Exemption) { e.Expires = "2026-11-21" }, "expired on 2026-11-21"},
		"NoDay":       {func(e *Exemption) { e.Expires = "soon" }, "a day such as"},
		"NoRule":      {func(e *Exemption) { e.Rule = "no-such-rule" }, "no such rule"},
		"NoOwner":     {func(e *Exemption) { e.Owner = " " }, "owner is missing"},
		"NoReason":    {func(e *Exemption) { e.Reason = "" }, "reason is missing"},
		"NotAURN":     {func(e *Exemption) { e.Resource = "bucket-x" }, "whole URN"},
		"Everlasting": {func(e *Exemption) { e.Expires = "" }, "expires is missing"},
	} {
		_, problems := NewExemptions([]Exemption{exemption(c.change)}, today)
		if got := strings.Join(problems, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	e := exemption(func(*Exemption) {})
	if _, problems := NewExemptions([]Exemption{e, e}, today); len(problems) != 1 || !strings.Contains(problems[0], "twice") {
		t.Errorf("the same exemption twice: %v", problems)
	}
}

func TestExemptionsExcuseOneResourceFromOneRule(t *testing.T) {
	rule := Rule{ID: "a-rule", Severity: High, About: func(r Resource) bool { return r.Is("C") }, Check: func(c *Case) { c.Want(true, "on") }}
	s := stackOf(t, Example{Kind: "foundation", Resources: []Resource{
		{Type: "a:b:C", Name: "x", Inputs: map[string]any{"on": false}}, {Type: "a:b:C", Name: "y", Inputs: map[string]any{"on": false}},
		{Type: "a:b:C", Name: "z", Inputs: map[string]any{"on": Unknown{}}}, {Type: "a:b:D", Name: "other"},
	}})
	x := Exemptions{[]Exemption{{Rule: "a-rule", Resource: s.Resources[0].URN}, {Rule: "a-rule", Resource: "urn:pulumi:mt-foundation::pitboss::a:b:C::gone"}, {Rule: "a-rule", Resource: "urn:pulumi:mt-gslb::pitboss::a:b:C::gone"}}}
	var got []string
	for _, f := range Judge(s, []Rule{rule}, x) {
		got = append(got, string(f.Verdict)+" "+f.Name)
	}
	if want := []string{"broken y", "unknown z", "exempted x"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if strays := x.Strays(s); len(strays) != 1 || !strings.HasSuffix(strays[0].Resource, "gone") {
		t.Errorf("strays of this stack: %v", strays)
	}
}

func TestAJudgementIsReadAsItWasWritten(t *testing.T) {
	yes := true
	r := Resource{URN: "urn", Type: "a:b:C", Retain: &yes, Inputs: map[string]any{
		"a": Unknown{}, "b": []any{Secret{}, 1.0, map[string]any{"c": Unknown{}}}, "d": map[string]any{"pitboss:unknown": true, "more": "x"},
	}}
	dir := t.TempDir()
	if err := (Judgement{Stack: "mt-gslb", Resources: []Resource{r}, Seconds: 0.5}).Write(dir); err != nil {
		t.Fatal(err)
	}
	j, ok, err := TakeJudgement(dir, "mt-gslb")
	if err != nil || !ok || len(j.Resources) != 1 || !reflect.DeepEqual(j.Resources[0], r) {
		raw, _ := json.Marshal(j)
		t.Errorf("read %s, %v, %v", raw, ok, err)
	}
	if _, ok, err := TakeJudgement(dir, "mt-gslb"); ok || err != nil {
		t.Errorf("it is there a second time: %v", err)
	}
	if err := (Judgement{Stack: "mt-gslb"}).Write(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 { // there is nothing to forget the second time
		if err := ForgetJudgement(dir, "mt-gslb"); err != nil {
			t.Error(err)
		}
	}
	if _, ok, err := TakeJudgement(dir, "mt-gslb"); ok || err != nil {
		t.Errorf("it is there after it was forgotten: %v", err)
	}
}
