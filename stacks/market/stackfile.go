package market

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// stackFolder is where stack files are, relative to the project: Pulumi.yaml's
// stackConfigDir.
const stackFolder = "stacks"

// File is where the stack's configuration is, relative to the project.
func (s Stack) File() string { return path.Join(stackFolder, "Pulumi."+s.Name+extension) }

// stackConfig lists what the configuration of a stack must say, in order.
func (m Market) stackConfig(s Stack) []struct{ key, value string } {
	return []struct{ key, value string }{
		{"aws:region", s.Region.String()},
		{"pitboss:market", m.Name},
		{"pitboss:kind", string(s.Kind)},
	}
}

// stackFileContent is the stack's file as Write makes it.
func (m Market) stackFileContent(s Stack) []byte {
	var b strings.Builder
	b.WriteString("config:\n")
	for _, c := range m.stackConfig(s) {
		fmt.Fprintf(&b, "  %s: %s\n", c.key, quoted(c.value))
	}
	return []byte(b.String())
}

// quoted puts quotes round a name that some readers of YAML take for a boolean:
// Ontario's market is called on.
func quoted(s string) string {
	if slices.Contains([]string{"on", "off", "yes", "no", "true", "false", "null"}, s) {
		return strconv.Quote(s)
	}
	return s
}

// stackFileKeys is the form of a stack file: ours and what Pulumi itself writes.
var stackFileKeys = []key{
	{"config", true, "aws:region, pitboss:market and pitboss:kind"},
	{"secretsprovider", false, ""}, {"encryptedkey", false, ""}, {"encryptionsalt", false, ""},
}

// CheckStackFiles reports each stack file of the market that is missing or says
// something else than the market does. The error is Problems.
func (m Market) CheckStackFiles(projectDir string) error {
	var problems Problems
	for _, s := range m.Stacks() {
		problems = append(problems, m.checkStackFile(projectDir, s)...)
	}
	return problems.err()
}

func (m Market) checkStackFile(projectDir string, s Stack) Problems {
	content := strings.ReplaceAll(strings.TrimSpace(string(m.stackFileContent(s))), "\n", "\n        ")
	data, err := os.ReadFile(filepath.Join(projectDir, s.File()))
	if err != nil {
		return Problems{{s.File(), 0, "", plain(err), "a file for the " + string(s.Kind) + " stack of market " + m.Name,
			"create it with these lines:\n        " + content}}
	}
	r := newReader(s.File())
	if root := r.root(data); root != nil {
		if config := r.object(root, "", stackFileKeys)["config"]; config != nil {
			r.stackConfig(config, m.stackConfig(s))
		}
	}
	return r.problems
}
