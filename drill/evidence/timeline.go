package evidence

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"pitboss/drill/plan"
)

// The picture's measures, in pixels.
const (
	width, left, right = 1120.0, 190.0, 90.0
	rowHeight, top     = 22.0, 46.0
)

var colours = map[plan.Phase]string{
	plan.Before: "#8aa2b8", plan.Frozen: "#c8553d", plan.Moving: "#3d8361", plan.After: "#6d6a9c",
}

// timeline draws each step that was begun as a bar, with the time in which writes were
// refused behind them.
func timeline(r Report) string {
	var shown []Step
	for _, s := range r.Steps {
		if s.Began != nil {
			shown = append(shown, s)
		}
	}
	if len(shown) == 0 {
		return ""
	}
	start, end := *shown[0].Began, until(r, shown)
	span := math.Max(end.Sub(start).Seconds(), 0.001)
	x := func(t time.Time) float64 { return left + (width-left-right)*min(t.Sub(start).Seconds()/span, 1) }
	height := top + rowHeight*float64(len(shown)) + 30
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %.0f %.0f" role="img" aria-label="timeline of the drill" xmlns="http://www.w3.org/2000/svg">`, width, height)
	axis(&b, x, start, span, height)
	frozen(&b, r, x, height)
	for i, s := range shown {
		bar(&b, s, x, top+rowHeight*float64(i), end)
	}
	b.WriteString("</svg>")
	return b.String()
}

// until is where the picture ends: when players are where they should be. What the program
// then takes to be told is longer, and would leave nothing of the rest to see; it is drawn
// at the edge, with its time.
func until(r Report, shown []Step) time.Time {
	end := time.Time{}
	for _, s := range shown {
		if s.Phase != plan.After && s.Ended != nil && s.Ended.After(end) {
			end = *s.Ended
		}
		if s.Undone != nil {
			return r.Ended
		}
	}
	if end.IsZero() || end.Equal(*shown[0].Began) {
		return r.Ended
	}
	return end
}

// axis draws a line every so many seconds, ten or so in all.
func axis(b *strings.Builder, x func(time.Time) float64, start time.Time, span, height float64) {
	step := math.Pow(10, math.Floor(math.Log10(span/5)))
	for _, m := range []float64{5, 2, 1} {
		if span/(step*m) >= 5 {
			step *= m
			break
		}
	}
	for s := 0.0; s <= span; s += step {
		at := x(start.Add(time.Duration(s * float64(time.Second))))
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%.0f" y2="%.1f" stroke="#dde3e8"/><text x="%.1f" y="%.0f" class="axis">%g s</text>`,
			at, at, top-8, height-24, at, top-14, math.Round(s*1000)/1000)
	}
}

// frozen is the time in which writes were refused.
func frozen(b *strings.Builder, r Report, x func(time.Time) float64, height float64) {
	var from, to *time.Time
	for _, s := range r.Steps {
		if s.Phase != plan.Frozen || s.Began == nil {
			continue
		}
		if from == nil || s.Began.Before(*from) {
			from = s.Began
		}
		if s.Ended != nil && (to == nil || s.Ended.After(*to)) {
			to = s.Ended
		}
	}
	if from == nil || to == nil {
		return
	}
	fmt.Fprintf(b, `<rect x="%.1f" y="%.0f" width="%.1f" height="%.1f" fill="#c8553d" opacity="0.08"/><text x="%.1f" y="%.1f" class="axis">writes refused: %.1f s</text>`,
		x(*from), top-8, math.Max(x(*to)-x(*from), 1), height-top-16, x(*from), height-8, to.Sub(*from).Seconds())
}

func bar(b *strings.Builder, s Step, x func(time.Time) float64, y float64, end time.Time) {
	last, colour := end, colours[s.Phase]
	if s.Ended != nil {
		last = *s.Ended
	}
	if s.Result == "failed" {
		colour = "#8b0000"
	}
	fmt.Fprintf(b, `<text x="%.0f" y="%.1f" class="name">%s</text>`, left-10, y+14, html.EscapeString(s.ID))
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" rx="2" fill="%s"><title>%s: %s</title></rect>`,
		x(*s.Began), y+3, math.Max(x(last)-x(*s.Began), 2), rowHeight-8, colour, html.EscapeString(s.ID), html.EscapeString(s.Does))
	at := x(last) + 5
	words := fmt.Sprintf("%.1f s", last.Sub(*s.Began).Seconds())
	if s.Result != "done" {
		words += " " + s.Result
	}
	if s.Undone != nil {
		words += ", taken back"
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" class="took">%s</text>`, at, y+14, html.EscapeString(words))
}
