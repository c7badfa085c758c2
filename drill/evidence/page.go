package evidence

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"time"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"seconds": func(s *float64) string {
		if s == nil {
			return "not known"
		}
		return fmt.Sprintf("%.1f s", *s)
	},
	"duration": func(s float64) string { return (time.Duration(s * float64(time.Second))).Round(time.Second).String() },
	"time":     func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"took": func(s Step) string {
		if took := between(s.Began, s.Ended); took != nil {
			return fmt.Sprintf("%.1f s", *took)
		}
		return ""
	},
	"exactly": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000 UTC") },
	"short":   func(d time.Duration) string { return d.Round(time.Millisecond).String() },
	"join":    strings.Join,
}).Parse(pageSource))

// Page is a report as one HTML page that needs nothing else.
func Page(r Report) ([]byte, error) {
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, struct {
		Report
		Timeline template.HTML
	}{r, template.HTML(timeline(r))}) //nolint:gosec // made here, of numbers and escaped words
	return out.Bytes(), err
}
