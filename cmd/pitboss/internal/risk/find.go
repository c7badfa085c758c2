package risk

import (
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/internal/stateful"
)

// untold ends what is said of a value that decides, was safe, and is not known yet.
const untold = "cannot be told before it is made"

// Find is every risk of a plan, one for a kind and a resource: by kind, then by stack in
// the order of building, then by URN.
func Find(p plan.Market) []Risk {
	var out []Risk
	at := newAtlas(p)
	for _, s := range p.Stacks {
		var found []Risk
		for _, step := range s.Steps {
			if step.Op == plan.Same || step.Old == nil && step.New == nil {
				continue
			}
			for _, f := range []finding{lost(step), exposed(step), at.moved(step)} {
				if len(f.says) > 0 {
					r := step.Resource()
					found = append(found, Risk{
						Kind: f.kind, Stack: s.Stack.Name, URN: r.URN, Type: r.Type, Name: r.Name,
						Says: strings.Join(f.says, "; "), Because: f.because,
					})
				}
			}
		}
		slices.SortStableFunc(found, func(a, b Risk) int { return strings.Compare(a.URN, b.URN) })
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Risk) int { return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind) })
	return out
}

// finding is what one resource risks in one way.
type finding struct {
	kind    Kind
	says    []string
	because []string
}

func (f *finding) say(says string, because ...string) {
	if !slices.Contains(f.says, says) {
		f.says = append(f.says, says)
	}
	for _, b := range because {
		if !slices.Contains(f.because, b) {
			f.because = append(f.because, b)
		}
	}
}

// lost is what goes with a resource that is replaced or deleted.
func lost(s plan.Step) finding {
	f := finding{}
	if s.Old == nil || s.Op != plan.Replace && s.Op != plan.Delete {
		return f
	}
	kind, holds := stateful.Find(s.Old.Type)
	if !holds {
		return f
	}
	what := s.Old.Name + " "
	switch {
	case s.Op == plan.Replace:
		f.kind = Replace
		what += "is deleted and made anew"
	case s.Old.Retain != nil && *s.Old.Retain:
		f.kind = Delete
		what += "leaves the stack, and stays in the cloud with nothing that looks after it"
	default:
		f.kind = Delete
		what += "is deleted"
	}
	f.say(what + "; at stake: " + kind.Holds)
	for _, c := range s.Changes {
		if c.Replaces {
			f.say(f.says[0], Text(c))
		}
	}
	if f.kind == Replace && len(f.because) == 0 {
		f.say(f.says[0], "the plan names no input that forces it")
	}
	return f
}
