package topology

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
)

// rect is a place on the page.
type rect struct{ x, y, w, h float64 }

func (r rect) right() float64  { return r.x + r.w }
func (r rect) bottom() float64 { return r.y + r.h }

// inset is r with a margin inside.
func (r rect) inset(d float64) rect { return rect{r.x + d, r.y + d, r.w - 2*d, r.h - 2*d} }

// column is the i-th of n columns of r with a gap between them.
func (r rect) column(i, n int, gap float64) rect {
	w := (r.w - gap*float64(n-1)) / float64(n)
	return rect{r.x + float64(i)*(w+gap), r.y, w, r.h}
}

// canvas collects the picture's elements, and remembers where each stands for the tests.
type canvas struct {
	body  bytes.Buffer
	boxes []placed // that nothing else may overlap
	texts []placed
	h     float64 // how far down anything reaches
}

// placed is one element, and what it must stay within.
type placed struct {
	rect
	within rect
	says   string
}

// paper is how a box looks.
type paper struct {
	fill, stroke string
	width        float64
	dash         string
	radius       float64
}

// colours of the states: fill and stroke, dark enough to be read on the fill.
var colours = map[state][2]string{
	same: {"#ffffff", "#8c959f"}, created: {"#dafbe1", "#1a7f37"}, updated: {"#fff1c2", "#9a6700"}, gone: {"#ffdcd7", "#cf222e"},
}

const (
	ink   = "#1f2328"
	faint = "#57606a"
)

// paperOf is how a box in a state looks: filled if the thing itself changes, with its
// border only if a part does.
func paperOf(m mark) paper {
	s, whole := m.state()
	p := paper{fill: colours[s][0], stroke: colours[s][1], width: 1, radius: 4}
	if s != same {
		p.width = 2
	}
	if !whole {
		p.fill = colours[same][0]
	}
	return p
}

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.body, format, args...) }

// num writes a coordinate without a tail of digits.
func num(f float64) string {
	return strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%.1f", f), "0"), ".")
}

// escaped is s as XML character data; what XML cannot hold becomes a mark for it.
func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

// frame draws a rectangle that others stand in.
func (c *canvas) frame(r rect, p paper) {
	c.printf(`<rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="%s" stroke="%s" stroke-width="%s"`,
		num(r.x), num(r.y), num(r.w), num(r.h), num(p.radius), p.fill, p.stroke, num(p.width))
	if p.dash != "" {
		c.printf(` stroke-dasharray="%s"`, p.dash)
	}
	c.printf("/>\n")
	c.h = max(c.h, r.bottom())
}

// box draws a rectangle that nothing else overlaps, with what it says to a pointer; inside
// draws its contents.
func (c *canvas) box(r rect, p paper, tooltip string, inside func()) {
	c.boxes = append(c.boxes, placed{rect: r, says: tooltip})
	c.group(tooltip, func() {
		c.frame(r, p)
		inside()
	})
}

// group draws what belongs together and says the same to a pointer.
func (c *canvas) group(tooltip string, inside func()) {
	if tooltip == "" {
		inside()
		return
	}
	c.printf("<g>\n<title>%s</title>\n", escaped(tooltip))
	inside()
	c.printf("</g>\n")
}

// style of a text.
type style struct {
	size   float64
	bold   bool
	colour string
	anchor string // start, middle or end
}

// wide is the width of a character as a part of the size: that of Arial, which the fonts
// named in the document are drawn to, with a little room to spare.
func wide(r rune) float64 {
	switch {
	case strings.ContainsRune(" .,:;·|!/'ijltfI()[]", r):
		return 0.31
	case strings.ContainsRune("mwMW…%—@", r):
		return 0.95
	case unicode.IsUpper(r), r == '+', r == '~', r == '±', r == '−', r == '×':
		return 0.72
	case r > 0x2fff:
		return 1.05
	}
	return 0.57
}

func widthOf(s string, st style) float64 {
	w := 0.0
	for _, r := range s {
		w += wide(r)
	}
	if st.bold {
		w *= 1.08
	}
	return w * st.size
}

// fit cuts s to a width, with an ellipsis where something is missing.
func fit(s string, st style, width float64) string {
	if widthOf(s, st) <= width {
		return s
	}
	for cut := []rune(s); len(cut) > 0; cut = cut[:len(cut)-1] {
		if short := strings.TrimRight(string(cut), " ·,–") + "…"; widthOf(short, st) <= width {
			return short
		}
	}
	return ""
}

// text writes one line within a place, on the baseline y, cut to fit. It returns the width
// that it takes.
func (c *canvas) text(in rect, y float64, s string, st style) float64 {
	cut := fit(s, st, in.w)
	if cut == "" {
		return 0
	}
	if st.colour == "" {
		st.colour = ink
	}
	w := widthOf(cut, st)
	x, left := in.x, in.x
	switch st.anchor {
	case "middle":
		x = in.x + in.w/2
		left = x - w/2
	case "end":
		x = in.right()
		left = x - w
	}
	c.texts = append(c.texts, placed{rect{left, y - st.size*0.8, w, st.size}, in, cut})
	c.printf(`<text x="%s" y="%s" font-size="%s" fill="%s"`, num(x), num(y), num(st.size), st.colour)
	if st.bold {
		c.printf(` font-weight="700"`)
	}
	if st.anchor != "" && st.anchor != "start" {
		c.printf(` text-anchor="%s"`, st.anchor)
	}
	c.printf(">")
	if cut != s {
		c.printf("<title>%s</title>", escaped(s))
	}
	c.printf("%s</text>\n", escaped(cut))
	return w
}

// arrow draws a straight line that ends in a head; both draws one at each end.
func (c *canvas) arrow(x1, y1, x2, y2 float64, colour string, width float64, dash string, both bool) {
	// The line stops within its heads, or it would blunt them.
	dx, dy := 5*sign(x2-x1), 5*sign(y2-y1)
	if x1 == x2 {
		dx = 0
	} else {
		dy = 0
	}
	sx, sy := 0.0, 0.0
	if both {
		sx, sy = dx, dy
	}
	c.printf(`<path d="M%s %sL%s %s" fill="none" stroke="%s" stroke-width="%s"`,
		num(x1+sx), num(y1+sy), num(x2-dx), num(y2-dy), colour, num(width))
	if dash != "" {
		c.printf(` stroke-dasharray="%s"`, dash)
	}
	c.printf("/>\n")
	c.head(x1, y1, x2, y2, colour)
	if both {
		c.head(x2, y2, x1, y1, colour)
	}
}

// head draws the head at the second point; arrows here are level or upright.
func (c *canvas) head(x1, y1, x2, y2 float64, colour string) {
	const long, half = 9, 5
	switch {
	case x2 != x1:
		back := x2 - long*sign(x2-x1)
		c.printf(`<path d="M%s %sL%s %sL%s %sZ" fill="%s"/>`+"\n", num(x2), num(y2), num(back), num(y2-half), num(back), num(y2+half), colour)
	default:
		back := y2 - long*sign(y2-y1)
		c.printf(`<path d="M%s %sL%s %sL%s %sZ" fill="%s"/>`+"\n", num(x2), num(y2), num(x2-half), num(back), num(x2+half), num(back), colour)
	}
}

func sign(f float64) float64 {
	if f < 0 {
		return -1
	}
	return 1
}
