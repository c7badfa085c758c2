package market

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
)

// maxFileBytes bounds what is parsed: a market file is one screen.
const maxFileBytes = 64 << 10

// A reader walks the nodes of one YAML file and collects what is wrong.
type reader struct {
	file     string
	lines    map[string]int // path -> line where it stands
	problems Problems
}

func newReader(file string) *reader { return &reader{file: file, lines: map[string]int{}} }

// blame records a problem at path, on the line where path was read.
func (r *reader) blame(path, found, allowed, next string) {
	r.problems = append(r.problems, Problem{r.file, r.lines[path], path, found, allowed, next})
}

// root returns the one mapping that a file must be, or nil when it is not one.
func (r *reader) root(data []byte) *yaml.Node {
	const allowed, next = "one YAML mapping of keys to values", "correct the file; stacks/markets/mt.yaml shows the form"
	if len(data) > maxFileBytes {
		r.blame("", fmt.Sprintf("%d bytes", len(data)), fmt.Sprintf("at most %d bytes", maxFileBytes), next)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.blame("", "an empty file", allowed, next)
		return nil
	case err != nil:
		r.lines[""] = lineOf(err)
		r.blame("", strings.TrimPrefix(err.Error(), "yaml: "), allowed, next)
		return nil
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		r.lines[""] = max(more.Line, lineOf(err))
		r.blame("", "more than one YAML document", allowed, "keep one; remove the --- and what follows")
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		r.lines[""] = doc.Line
		r.blame("", "something other than a mapping", allowed, next)
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// lineOf digs the line out of a YAML syntax error; the package gives it only in
// the text.
func lineOf(err error) int {
	if err == nil {
		return 0
	}
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // digits only, by the expression
	return n
}

// A key is one that a mapping may have.
type key struct {
	name     string
	required bool
	means    string // shown when it is missing
}

// object reads a mapping with exactly the given keys. What it returns holds the
// value of each key present, null left out.
func (r *reader) object(n *yaml.Node, path string, keys []key) map[string]*yaml.Node {
	r.lines[path] = n.Line
	if n.Kind != yaml.MappingNode {
		r.blame(path, kindOf(n), "a mapping with the keys "+strings.Join(keyNames(keys), ", "), "write it as a mapping")
		return nil
	}
	values := r.entries(n, path)
	meant := map[string]bool{} // keys that are there, misspelt: not missing as well
	for i := 0; i+1 < len(n.Content); i += 2 {
		if name := keyOf(n.Content[i]); !known(keys, name) {
			meant[r.unknownKey(join(path, name), name, keys)] = true
		}
	}
	out := map[string]*yaml.Node{}
	for _, k := range keys {
		at := join(path, k.name)
		v, ok := values[k.name]
		if ok && !isNull(v) {
			out[k.name] = v
			continue
		}
		if !ok {
			r.lines[at] = n.Line
		}
		if k.required && !meant[k.name] {
			r.blame(at, "nothing", k.means, "add the key "+at)
		}
	}
	return out
}

// entries maps each key of a mapping to its value and blames duplicates.
func (r *reader) entries(n *yaml.Node, path string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := keyOf(n.Content[i])
		at := join(path, name)
		if _, again := out[name]; again {
			first := r.lines[at]
			r.lines[at] = n.Content[i].Line
			r.blame(at, fmt.Sprintf("the key %q again (first on line %d)", name, first), "each key once", "remove one of the two")
			continue
		}
		r.lines[at] = n.Content[i].Line
		out[name] = n.Content[i+1]
	}
	return out
}

// unknownKey blames a key and returns the one that was probably meant, or "".
func (r *reader) unknownKey(at, name string, keys []key) (near string) {
	next := "remove it"
	if near = regions.Nearest(name, keyNames(keys)); near != "" {
		next = fmt.Sprintf("did you mean %q?", near)
	}
	r.blame(at, fmt.Sprintf("the unknown key %q", name), strings.Join(keyNames(keys), ", "), next)
	return near
}

// text reads a plain value, as it is spelt in the file: 1.30 stays "1.30".
func (r *reader) text(n *yaml.Node, path, means string) (string, bool) {
	if n == nil {
		return "", false
	}
	if n.Kind != yaml.ScalarNode || n.Style&yaml.TaggedStyle != 0 || strings.TrimSpace(n.Value) == "" {
		r.blame(path, kindOf(n), means, "write the value itself")
		return "", false
	}
	return n.Value, true
}

// list reads a sequence of plain values.
func (r *reader) list(n *yaml.Node, path, means string) []string {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.blame(path, kindOf(n), "a list: "+means, "write it as [a, b]")
		return nil
	}
	var out []string
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		r.lines[at] = item.Line
		if s, ok := r.text(item, at, means); ok {
			out = append(out, s)
		}
	}
	return out
}

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "the alias *" + n.Value
	case n.Style&yaml.TaggedStyle != 0:
		return "the tag " + n.Tag
	case strings.TrimSpace(n.Value) == "":
		return "an empty value"
	}
	return strconv.Quote(n.Value)
}

// keyOf is a key's text; a list, a mapping or an alias as key is none we know.
func keyOf(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func known(keys []key, name string) bool {
	for _, k := range keys {
		if k.name == name {
			return true
		}
	}
	return false
}

func keyNames(keys []key) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		out = append(out, k.name)
	}
	return out
}
