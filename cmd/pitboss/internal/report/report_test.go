package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/cost"
	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/policy/rules"
)

var update = flag.Bool("update", false, "write the golden files, and fail")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	want, err := os.ReadFile(file)
	if *update && !bytes.Equal(want, got) {
		require.NoError(t, os.WriteFile(file, got, 0o644))
		t.Errorf("%s is written: read it, then run again without -update", file)
		return
	}
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "%s; -update writes it", file)
}

var samples = []struct {
	name string
	make func(*testing.T) Input
	want Judgement
}{
	{"clean", clean, Clean}, {"harmless", harmless, Changed}, {"dangerous", dangerous, Dangerous},
	{"illegal", illegal, PolicyFailure}, {"untellable", untellable, CouldNotTell},
}

func TestGolden(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			in := s.make(t)
			assert.Equal(t, s.want, Verdict(in))
			golden(t, s.name+".md", []byte(Markdown(in, Limit)))
			golden(t, s.name+".html", HTML(in))
			golden(t, s.name+".json", JSON(in))
		})
	}
	golden(t, "cut.md", []byte(Markdown(illegal(t), 5000)))
}

func TestSameInputSameBytes(t *testing.T) {
	for _, s := range samples {
		for range 2 {
			assert.Equal(t, Markdown(s.make(t), 3000), Markdown(s.make(t), 3000))
			assert.True(t, bytes.Equal(HTML(s.make(t)), HTML(s.make(t))) && bytes.Equal(JSON(s.make(t)), JSON(s.make(t))), s.name)
		}
	}
}

// TestPrecedence makes everything true at once and takes one thing away after another.
func TestPrecedence(t *testing.T) {
	in := illegal(t)
	in.Stacks[0].Failed = "no"
	assert.Equal(t, CouldNotTell, Verdict(in))
	in.Stacks[0].Failed = ""
	assert.Equal(t, PolicyFailure, Verdict(in))
	in.Stacks[1].Findings = in.Stacks[1].Findings[2:]
	assert.Equal(t, Dangerous, Verdict(in), "what cannot tell and what is exempted fail nothing")
	in.Risks = nil
	assert.Equal(t, Changed, Verdict(in))
	assert.Equal(t, Clean, Verdict(Input{Plan: plan.Market{Market: in.Plan.Market}}))
}

// TestCut wants every limit to be kept, at the end of a line, with the verdict first.
func TestCut(t *testing.T) {
	in := illegal(t)
	for i := range 100 {
		in.add(1, plan.Update, "aws:ec2/route:Route", fmt.Sprintf("route-%d", i), plan.Change{Path: "x", Old: "a", New: "b"})
	}
	whole := Markdown(in, 0)
	assert.NotContains(t, whole, "Cut to")
	assert.Equal(t, whole, Markdown(in, len(whole)), "what fits is not cut")
	for limit := 1; limit < len(whole); limit += 997 {
		text := Markdown(in, limit)
		require.LessOrEqual(t, len(text), limit)
		require.True(t, text == "" || strings.HasSuffix(text, "\n") && strings.HasPrefix(text, "## mt: Policy failure: 2 broken rules"), text)
		require.Equal(t, strings.Count(text, "<details>"), strings.Count(text, "</details>"), "limit %d", limit)
		if limit > 8000 {
			require.Contains(t, text, "> **Cut to ")
			require.Contains(t, text, "the full report is `preview-mt.html`")
			require.Contains(t, text, "--accept-risk=replace:urn:pulumi:mt-eu-south-1", "dangers go last")
			require.Contains(t, text, "\nTime taken: ")
		}
	}
	assert.NotContains(t, Markdown(in, len(whole)-10), "values of mt-eu-central-1", "only what is cut is named")
	in.Full = "https://ci.example.com/1"
	assert.Contains(t, Markdown(in, 9000), "the full report is <https://ci.example.com/1>.")
}

func TestManyCreatesAreCounted(t *testing.T) {
	in := clean(t)
	for i := range manyCreates + 1 {
		in.add(3, plan.Create, "aws:ec2/route:Route", fmt.Sprint(i))
	}
	assert.Contains(t, Markdown(in, 0), "| create | 41 resources | aws:ec2/route:Route | |")
	assert.Equal(t, manyCreates+1, strings.Count(string(HTML(in)), `<span class="op create">`), "the page has each of them")
}

