package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// oneOrMore is one string or several, as AWS takes either.
type oneOrMore []string

// UnmarshalJSON reads either form, and numbers and booleans as they are written.
func (w *oneOrMore) UnmarshalJSON(raw []byte) error {
	var all []any
	if json.Unmarshal(raw, &all) != nil {
		var single any
		if err := json.Unmarshal(raw, &single); err != nil {
			return err
		}
		all = []any{single}
	}
	*w = nil
	for _, v := range all {
		*w = append(*w, fmt.Sprint(v))
	}
	return nil
}

// principals are who a statement is about, by kind: AWS, Service, Federated. The short form
// "*" is everybody of kind AWS.
type principals map[string]oneOrMore

// UnmarshalJSON reads either form.
func (p *principals) UnmarshalJSON(raw []byte) error {
	var who oneOrMore
	if strings.HasPrefix(strings.TrimSpace(string(raw)), "{") {
		byKind := map[string]oneOrMore{}
		if err := json.Unmarshal(raw, &byKind); err != nil {
			return err
		}
		*p = byKind
		return nil
	}
	if err := json.Unmarshal(raw, &who); err != nil {
		return err
	}
	*p = principals{"AWS": who}
	return nil
}

// anybody tells whether everybody is meant.
func (p principals) anybody() bool { return slices.Contains(p["AWS"], "*") }

// statement is one statement of a policy.
type statement struct {
	Sid, Effect             string
	Principal, NotPrincipal principals
	Action, NotAction       oneOrMore
	Resource, NotResource   oneOrMore
	Condition               map[string]map[string]oneOrMore
}

// allows tells whether the statement gives something.
func (s statement) allows() bool { return s.Effect == "Allow" }

// name is how findings call the i-th statement.
func (s statement) name(i int) string {
	if s.Sid != "" {
		return "statement " + s.Sid
	}
	return fmt.Sprintf("statement %d", i+1)
}

// wants are the values that the statement asks of a key by operators that hold only for
// what is there and equal.
func (s statement) wants(key func(string) bool) []string {
	var out []string
	for operator, keys := range s.Condition {
		// ForAllValues holds where the key is missing, and so asks for nothing.
		name := strings.TrimPrefix(operator, "ForAnyValue:")
		if !slices.Contains([]string{"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"}, name) {
			continue
		}
		for k, values := range keys {
			if key(strings.ToLower(k)) {
				out = append(out, values...)
			}
		}
	}
	slices.Sort(out)
	return out
}

// narrowing are the keys by which a condition names who may, in lower case.
var narrowing = []string{
	"aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourcevpce", "aws:sourcevpc",
	"kms:calleraccount",
}

// narrowedTo is whom a condition names. Nobody, if a star among them is everybody.
func (s statement) narrowedTo() []string {
	values := s.wants(func(key string) bool { return slices.Contains(narrowing, key) })
	if slices.ContainsFunc(values, func(v string) bool { return strings.Trim(v, "*") == "" }) {
		return nil
	}
	return values
}

// statements are those of the policy at path. ok is false where there is none, or it is
// not known, which is noted.
func (c *Case) statements(path ...any) (all []statement, ok bool) {
	v, known := c.Get(path...)
	if !known || v == nil || v == "" {
		return nil, false
	}
	var raw []byte
	switch v := v.(type) {
	case string:
		raw = []byte(v)
	case Secret:
		c.Untold(c.Resource.Name + "." + pathText(path))
		return nil, false
	default:
		if holdsUnknown(v) {
			c.Untold(c.Resource.Name + "." + pathText(path))
			return nil, false
		}
		raw, _ = json.Marshal(v)
	}
	var document struct{ Statement json.RawMessage }
	if err := json.Unmarshal(raw, &document); err != nil {
		c.Failf("%s is no policy: %v", pathText(path), err)
		return nil, false
	}
	if err := json.Unmarshal(document.Statement, &all); err != nil {
		var single statement
		if err := json.Unmarshal(document.Statement, &single); err != nil {
			c.Failf("%s is no policy: %v", pathText(path), err)
			return nil, false
		}
		all = []statement{single}
	}
	return all, true
}

// accountOf is the account of a principal: of an ARN, or itself. Empty if it names none.
func accountOf(who string) string {
	if part := strings.SplitN(who, ":", 6); len(part) == 6 {
		return part[4]
	}
	if len(who) == 12 && strings.Trim(who, "0123456789") == "" {
		return who
	}
	return ""
}
