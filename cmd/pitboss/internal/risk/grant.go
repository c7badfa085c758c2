package risk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

// granted is what a policy of a resource allows to everybody and did not before. Policies
// of identities name no principal, and so are never open in this sense; that of a VPC
// endpoint names everybody who is inside, which is no opening.
func granted(s plan.Step, f *finding) {
	if !s.New.AWS() || s.New.IsAny("VpcEndpoint", "VpcEndpointPolicy") {
		return
	}
	for _, path := range []string{"policy", "assumeRolePolicy"} {
		old, known := open(s.Old, path)
		now, told := open(s.New, path)
		if !told && known && s.Old != nil && len(old) == 0 && one(s.Old, path) != nil {
			f.say("whether "+path+" of "+s.New.Name+" allows everybody something "+untold, because(s, path))
		}
		for _, g := range now {
			if !slices.ContainsFunc(old, func(o statement) bool { return o.covers(g) }) {
				f.say(fmt.Sprintf("%s of %s allows everybody (principal *) %s", path, s.New.Name, short(strings.Join(append(g.actions, g.except...), ", "))), because(s, path))
			}
		}
	}
}

// statement is one that allows something to everybody.
type statement struct {
	actions, resources []string
	except             []string // NotAction and NotResource, in words
	condition          any
}

// covers tells whether o already allows all that g does.
func (o statement) covers(g statement) bool {
	return (o.condition == nil || reflect.DeepEqual(o.condition, g.condition)) && slices.Equal(o.except, g.except) &&
		allIn(g.actions, o.actions) && allIn(g.resources, o.resources)
}

func allIn(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool {
		return !slices.ContainsFunc(all, func(a string) bool {
			head, wild := strings.CutSuffix(a, "*")
			return a == s || wild && strings.HasPrefix(s, head)
		})
	})
}

// open are the statements of a policy that allow something to everybody. told is false if
// the policy is not known.
func open(r *rules.Resource, path string) (out []statement, told bool) {
	v := one(r, path)
	text, _ := v.(string)
	var doc struct{ Statement any }
	if hidden(v) {
		return nil, false
	}
	if json.Unmarshal([]byte(text), &doc) != nil {
		return nil, true // AWS refuses what is no document, or there is none
	}
	list, ok := doc.Statement.([]any)
	if !ok {
		list = []any{doc.Statement}
	}
	for _, one := range list {
		m, _ := one.(map[string]any)
		if m["Effect"] != "Allow" || !everybody(m) || fenced(m["Condition"]) {
			continue
		}
		g := statement{actions: texts(m["Action"]), resources: texts(m["Resource"]), condition: m["Condition"]}
		for _, key := range []string{"NotAction", "NotResource"} {
			if m[key] != nil {
				g.except = append(g.except, key+" "+strings.Join(texts(m[key]), " "))
			}
		}
		out = append(out, g)
	}
	return out, true
}

func everybody(m map[string]any) bool {
	if m["NotPrincipal"] != nil {
		return true
	}
	if who, ok := m["Principal"].(map[string]any); ok {
		for _, v := range who {
			if slices.Contains(texts(v), "*") {
				return true
			}
		}
		return false
	}
	return slices.Contains(texts(m["Principal"]), "*")
}

// fences are the keys of conditions that name an account, an organisation, a network or a
// resource of ours: with them, everybody is somebody. IfExists and Not… keep nobody out.
var (
	fences = []string{
		"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
		"aws:sourcearn", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "kms:calleraccount", "s3:dataaccesspointaccount",
	}
	operators = []string{"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
)

func fenced(condition any) bool {
	m, _ := condition.(map[string]any)
	for _, operator := range operators {
		tests, _ := m[operator].(map[string]any)
		for key, v := range tests {
			if slices.Contains(fences, strings.ToLower(key)) && !slices.Contains(texts(v), "*") {
				return true
			}
		}
	}
	return false
}

// texts is a string or a list of them.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, fmt.Sprint(one))
		}
		return out
	}
	return nil
}
