package plan

import (
	"encoding/json"
	"fmt"
	"strings"

	"pitboss/policy/rules"
)

// Lines are the steps that change something, one line each: what happens, to what, and
// what each input becomes. Two plans that do the same have the same lines.
func Lines(steps []Step) []string {
	out := []string{}
	for _, s := range steps {
		if s.Op == Same {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s", s.Op, s.Resource().URN)
		switch s.Op {
		case Create:
			fmt.Fprintf(&b, " %s", Show(s.New.Inputs))
		case Update, Replace:
			for _, c := range s.Changes {
				fmt.Fprintf(&b, " %s: %s -> %s;", c.Path, Show(c.Old), Show(c.New))
			}
		}
		out = append(out, b.String())
	}
	return out
}

// Show writes a value on one line; what is unknown or secret by its word.
func Show(v any) string {
	switch v.(type) {
	case nil:
		return "(none)"
	case rules.Unknown:
		return "(not known yet)"
	case rules.Secret:
		return "(secret)"
	}
	raw, err := json.Marshal(v) // keys are sorted
	if err != nil {
		return fmt.Sprintf("(%T)", v)
	}
	return string(raw)
}
