package randomplugin

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"golang.org/x/crypto/bcrypt"
)

// classes are the kinds of character that a password is made of, in the order
// that the least numbers of each are satisfied.
var classes = []struct{ enable, least, characters string }{
	{"numeric", "minNumeric", "0123456789"},
	{"lower", "minLower", "abcdefghijklmnopqrstuvwxyz"},
	{"upper", "minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	{"special", "minSpecial", "!@#$%&*()-_=+[]{}<>:?"},
}

func characterInputs() []field {
	yes, none := resource.NewProperty(true), resource.NewProperty(0.0)
	return []field{
		{name: "length", required: true, min: 1},
		{name: "lower", def: yes}, {name: "upper", def: yes}, {name: "special", def: yes},
		// number is the former name of numeric: neither has a default that would
		// hide the other.
		{name: "numeric"}, {name: "number"},
		{name: "minLower", def: none}, {name: "minUpper", def: none},
		{name: "minNumeric", def: none}, {name: "minSpecial", def: none},
		{name: "overrideSpecial"}, keepers,
	}
}

var randomString = kind{
	inputs:  characterInputs(),
	outputs: []string{"result"},
	check:   checkCharacters,
	generate: func(in values) (string, resource.PropertyMap, error) {
		result, err := characters(in)
		return result, withNumeric(in, map[string]string{"result": result}), err
	},
}

var randomPassword = kind{
	inputs:  characterInputs(),
	outputs: []string{"bcryptHash", "result"},
	secret:  []string{"bcryptHash", "result"},
	check:   checkCharacters,
	generate: func(in values) (string, resource.PropertyMap, error) {
		result, err := characters(in)
		if err != nil {
			return "", nil, err
		}
		// bcrypt reads 72 bytes at most, and refuses more.
		hash, err := bcrypt.GenerateFromPassword([]byte(result[:min(len(result), 72)]), bcrypt.DefaultCost)
		// The id must not be the password: ids are not secret.
		return "none", withNumeric(in, map[string]string{"result": result, "bcryptHash": string(hash)}), err
	},
}

// withNumeric adds both names of the same choice, as the provider does.
func withNumeric(in values, outputs map[string]string) resource.PropertyMap {
	m := text(outputs)
	m["numeric"], m["number"] = resource.NewProperty(numeric(in)), resource.NewProperty(numeric(in))
	return m
}

func numeric(in values) bool {
	for _, name := range []string{"numeric", "number"} {
		if v := in.get(name); v.IsBool() {
			return v.BoolValue()
		}
	}
	return true
}

func enabled(in values, class string) bool {
	if class == "numeric" {
		return numeric(in)
	}
	return in.bool(class)
}

func checkCharacters(in values) []problem {
	if !in.known() {
		return nil
	}
	var problems []problem
	if a, b := in.get("numeric"), in.get("number"); a.IsBool() && b.IsBool() && a.BoolValue() != b.BoolValue() {
		problems = append(problems, problem{"number", "contradicts numeric, which is its new name: give only numeric"})
	}
	least, any := 0, false
	for _, c := range classes {
		least += in.int(c.least)
		any = any || enabled(in, c.enable) || in.int(c.least) > 0
	}
	if least > in.int("length") {
		problems = append(problems, problem{"length",
			fmt.Sprintf("%d: must be at least the sum of minLower, minUpper, minNumeric and minSpecial, %d", in.int("length"), least)})
	}
	if !any {
		problems = append(problems, problem{"lower", "one of lower, upper, numeric and special must be true"})
	}
	return problems
}

// characters draws a string: the least number of each class, the rest from all
// enabled ones, then shuffled.
func characters(in values) (string, error) {
	if problems := checkCharacters(in); len(problems) > 0 {
		return "", fmt.Errorf("%s: %s", problems[0].field, problems[0].reason)
	}
	random := source("")
	var drawn []byte
	draw := func(from string, n int) error {
		for range n {
			at, err := random.below(len(from))
			if err != nil {
				return err
			}
			drawn = append(drawn, from[at])
		}
		return nil
	}
	all := ""
	for _, c := range classes {
		set := c.characters
		if special := in.str("overrideSpecial"); c.enable == "special" && special != "" {
			set = special
		}
		if enabled(in, c.enable) {
			all += set
		}
		if err := draw(set, in.int(c.least)); err != nil {
			return "", err
		}
	}
	if all == "" {
		return "", fmt.Errorf("every class of characters is off: enable one of lower, upper, numeric and special")
	}
	if err := draw(all, in.int("length")-len(drawn)); err != nil {
		return "", err
	}
	order, err := random.permutation(len(drawn))
	if err != nil {
		return "", err
	}
	shuffled := make([]byte, len(drawn))
	for i, at := range order {
		shuffled[i] = drawn[at]
	}
	return string(shuffled), nil
}
