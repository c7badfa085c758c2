package prices

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
)

//go:embed prices.yaml
var data []byte

// Everywhere is the region of a price that is the same in all of them.
const Everywhere = "*"

// A Price is one row of the table.
type Price struct {
	Item       string // what is sold: "eks.cluster", "ec2.c7i.xlarge"
	Region     string // where, or Everywhere
	Unit       Unit
	Micros     int64 // millionths of a US dollar for one unit
	Source     string
	Confidence regions.Confidence
	Note       string
}

// Unit is what a price is for.
type Unit string

// The units. What is sold by the hour costs 730 of them a month.
const (
	Hour    Unit = "hour"
	Month   Unit = "month"
	GB      Unit = "GB"       // that passes
	GBMonth Unit = "GB-month" // that is kept
	Million Unit = "million"  // requests
)

var units = []Unit{Hour, Month, GB, GBMonth, Million}

// A Table is checked prices. Load and Parse make one; the zero Table has none.
type Table struct {
	date, source string
	standIn      string
	rows         []Price
}

// Load is the table of the repository.
func Load() (Table, error) { return Parse(data) }

// file is how a table is written.
type file struct {
	Date    string            `yaml:"date"`
	Source  string            `yaml:"source"`
	StandIn string            `yaml:"standIn"`
	Sources map[string]string `yaml:"sources"`
	Prices  []row             `yaml:"prices"`
}

type row struct {
	Item       string `yaml:"item"`
	Region     string `yaml:"region"`
	Unit       Unit   `yaml:"unit"`
	USD        string `yaml:"usd"`
	Source     string `yaml:"source"`
	Confidence string `yaml:"confidence"`
	Note       string `yaml:"note"`
}

// Parse reads a table. The error says all that is wrong with it.
func Parse(text []byte) (Table, error) {
	var f file
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return Table{}, fmt.Errorf("table of prices: %w: write it as regions/prices/prices.yaml is", err)
	}
	problems := f.head()
	t := Table{date: f.Date, source: f.Source, standIn: f.StandIn}
	for i, r := range f.Prices {
		price, wrong := r.price(f.Sources)
		for _, w := range wrong {
			problems = append(problems, fmt.Sprintf("row %d, %s in %s: %s", i+1, r.Item, r.Region, w))
		}
		if _, twice := t.exact(r.Region, r.Item); twice {
			problems = append(problems, fmt.Sprintf("row %d, %s in %s: is there twice: keep the one that is right", i+1, r.Item, r.Region))
		}
		t.rows = append(t.rows, price)
	}
	if len(problems) > 0 {
		return Table{}, fmt.Errorf("table of prices:\n  %s", strings.Join(problems, "\n  "))
	}
	return t, nil
}

// head is what is wrong with the table as a whole.
func (f file) head() (wrong []string) {
	if _, err := time.Parse(time.DateOnly, f.Date); err != nil {
		wrong = append(wrong, fmt.Sprintf("date: found %q: say when its prices were read, as in 2026-11-22", f.Date))
	}
	if strings.TrimSpace(f.Source) == "" {
		wrong = append(wrong, "source: found none: say where its prices were read")
	}
	if f.StandIn != "" {
		if _, err := regions.Parse(f.StandIn); err != nil {
			wrong = append(wrong, "standIn: "+err.Error())
		}
	}
	if len(f.Prices) == 0 {
		wrong = append(wrong, "prices: found none: write a row for each")
	}
	return wrong
}

// price is the row as a Price, and what is wrong with it.
func (r row) price(sources map[string]string) (p Price, wrong []string) {
	p = Price{Item: r.Item, Region: r.Region, Unit: r.Unit, Source: sources[r.Source], Confidence: regions.Confidence(r.Confidence), Note: r.Note}
	if r.Item == "" || strings.ContainsAny(r.Item, " \t") {
		wrong = append(wrong, fmt.Sprintf("item: found %q: name what is sold in one word, as in eks.cluster", r.Item))
	}
	if r.Region != Everywhere {
		if _, err := regions.Parse(r.Region); err != nil {
			wrong = append(wrong, fmt.Sprintf("region: %v, or %q for all of them", err, Everywhere))
		}
	}
	if !slices.Contains(units, r.Unit) {
		wrong = append(wrong, fmt.Sprintf("unit: found %q: choose one of %v", r.Unit, units))
	}
	micros, err := micros(r.USD)
	if err != nil {
		wrong = append(wrong, "usd: "+err.Error())
	}
	p.Micros = micros
	if strings.TrimSpace(p.Source) == "" {
		wrong = append(wrong, fmt.Sprintf("source: found %q, which is not in sources: say there where it was read", r.Source))
	}
	if c := p.Confidence; !c.Verified() && c != regions.CommonlyStated && c != regions.Unverified {
		wrong = append(wrong, fmt.Sprintf("confidence: found %q: choose %s, %s, %s or %s", r.Confidence,
			regions.VerifiedPrimary, regions.VerifiedSecondary, regions.CommonlyStated, regions.Unverified))
	}
	return p, wrong
}

// decimals are the places that a price may have: AWS has some below a thousandth of a cent.
const decimals = 6

// micros reads a decimal number exactly: sums of prices must not depend on rounding.
func micros(usd string) (int64, error) {
	whole, fraction, _ := strings.Cut(usd, ".")
	digits := whole + fraction + strings.Repeat("0", max(0, decimals-len(fraction)))
	n, err := strconv.ParseUint(digits, 10, 40)
	switch {
	case whole == "" || err != nil:
		return 0, fmt.Errorf("found %q: write a positive decimal number in quotes, as in \"0.045\"", usd)
	case len(fraction) > decimals:
		return 0, fmt.Errorf("found %q: at most %d decimals", usd, decimals)
	case n == 0:
		return 0, fmt.Errorf("found %q: what costs nothing has no row", usd)
	}
	return int64(n), nil
}

// Date is when the prices were read.
func (t Table) Date() string { return t.date }

// Source says where the prices were read, in a sentence.
func (t Table) Source() string { return t.source }

// StandIn is the region whose prices count where a region has none of its own; empty if
// there is no such region, and what has no price stays without.
func (t Table) StandIn() string { return t.standIn }

// Rows is every price, in the order of the file.
func (t Table) Rows() []Price { return slices.Clone(t.rows) }

// Find is the price of an item in a region: the region's own, else the one that holds
// everywhere, else the stand-in's. The Price says whose it is.
func (t Table) Find(region, item string) (Price, bool) {
	for _, where := range []string{region, Everywhere, t.standIn} {
		if p, ok := t.exact(where, item); ok && where != "" {
			return p, true
		}
	}
	return Price{}, false
}

func (t Table) exact(region, item string) (Price, bool) {
	i := slices.IndexFunc(t.rows, func(p Price) bool { return p.Region == region && p.Item == item })
	if i < 0 {
		return Price{}, false
	}
	return t.rows[i], true
}
