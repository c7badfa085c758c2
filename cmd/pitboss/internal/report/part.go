package report

import (
	"fmt"
	"strings"
)

// rank is how soon a part of a comment is cut: the highest first.
type rank int

const (
	never rank = iota
	dangers
	broken
	overview
	secondary
	steps
	folded
	values
)

// part is a piece of a comment that is cut as a whole or at the end of one of its lines.
type part struct {
	rank rank
	name string // for the line that says what was cut
	head string // what must stand before its lines, and
	tail string // after them, with line ends
	// lines are its content, without line ends.
	lines []string
	cut   int // how many of them are cut
}

func (p part) text() string {
	if p.cut == len(p.lines) && p.cut > 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(p.head)
	for _, l := range p.lines[:len(p.lines)-p.cut] {
		b.WriteString(l + "\n")
	}
	b.WriteString(p.tail)
	return b.String()
}

// fit joins parts, and cuts the least important lines until the text has at most limit
// bytes; 0 is no limit. Forges count characters, which are never more than bytes.
func fit(parts []part, limit int, full string) string {
	join := func() string {
		var b strings.Builder
		for i, p := range parts {
			if i == len(parts)-1 { // the last one stays the last
				b.WriteString(notice(parts, limit, full))
			}
			b.WriteString(p.text())
		}
		return b.String()
	}
	text := join()
	if limit <= 0 {
		return text
	}
	for r := values; r > never; r-- {
		for i := len(parts) - 1; i >= 0 && len(text) > limit; i-- {
			if p := &parts[i]; p.rank == r && len(p.lines) > 0 {
				text = shorten(p, limit, join)
			}
		}
	}
	for len(text) > limit { // not even the verdict has room
		body := strings.TrimSuffix(text, "\n")
		at := strings.LastIndexByte(body, '\n')
		if at < 0 {
			return ""
		}
		text = body[:at+1]
	}
	return text
}

// shorten cuts as few lines of a part as make the whole fit, or all of them.
func shorten(p *part, limit int, join func() string) string {
	// Lines are cut from the end, so the text gets shorter with every one of them.
	low, high := 1, len(p.lines)
	for low < high {
		p.cut = (low + high) / 2
		if len(join()) <= limit {
			high = p.cut
		} else {
			low = p.cut + 1
		}
	}
	p.cut = low
	return join()
}

// notice says what was cut, and where all of it is.
func notice(parts []part, limit int, full string) string {
	var cut []string
	for _, p := range parts {
		switch {
		case p.cut == 0:
		case p.cut == len(p.lines):
			cut = append(cut, p.name)
		default:
			cut = append(cut, fmt.Sprintf("%s (%d of %s)", p.name, p.cut, count(len(p.lines), "line")))
		}
	}
	if len(cut) == 0 {
		return ""
	}
	where := "the full report is the HTML page of this preview"
	if full != "" {
		where = "the full report is " + link(full)
	}
	return fmt.Sprintf("\n> **Cut to %d characters**, without: %s; %s.\n", limit, strings.Join(cut, ", "), where)
}

// link is a link if it is one, and else the name of a file.
func link(s string) string {
	if strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " <>()\n") {
		return "<" + s + ">"
	}
	return code(s)
}
