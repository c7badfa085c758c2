package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pitboss/internal/record"
)

// document is a policy as our program writes it. What it does not hold (NotAction,
// NotPrincipal, federated users) is refused when it is read.
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid, Effect      string
	Principal        struct{ AWS, Service []string }
	Action, Resource []string
	Condition        map[string]map[string][]string
}

// policyOf reads a resource's policy.
func policyOf(r record.Resource) (document, error) {
	var d document
	dec := json.NewDecoder(strings.NewReader(r.Text("policy")))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("its policy says what no rule reads: %w", err)
	}
	if len(d.Statement) == 0 {
		return d, fmt.Errorf("its policy says nothing")
	}
	return d, nil
}

// request is as much of a request as conditions read: a key that is not in keys was not
// in the request.
type request struct {
	action, resource string
	keys             map[string]string
}

// denies is whether the policy refuses a request of anybody's, whatever else allows it.
// Statements about named principals are left out: they refuse only those.
func (d document) denies(q request) (bool, error) {
	for _, s := range d.Statement {
		if s.Effect != "Deny" || !slices.Contains(s.Principal.AWS, "*") || !matches(s.Action, q.action) || !matches(s.Resource, q.resource) {
			continue
		}
		holds, err := s.holds(q.keys)
		if holds || err != nil {
			return holds, err
		}
	}
	return false, nil
}

// holds is whether every condition of the statement does.
func (s statement) holds(keys map[string]string) (bool, error) {
	all := true
	for operator, conditions := range s.Condition {
		for key, values := range conditions {
			got, present := keys[key]
			holds, err := compare(operator, values, got, present)
			if err != nil {
				return false, fmt.Errorf("statement %s: %w", s.Sid, err)
			}
			all = all && holds
		}
	}
	return all, nil
}

// compare is one condition, as IAM has it: values are alternatives, a key that is absent
// satisfies a negated operator and any with IfExists, and no other.
func compare(operator string, values []string, got string, present bool) (bool, error) {
	if operator == "Null" {
		return slices.Contains(values, strconv.FormatBool(!present)), nil
	}
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	positive := strings.Replace(operator, "Not", "", 1)
	equal, ok := map[string]func(string) bool{
		"StringEquals": func(v string) bool { return v == got },
		"StringLike":   func(v string) bool { return matches([]string{v}, got) },
		"ArnEquals":    func(v string) bool { return matches([]string{v}, got) }, // wildcards count in both
		"ArnLike":      func(v string) bool { return matches([]string{v}, got) },
		"Bool":         func(v string) bool { return strings.EqualFold(v, got) },
		"NumericLessThan": func(v string) bool {
			a, errA := strconv.ParseFloat(got, 64)
			b, errB := strconv.ParseFloat(v, 64)
			return errA == nil && errB == nil && a < b
		},
	}[positive]
	if !ok {
		return false, fmt.Errorf("no rule knows what %s means", operator)
	}
	if !present {
		return ifExists || positive != operator, nil
	}
	return slices.ContainsFunc(values, equal) == (positive == operator), nil
}

// matches is whether text is one of the patterns, with * and ? as IAM has them.
func matches(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		form := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		return regexp.MustCompile("^" + form + "$").MatchString(text)
	})
}

// TestCompareFollowsIAM holds the evaluator to what IAM's documentation says of keys
// that are not in the request.
func TestCompareFollowsIAM(t *testing.T) {
	cases := []struct {
		reason, operator, value, got string
		present, want                bool
	}{
		{"equal", "StringEquals", "a", "a", true, true},
		{"absent is not equal", "StringEquals", "a", "", false, false},
		{"absent is different", "StringNotEquals", "a", "", false, true},
		{"IfExists does not change that", "StringNotEqualsIfExists", "a", "", false, true},
		{"it makes a positive one true", "StringEqualsIfExists", "a", "", false, true},
		{"different", "StringNotEquals", "a", "b", true, true},
		{"not different", "StringNotEquals", "a", "a", true, false},
		{"present", "Null", "false", "a", true, true},
		{"absent", "Null", "false", "", false, false},
		{"truth has no case", "Bool", "false", "False", true, true},
		{"absent is neither true nor false", "Bool", "false", "", false, false},
		{"old TLS", "NumericLessThan", "1.2", "1.1", true, true},
		{"new TLS", "NumericLessThan", "1.2", "1.3", true, false},
		{"no TLS at all", "NumericLessThan", "1.2", "", false, false},
		{"wildcards", "ArnLike", "arn:*:x", "arn:aws:x", true, true},
	}
	for _, c := range cases {
		got, err := compare(c.operator, []string{c.value}, c.got, c.present)
		if got != c.want || err != nil {
			t.Errorf("%s %s of %q (present %t) is %t, %v: %s", c.operator, c.value, c.got, c.present, got, err, c.reason)
		}
	}
	if _, err := compare("DateLessThan", []string{"x"}, "", true); err == nil {
		t.Error("an operator that nobody wrote down was taken for one that holds")
	}
}

// replaced is text with every %ACCOUNT% and %REGION% of r's.
func replaced(text string, all record.Recording, r record.Resource) string {
	provider, _ := all.Named(r.Provider)
	return strings.NewReplacer("%ACCOUNT%", provider.Text("allowedAccountIds", 0), "%REGION%", all.Region(r)).Replace(text)
}

// alsoSays adds a statement to a resource's policy.
func alsoSays(statement string) breaking {
	return func(all *record.Recording, r *record.Resource) {
		var policy map[string]any
		var added any
		if err := json.Unmarshal([]byte(r.Text("policy")), &policy); err != nil {
			panic(err) // TestRulesHold has read it
		}
		if err := json.Unmarshal([]byte(replaced(statement, *all, *r)), &added); err != nil {
			panic(fmt.Sprintf("%s: %v", statement, err))
		}
		policy["Statement"] = append(policy["Statement"].([]any), added)
		var b bytes.Buffer
		if err := json.NewEncoder(&b).Encode(policy); err != nil {
			panic(err)
		}
		r.Inputs["policy"] = b.String()
	}
}
