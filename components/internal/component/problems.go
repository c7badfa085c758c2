package component

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with one field.
type Problem struct {
	Field   string // as the Args struct spells it, such as "CIDR" or "Zones[2]"
	Message string // what was found, what is allowed
}

// Problems is everything that is wrong with one component's arguments.
type Problems struct {
	Of   string // the Args struct, such as "network.Args"
	List []Problem
}

// Check records that field has a problem unless ok.
func (p *Problems) Check(ok bool, field, format string, args ...any) {
	if !ok {
		p.List = append(p.List, Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
}

// Err is nil without problems, otherwise p.
func (p *Problems) Err() error {
	if len(p.List) == 0 {
		return nil
	}
	return p
}

// Error lists every problem, one a line.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, one := range p.List {
		lines[i] = fmt.Sprintf("%s.%s: %s", p.Of, one.Field, one.Message)
	}
	return strings.Join(lines, "\n")
}

// Blames says whether some problem names field.
func (p *Problems) Blames(field string) bool {
	for _, one := range p.List {
		if one.Field == field {
			return true
		}
	}
	return false
}
