package rules

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"pitboss/regions"
)

// attrs are the inputs of an example.
type attrs = map[string]any

// The providers of the examples: the two regions of market mt.
var (
	exampleHome    = Provider{Name: "aws-eu-south-1", Region: "eu-south-1", Accounts: []string{"111122223333"}}
	exampleStandby = Provider{Name: "aws-eu-central-1", Region: "eu-central-1", Accounts: []string{"111122223333"}}
)

// exampleKey is the ARN of the examples' key of a class.
func exampleKey(class string) string { return "arn:aws:kms:eu-south-1:111122223333:key/" + class }

// awsPart is a resource of an example in the home region.
func awsPart(typ, name string, inputs attrs) Resource {
	return Resource{Type: "aws:" + typ, Name: name, URN: name, Custom: true, Provider: exampleHome, Inputs: inputs}
}

// computed is r with an input that is computed from other resources of the example.
func computed(r Resource, input string, urns ...string) Resource {
	r.From = map[string][]string{input: urns}
	return r
}

// awsExample is a resource of AWS, and those beside it.
func awsExample(what, typ, name string, inputs attrs, beside ...Resource) Example {
	return Example{Name: what, Resources: append([]Resource{awsPart(typ, name, inputs)}, beside...)}
}

var regionWord = regexp.MustCompile(`\b((?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d)[a-h]?\b`)

// regionsNamed is every region of AWS that something names, whole or inside of an ARN, a
// zone, a host or a document; sorted.
func regionsNamed(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		for _, m := range regionWord.FindAllStringSubmatch(strings.ReplaceAll(v, "_", "-"), -1) {
			found = append(found, m[1])
		}
	case []any:
		for _, one := range v {
			found = append(found, regionsNamed(one)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			found = append(append(found, regionsNamed(key)...), regionsNamed(v[key])...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// ofMarket tells whether a region is one of the market's two.
func (c *Case) ofMarket(region string) bool {
	return region == c.Stack.Market.Home.String() || region == c.Stack.Market.Standby.String()
}

// other is the market's region that the resource is not in; empty if it is in neither.
func (c *Case) other() string {
	here, err := regions.Parse(c.Resource.Region())
	if err != nil {
		return ""
	}
	return c.Stack.Market.Other(here).String()
}

// wantHere breaks the rule if the ARN at path names a region that is not the market's, or
// another account.
func (c *Case) wantHere(path ...any) (arn []string, known bool) {
	text, known := c.Text(path...)
	arn = strings.SplitN(text, ":", 6)
	if !known || len(arn) < 6 {
		return nil, known
	}
	if arn[3] != "" && !c.ofMarket(arn[3]) {
		c.Failf("%s is in %s, want %s or %s", pathText(path), arn[3], c.Stack.Market.Home, c.Stack.Market.Standby)
	}
	if arn[4] != "" && arn[4] != c.Stack.Market.Account {
		c.Failf("%s is in account %s, want %s", pathText(path), arn[4], c.Stack.Market.Account)
	}
	return arn, true
}

// decoded is the input at path; where the engine has it as a JSON document, as it has the
// inputs of providers, what the document says.
func (c *Case) decoded(path ...any) (any, bool) {
	v, known := c.Get(path...)
	if text, ok := v.(string); ok && strings.ContainsAny(text, "{[") {
		var inside any
		if json.Unmarshal([]byte(text), &inside) == nil {
			return inside, known
		}
	}
	return v, known
}

// partners is Stack.Companions for what is judged. known is false, and noted, if one more may
// yet turn out to be: what it names is not known, nor what it comes from.
func (c *Case) partners(suffix, input, name string) (list []Resource, known bool) {
	known = true
	for _, one := range c.Stack.OfType(suffix) {
		if len(one.From[input]) > 0 {
			continue // connected already, with this or with another
		}
		_, ok := c.Of(one).Get(input)
		known = known && ok
		if name != "" {
			_, ok = c.Get(name)
			known = known && ok
		}
	}
	list = c.Stack.Companions(c.Resource, suffix, input, name)
	return list, known
}

// nameWords are the words of names, in order: "trail-audit-aml" has three.
func nameWords(names ...string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.Join(names, " ")), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
	})
}

// worldwide tells whether r belongs to a service that has no region: its provider's is
// where AWS is asked, and not where it is.
func worldwide(r Resource) bool {
	service, _, _ := strings.Cut(strings.TrimPrefix(r.Type, "aws:"), "/")
	return slices.Contains([]string{"iam", "route53", "route53recoverycontrol", "globalaccelerator", "cloudfront", "organizations"}, service)
}
