package market

import "gopkg.in/yaml.v3"

// A pair is one key of a mapping whose keys are chosen by who writes it.
type pair struct {
	name  string
	value *yaml.Node
}

// pairs reads such a mapping, in the order of the file. A key that stands there twice is
// blamed and comes once.
func (r *reader) pairs(n *yaml.Node, path, means string) []pair {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.blame(path, kindOf(n), means, "write it as a mapping")
		return nil
	}
	values := r.entries(n, path)
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := keyOf(n.Content[i])
		if n.Content[i+1] == values[name] { // the first of its name
			out = append(out, pair{name, values[name]})
		}
	}
	return out
}
