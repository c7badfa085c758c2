package topology

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// plans are what is to be drawn: usual, in parts, too large, and hostile.
func plans(t *testing.T) map[string]plan.Market {
	out := map[string]plan.Market{"Whole": small(t), "Nothing": {}, "NoStacks": {Market: maltese(t)}}
	for _, s := range small(t).Stacks {
		out["Only "+s.Stack.Name] = plan.Market{Market: maltese(t), Stacks: []plan.Stack{s}}
		out["Zero "+s.Stack.Name] = plan.Market{Stacks: []plan.Stack{{Stack: market.Stack{Kind: s.Stack.Kind}, Steps: s.Steps}}}
	}
	out["EmptySteps"] = plan.Market{Market: maltese(t), Stacks: []plan.Stack{{Stack: maltese(t).Stacks()[1], Steps: []plan.Step{{}}}}}
	out["Unknowns"] = edited(t, func(r *rules.Resource) {
		for name := range r.Inputs {
			r.Inputs[name] = rules.Unknown{}
		}
	})
	out["Secrets"] = edited(t, func(r *rules.Resource) {
		for name := range r.Inputs {
			r.Inputs[name] = rules.Secret{}
		}
	})
	out["NoInputs"] = edited(t, func(r *rules.Resource) { r.Inputs, r.From, r.Parent = nil, nil, "" })
	out["OddValues"] = edited(t, func(r *rules.Resource) {
		for name := range r.Inputs {
			r.Inputs[name] = []any{map[string]any{"a": 1.0}, nil}
		}
	})
	out["LongNames"] = edited(t, func(r *rules.Resource) {
		r.Name += strings.Repeat("-<&\"'\x01ÄW界", 12)
		r.Parent += strings.Repeat("MW", 40)
	})
	many := small(t)
	for i := range many.Stacks {
		for _, s := range many.Stacks[i].Steps {
			for n := range 7 {
				r := *s.New
				r.Name += strconv.Itoa(n)
				r.URN += strconv.Itoa(n)
				r.Parent += strconv.Itoa(n)
				many.Stacks[i].Steps = append(many.Stacks[i].Steps, plan.Step{Op: changing[n%4].op, New: &r})
			}
		}
	}
	out["Many"] = many
	return out
}

// edited is the small plan with each of its resources changed.
func edited(t *testing.T, edit func(*rules.Resource)) plan.Market {
	p := small(t)
	for _, s := range p.Stacks {
		for _, one := range s.Steps {
			edit(one.New)
		}
	}
	return p
}

func TestDrawsWhatThereIs(t *testing.T) {
	for name, p := range plans(t) {
		t.Run(name, func(t *testing.T) {
			svg, err := Draw(p)
			if err != nil {
				t.Fatal(err)
			}
			d := xml.NewDecoder(bytes.NewReader(svg))
			for {
				tok, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("not XML: %v", err)
				}
				if e, ok := tok.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "image") {
					t.Errorf("a %s is not self-contained", e.Name.Local)
				}
			}
			if bytes.Contains(svg, []byte("href")) || bytes.Contains(svg, []byte("NaN")) {
				t.Error("it refers to something else, or has no number somewhere")
			}
			for _, size := range regexp.MustCompile(`font-size="([0-9.]+)"`).FindAllSubmatch(svg, -1) {
				if n, _ := strconv.ParseFloat(string(size[1]), 64); n < 11 {
					t.Errorf("a text of size %v cannot be read on a page", n)
				}
			}
			again, _ := Draw(p)
			if !bytes.Equal(svg, again) {
				t.Error("the same plan gives other bytes")
			}
		})
	}
}

func TestNothingOverlaps(t *testing.T) {
	for name, p := range plans(t) {
		t.Run(name, func(t *testing.T) {
			c := paint(read(p))
			sheet := rect{0, 0, pageW, max(pageH, c.h)}
			for i, a := range c.boxes {
				if !holds(sheet, a.rect) {
					t.Errorf("the box %q leaves the page: %v", a.says, a.rect)
				}
				for _, b := range c.boxes[:i] {
					if meet(a.rect, b.rect) {
						t.Errorf("the boxes %q and %q overlap", a.says, b.says)
					}
				}
			}
			for i, a := range c.texts {
				if !holds(a.within, a.rect) || !holds(sheet, a.rect) {
					t.Errorf("the text %q overflows: %v in %v", a.says, a.rect, a.within)
				}
				for _, b := range c.texts[:i] {
					if meet(a.rect, b.rect) {
						t.Errorf("the texts %q and %q overlap", a.says, b.says)
					}
				}
			}
		})
	}
}

// holds tells whether b is within a, to a hair.
func holds(a, b rect) bool {
	const hair = 0.5
	return b.x >= a.x-hair && b.y >= a.y-hair && b.right() <= a.right()+hair && b.bottom() <= a.bottom()+hair
}

func meet(a, b rect) bool {
	const hair = 0.5
	return a.x < b.right()-hair && b.x < a.right()-hair && a.y < b.bottom()-hair && b.y < a.bottom()-hair
}

func TestPageIsOneSheet(t *testing.T) {
	if c := paint(read(small(t))); c.h > pageH {
		t.Errorf("a small market needs %v, more than a page", c.h)
	}
}

func TestPictureSays(t *testing.T) {
	p := small(t)
	set(t, p, milan, "ledger-cluster", plan.Replace, plan.Change{Path: "engine", Replaces: true})
	set(t, p, frankfurt, "pools-api", plan.Create)
	set(t, p, frankfurt, "pools-batch", plan.Update)
	p.Stacks[1].Steps = append(p.Stacks[1].Steps, step(plan.Delete, milan, "", "aws:iam/role:Role", "old", nil, nil))
	svg, err := Draw(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Market mt · Malta (MT) · prod", "eu-south-1 takes writes now", "ACTIVE: takes writes", "STANDBY",
		"+1 created", "~1 updated", "±1 replaced", "−1 deleted", fmt.Sprintf("%d unchanged", read(p).total.counts[plan.Same]),
		"weight 100 · accelerator 100 %", "weight 0 · accelerator 0 %", "Aurora global", "MSK Replicator", "S3 replication", "SPOT",
		"replace aws:rds/cluster:Cluster ledger-cluster: engine", "not drawn: −1",
		`fill="` + colours[created][0] + `"`, `fill="` + colours[updated][0] + `"`, `fill="` + colours[gone][0] + `"`,
	} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("it does not say %q", want)
		}
	}
	svg, _ = Draw(plan.Market{Market: maltese(t), Stacks: small(t).Stacks[1:2]})
	for _, want := range []string{"not in this plan: mt-foundation, mt-eu-central-1, mt-gslb", "Its stack is not in this plan", "ledger"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("a plan of one stack does not say %q", want)
		}
	}
}
