package risk

import (
	"fmt"

	"pitboss/cmd/pitboss/internal/plan"
)

// ports says which ports a passage is for.
func (p passage) ports() string {
	protocol, _ := p.protocol.(string)
	switch {
	case hidden(p.protocol) || hidden(p.from) || hidden(p.to):
		return "ports that are not known yet"
	case protocol == "-1" || protocol == "all" || protocol == "":
		return "every port"
	case p.from == nil:
		return "every port of " + protocol
	case p.from == p.to:
		return fmt.Sprintf("%s port %v", protocol, p.from)
	}
	return fmt.Sprintf("%s ports %v to %v", protocol, p.from, p.to)
}

// portsBecause are the changes that make a rule's ports more.
func portsBecause(s plan.Step) []string {
	var out []string
	if s.Old == nil {
		return nil
	}
	for _, path := range []string{"ipProtocol", "protocol", "fromPort", "toPort", "securityGroupId"} {
		if was, is := one(s.Old, path), one(s.New, path); (was != nil || is != nil) && !same(was, is) {
			out = append(out, because(s, path))
		}
	}
	return out
}
