package report

import (
	"strings"
	"unicode"
)

// words writes text that is not ours into Markdown, where it is nothing but text: on one
// line, without markup, and without calling anybody by name.
func words(s string) string {
	var b strings.Builder
	for _, r := range line(s) {
		switch {
		case strings.ContainsRune("\\`*_[]<>!|#~$&", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '@':
			b.WriteString("@\u200b") // forges notify whoever stands behind an @
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cell is code in a table, which needs its bars escaped even there.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// code writes text that is not ours as code, and so that no script finds our marker in it.
func code(s string) string {
	s = strings.ReplaceAll(line(s), "<!--", "<! --")
	fence, run := 1, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		fence = max(fence, run+1)
	}
	ticks := strings.Repeat("`", fence)
	if fence > 1 || s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		return ticks + " " + s + " " + ticks
	}
	return ticks + s + ticks
}

// line puts text on one line and takes out what turns or hides it.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}
