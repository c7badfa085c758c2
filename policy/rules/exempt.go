package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Exemption lets one resource break one rule until a day.
type Exemption struct {
	Rule     string `json:"rule" yaml:"rule"`
	Resource string `json:"resource" yaml:"resource"` // URN
	Owner    string `json:"owner" yaml:"owner"`       // who answers for it: a team or an address
	Reason   string `json:"reason" yaml:"reason"`
	Expires  string `json:"expires" yaml:"expires"` // the last day, as 2006-01-02
}

// Exemptions are those of a project. Made by NewExemptions.
type Exemptions struct{ list []Exemption }

// NewExemptions checks what can be checked without any stack: every field is there, the
// rule exists, nothing is said twice, and today is not after the last day.
func NewExemptions(list []Exemption, today time.Time) (Exemptions, []string) {
	var problems []string
	say := func(i int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("exemption %d (%s, %s): ", i+1, list[i].Rule, list[i].Resource)+fmt.Sprintf(format, args...))
	}
	for i, e := range list {
		for _, field := range []struct{ name, value string }{{"rule", e.Rule}, {"resource", e.Resource}, {"owner", e.Owner}, {"reason", e.Reason}, {"expires", e.Expires}} {
			if strings.TrimSpace(field.value) == "" {
				say(i, "%s is missing: an exemption says rule, resource, owner, reason and expires", field.name)
			}
		}
		if _, ok := ByID(e.Rule); !ok && e.Rule != "" {
			say(i, "there is no such rule; `pitboss rules` lists them")
		}
		if e.Resource != "" && !strings.HasPrefix(e.Resource, "urn:pulumi:") {
			say(i, "resource is a whole URN, as a finding prints it")
		}
		last, err := time.Parse(time.DateOnly, e.Expires)
		switch {
		case e.Expires != "" && err != nil:
			say(i, "expires is a day such as 2026-12-31")
		case err == nil && today.UTC().After(last.Add(24*time.Hour)):
			say(i, "it expired on %s: correct the resource, or have %s ask for another day", e.Expires, e.Owner)
		}
		if slices.ContainsFunc(list[:i], func(o Exemption) bool { return o.Rule == e.Rule && o.Resource == e.Resource }) {
			say(i, "it is said twice")
		}
	}
	return Exemptions{list}, problems
}

// of is the exemption of a resource from a rule.
func (x Exemptions) of(rule, urn string) (Exemption, bool) {
	for _, e := range x.list {
		if e.Rule == rule && e.Resource == urn {
			return e, true
		}
	}
	return Exemption{}, false
}

// Strays are the exemptions of a stack's resources that the stack does not have: they
// would excuse whatever gets that name next.
func (x Exemptions) Strays(s *Stack) []Exemption {
	var out []Exemption
	for _, e := range x.list {
		if _, ok := s.Find(e.Resource); !ok && strings.HasPrefix(e.Resource, "urn:pulumi:"+s.Stack.Name+"::") {
			out = append(out, e)
		}
	}
	return out
}