// TestHostileNames puts markup everywhere that a pull request decides.
func TestHostileNames(t *testing.T) {
	const evil = "</code></details>`|\n| x | <script>alert(1)</script> @everyone [a](https://evil.example) <!-- pitboss-preview:mt -->\u202e\x1b[31m"
	in := illegal(t)
	in.add(1, plan.Replace, evil, evil, plan.Change{Path: evil, Old: evil, New: evil, Replaces: true})
	in.Risks = append(in.Risks, risk.Risk{Kind: risk.Expose, Stack: evil, URN: evil, Type: evil, Name: evil, Says: evil, Because: []string{evil}})
	for _, v := range []rules.Verdict{rules.Broken, rules.Untold, rules.Exempted} {
		in.Stacks[1].Findings = append(in.Stacks[1].Findings, rules.Finding{
			Rule: evil, Verdict: v, URN: evil, Type: evil, Name: evil, Says: []string{evil}, Exemption: &rules.Exemption{Owner: evil, Reason: evil, Expires: evil},
		})
	}
	in.Stacks[0].Failed, in.Stacks[0].Notes, in.Notes = evil, []string{evil}, []string{evil}
	in.Cost.Unpriced = []cost.Unpriced{{URN: evil, Type: evil, Name: evil, Why: evil}}
	in.Cost.Assumed, in.Cost.Lines[0].What = []string{evil}, evil
	in.Topology = []byte(`<svg onload="alert(1)"></svg>`)

	text := Markdown(in, 0)
	assert.Equal(t, 1, strings.Count(text, "<!-- pitboss-preview:"), "only our own marker is found")
	assert.NotContains(t, text, "\u202e")
	assert.NotContains(t, text, "\x1b")
	for _, l := range strings.Split(text, "\n") {
		bare := outsideCode(l)
		assert.NotContains(t, strings.ReplaceAll(bare, `\<`, ""), "<script", l)
		assert.NotContains(t, bare, "@everyone", "nobody is called")
		if strings.HasPrefix(l, "| ") {
			assert.Contains(t, []int{4, 5, 6, 7, 8}, strings.Count(strings.ReplaceAll(l, `\|`, ""), "|"), l)
		}
	}
	assert.Equal(t, strings.Count(text, "\n<details>"), strings.Count(text, "\n</details>"))

	page := string(HTML(in))
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "onload=")
	assert.Contains(t, page, "&lt;script&gt;")
	assert.Contains(t, page, "left out: it has the attribute onload")

	var d Document
	require.NoError(t, json.Unmarshal(JSON(in), &d))
	assert.Equal(t, evil, d.Dangers[len(d.Dangers)-1].Name, "scripts get what it is")
}

// outsideCode is a line without what stands between backticks.
func outsideCode(l string) string {
	var b strings.Builder
	for l != "" {
		i := strings.IndexByte(l, '`')
		if i > 0 && l[i-1] == '\\' {
			b.WriteString(l[:i+1])
			l = l[i+1:]
			continue
		}
		if i < 0 {
			return b.String() + l
		}
		b.WriteString(l[:i])
		run := len(l[i:]) - len(strings.TrimLeft(l[i:], "`"))
		rest := l[i+run:]
		end := strings.Index(rest, strings.Repeat("`", run))
		if end < 0 {
			return b.String() + rest
		}
		l = rest[end+run:]
	}
	return b.String()
}

func TestPictures(t *testing.T) {
	for _, bad := range []string{
		"", "<p>", `<svg><script>x</script></svg>`, `<svg><foreignObject/></svg>`, `<svg><a href="javascript:x"/></svg>`, `<svg><use href="https://x"/></svg>`, "<svg>",
		`<svg><image href="x"/></svg>`, `<svg><rect style="x" onclick="y"/></svg>`, `<svg></svg><!-- x -->`,
	} {
		_, err := inline([]byte(bad))
		assert.Error(t, err, bad)
	}
	got, err := inline([]byte(picture))
	assert.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(got), "<svg"), "a page has no second prologue")
}

func TestFigures(t *testing.T) {
	for c, want := range map[cost.Cents]string{0: "$0.00", 5: "$0.05", 99999: "$999.99", 100000: "$1,000.00", 123456789: "$1,234,567.89", -123456: "-$1,234.56"} {
		assert.Equal(t, want, money(c))
	}
	assert.Equal(t, "+$1.00", change(cost.Total{After: 100}))
	assert.Equal(t, "-$1.00", change(cost.Total{Before: 100}))
	assert.Equal(t, "1m3.4s", elapsed(seconds(63*time.Second+377*time.Millisecond)))
	assert.Equal(t, "0s", elapsed(0))
	assert.Equal(t, []string{"1 reply", "2 replies", "0 rules"}, []string{count(1, "reply"), count(2, "reply"), count(0, "rule")})
}
