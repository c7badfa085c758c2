package exemptions

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const good = `# why
- rule: key-rotates
  resource: urn:pulumi:mt-foundation::pitboss::aws:kms/key:Key::old
  owner: platform
  reason: rotates by hand until May
  expires: 2027-05-31
`

// project is one whose file of exemptions has this text.
func project(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "policy"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, File), []byte(text), 0o600))
	return dir
}

func TestNoFileAndAnEmptyOneExcuseNothing(t *testing.T) {
	for _, dir := range []string{t.TempDir(), project(t, ""), project(t, "# none\n")} {
		x, err := Load(dir, today)
		require.NoError(t, err)
		assert.Equal(t, rules.Exemptions{}, x)
	}
}

// TestAnExemptionIsOfWhatIsThere: one of what is gone would excuse whatever gets that name
// next. Those of other stacks are theirs.
func TestAnExemptionIsOfWhatIsThere(t *testing.T) {
	x, err := Load(project(t, good), today)
	require.NoError(t, err)
	stack := func(name string, urns ...string) *rules.Stack {
		s := &rules.Stack{Stack: market.Stack{Name: name}}
		for _, urn := range urns {
			s.Resources = append(s.Resources, rules.Resource{URN: urn})
		}
		return s
	}
	assert.NoError(t, Check(x, stack("mt-foundation", "urn:pulumi:mt-foundation::pitboss::aws:kms/key:Key::old")))
	assert.NoError(t, Check(x, stack("mt-gslb")))
	assert.EqualError(t, Check(x, stack("mt-foundation")), "policy/exemptions.yaml: exemption from key-rotates: stack mt-foundation has no resource urn:pulumi:mt-foundation::pitboss::aws:kms/key:Key::old: remove it, or correct the URN\n  next: correct it; an exemption that nobody can read excuses nothing")
}

func TestAFileThatSaysSomethingImpossibleIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"expired":        {good + "- {rule: key-rotates, resource: 'urn:pulumi:x', owner: a, reason: b, expires: '2026-11-21'}\n", "exemption 2 (key-rotates, urn:pulumi:x): it expired on 2026-11-21"},
		"no such rule":   {"- {rule: nothing, resource: 'urn:pulumi:x', owner: a, reason: b, expires: '2026-12-31'}\n", "there is no such rule"},
		"no such field":  {good + "  until: tomorrow\n", "field until not found"},
		"not a list":     {"rule: key-rotates\n", "cannot unmarshal"},
		"not YAML":       {"- [", "yaml: "},
		"several things": {"- {rule: nothing, resource: x, owner: '', reason: b, expires: never}\n", "owner is missing"},
	} {
		_, err := Load(project(t, c.text), today)
		assert.ErrorContains(t, err, c.want, name)
		assert.ErrorContains(t, err, "next: correct it", name)
		var e *Error
		assert.ErrorAs(t, err, &e, name)
	}
	_, err := Load(project(t, "- {rule: nothing, resource: x, owner: '', reason: b, expires: never}\n"), today)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Len(t, e.Problems, 4, "all at once: %v", e.Problems)
}
