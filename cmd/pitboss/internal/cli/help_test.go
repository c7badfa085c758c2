package cli

import (
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
)

// walk visits every command that people see.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		if c.Name() != "help" && c.Name() != "completion" {
			walk(c, visit)
		}
	}
}

// lists are the commands that show something: their name is a noun.
var lists = map[string]bool{"markets": true, "jurisdictions": true, "status": true, "market": true, "rules": true}

func TestHelp(t *testing.T) {
	a := new(app)
	walk(a.root(), func(cmd *cobra.Command) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			assert.NotEmpty(t, cmd.Short)
			assert.True(t, unicode.IsUpper(rune(cmd.Short[0])), "Short begins with a capital: %q", cmd.Short)
			assert.False(t, strings.HasSuffix(cmd.Short, "."), "Short has no full stop: %q", cmd.Short)
			verb, _, _ := strings.Cut(cmd.Short, " ")
			assert.False(t, strings.HasSuffix(verb, "s"), "Short begins with a verb in the imperative: %q", cmd.Short)
			if cmd.HasParent() {
				assert.True(t, strings.HasSuffix(strings.TrimSpace(cmd.Long), "."), "Long is sentences")
			}
			assert.Contains(t, cmd.Example, cmd.Root().Name()+" ", "Example shows whole command lines")
			for _, line := range strings.Split(cmd.Example, "\n") {
				assert.True(t, strings.HasPrefix(line, "  pitboss "), "each line of Example is a command: %q", line)
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				assert.NotEmpty(t, f.Usage, "--%s is explained", f.Name)
				assert.False(t, strings.HasSuffix(f.Usage, "."), "--%s: no full stop: %q", f.Name, f.Usage)
				assert.False(t, unicode.IsUpper(rune(f.Usage[0])) && !unicode.IsUpper(rune(f.Usage[1])), "--%s: lower case: %q", f.Name, f.Usage)
				assert.Empty(t, f.Shorthand, "--%s: one name only", f.Name)
				for _, banned := range []string{"force", "yes", "y"} {
					assert.NotEqual(t, banned, f.Name, "what may go is named, with --destroy-protected")
				}
			})
			if cmd.Runnable() && cmd.Name() != "market" {
				assert.NotNil(t, cmd.Flags().Lookup("json"), "whatever reads or sums up has --json")
			}
			if !lists[cmd.Name()] && cmd.HasParent() {
				assert.Contains(t, cmd.Use, "<", "what acts needs a target by name")
			}
		})
	})
}

func TestExitCodesAreInTheHelp(t *testing.T) {
	out := runs(t, t.TempDir(), nil, "help")
	assert.Equal(t, exitOK, out.code)
	for _, code := range []string{"0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130 "} {
		assert.Contains(t, out.out, "\n  "+code)
	}
}
