package cost

import (
	"fmt"
	"slices"
	"strconv"

	"pitboss/policy/rules"
	"pitboss/regions/prices"
)

// hours of a month, as AWS's own examples have it.
const hours = 730

// count is one resource being counted. A meter reads it through count, so that what is not
// known yet is noticed wherever it is met.
type count struct {
	rules.Resource

	e                  *estimate
	when, stack        int
	name, region, role string
	all                []side // of every stack, on the same side
}

// add counts n of a thing under a kind. Each of them takes units of the item a month: hours,
// GB or months. Without a price it is unpriced, and in no line.
func (c *count) add(kind, each string, n int64, item string, units int64) {
	c.addIn(c.region, kind, each, n, item, units)
}

// addGlobal counts what is in no region.
func (c *count) addGlobal(kind, each string, n int64, item string, units int64) {
	c.addIn("", kind, each, n, item, units)
}

func (c *count) addIn(region, kind, each string, n int64, item string, units int64) {
	if n == 0 {
		return
	}
	price, ok := c.e.table.Find(region, item)
	if !ok {
		where := "in " + region
		if region == "" {
			where = "for every region"
		}
		c.untold("no price of %s %s", item, where)
		return
	}
	if price.Region != region && price.Region != prices.Everywhere {
		each += " at the price of " + price.Region
		c.e.standIn(price.Region)
	}
	c.e.record(c, region, kind, part{each: each, count: n, micros: price.Micros * n * units})
}

// record adds to the line of the kind, and to what is like it in there.
func (e *estimate) record(c *count, region, kind string, p part) {
	i := slices.IndexFunc(e.entries, func(o *entry) bool { return o.stack == c.stack && o.region == region && o.kind == kind })
	if i < 0 {
		i = len(e.entries)
		e.entries = append(e.entries, &entry{stack: c.stack, name: c.name, region: region, role: c.role, kind: kind})
	}
	parts := &e.entries[i].parts[c.when]
	j := slices.IndexFunc(*parts, func(o part) bool { return o.each == p.each })
	if j < 0 {
		*parts = append(*parts, p)
		return
	}
	(*parts)[j].count += p.count
	(*parts)[j].micros += p.micros
}

func (e *estimate) standIn(region string) {
	if !slices.Contains(e.stoodIn, region) {
		e.stoodIn = append(e.stoodIn, region)
	}
}

// untold says why the resource, or a part of it, is in no line.
func (c *count) untold(format string, args ...any) {
	c.e.unpriced = append(c.e.unpriced, place{c.stack, Unpriced{URN: c.URN, Type: c.Type, Name: c.Name, Why: fmt.Sprintf(format, args...)}})
}

// assume is a quantity that no plan says; the bill names it.
func (c *count) assume(q quantity) int64 {
	c.e.assumed[q] = true
	return assumptions[q].amount
}

// at is the input at path: names of properties and indices of lists; nil where there is
// nothing, Unknown where that is not known, a secret included.
func at(r rules.Resource, path ...any) any {
	var v any = r.Inputs
	for _, step := range path {
		switch in := v.(type) {
		case map[string]any:
			name, _ := step.(string)
			v = in[name]
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(in) {
				return nil
			}
			v = in[i]
		case rules.Unknown, rules.Secret:
			return rules.Unknown{}
		default:
			return nil
		}
	}
	if v == any(rules.Secret{}) {
		return rules.Unknown{}
	}
	return v
}

// number is the whole number of what at found, and whether it is one.
func number(v any) (int64, bool) {
	switch v := v.(type) {
	case float64:
		return int64(v), v == float64(int64(v)) && v >= 0
	case int:
		return int64(v), v >= 0
	case string:
		n, err := strconv.ParseUint(v, 10, 31)
		return int64(n), err == nil
	}
	return 0, false
}

// number is the input at path, or otherwise if there is none. If it is not known, what
// depends on it is unpriced.
func (c *count) number(otherwise int64, what string, path ...any) (int64, bool) {
	v := at(c.Resource, path...)
	if v == nil && otherwise > 0 {
		return otherwise, true
	}
	n, ok := number(v)
	if !ok {
		c.untold("%s: %s", what, missing(v))
	}
	return n, ok
}

// text is the input at path, or otherwise if there is none.
func (c *count) text(otherwise, what string, path ...any) (string, bool) {
	v := at(c.Resource, path...)
	if v == nil && otherwise != "" {
		return otherwise, true
	}
	s, ok := v.(string)
	if !ok || s == "" {
		c.untold("%s: %s", what, missing(v))
		return "", false
	}
	return s, true
}

// length is how many elements the list at path has.
func (c *count) length(what string, path ...any) (int64, bool) {
	v := at(c.Resource, path...)
	l, ok := v.([]any)
	if !ok || len(l) == 0 {
		c.untold("%s: %s", what, missing(v))
		return 0, false
	}
	return int64(len(l)), true
}

func missing(v any) string {
	switch v.(type) {
	case rules.Unknown:
		return "not known yet"
	case nil:
		return "not said"
	}
	return fmt.Sprintf("found %v, which cannot be counted", v)
}
