package report

import (
	"bytes"
	_ "embed"
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/cost"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"money": func(c cost.Cents) string { return money(c) }, "change": func(t cost.Total) string { return change(t) },
	"elapsed": elapsed, "count": count, "kind": func(kind string) string { return kindWords[kind] },
	"sign": func(t cost.Total) string {
		switch {
		case t.After > t.Before:
			return "more"
		case t.After < t.Before:
			return "less"
		}
		return "equal"
	},
}).Parse(pageText))

// view is what the page shows beside the document.
type view struct {
	Document
	Style     template.CSS
	Picture   template.HTML
	NoPicture string // why there is none
	Word      string // the verdict's word
	Says      string // and what it says
	Untold    []group
	Exposure  string
	Totals    []total
}

// HTML is the report as one page that needs nothing else: no script, no other file.
func HTML(in Input) []byte {
	d := Make(in)
	v := view{Document: d, Style: template.CSS(pageStyle), Untold: d.untold(), Exposure: d.exposure()}
	v.Word, v.Says, _ = strings.Cut(d.Headline, ": ")
	if d.Cost != nil {
		v.Totals = totals(d.Cost)
	}
	picture, err := inline(in.Topology)
	switch {
	case len(in.Topology) == 0:
		v.NoPicture = "There is no picture of this market."
	case err != nil:
		v.NoPicture = "The picture of this market is left out: " + err.Error() + "."
	default:
		v.Picture = picture
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		// The template is fixed, and tests execute every branch of it.
		panic(err)
	}
	return b.Bytes()
}

// inline is an SVG that can stand in a page: one element, and nothing in it that runs or
// leaves the page.
func inline(svg []byte) (template.HTML, error) {
	start := bytes.Index(svg, []byte("<svg"))
	if start < 0 {
		return "", errors.New("it is no SVG")
	}
	svg = svg[start:]
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return template.HTML(svg), nil // every element and attribute was looked at
		}
		if err != nil {
			return "", errors.New("it cannot be read")
		}
		switch token := token.(type) {
		case xml.Directive, xml.ProcInst, xml.Comment:
			return "", errors.New("it has more than elements")
		case xml.StartElement:
			if err := inert(token); err != nil {
				return "", err
			}
		}
	}
}

func inert(e xml.StartElement) error {
	known := []string{
		"svg", "g", "defs", "symbol", "use", "title", "desc", "style", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path",
		"text", "tspan", "marker", "pattern", "clipPath", "mask", "linearGradient", "radialGradient", "stop", "filter", "feDropShadow",
	}
	if !slices.Contains(known, e.Name.Local) {
		return errors.New("it has the element " + e.Name.Local)
	}
	for _, a := range e.Attr {
		name, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
		if strings.HasPrefix(name, "on") || name == "href" && !strings.HasPrefix(value, "#") || strings.Contains(value, "javascript:") {
			return errors.New("it has the attribute " + a.Name.Local)
		}
	}
	return nil
}
