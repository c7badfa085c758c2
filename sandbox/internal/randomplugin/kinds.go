package randomplugin

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// keepers are in every resource: values whose change makes a new random one.
var keepers = field{name: "keepers"}

var randomID = kind{
	inputs:  []field{{name: "byteLength", required: true, min: 1}, {name: "prefix"}, keepers},
	outputs: []string{"b64Std", "b64Url", "dec", "hex"},
	generate: func(in values) (string, resource.PropertyMap, error) {
		bytes := make([]byte, in.int("byteLength"))
		if _, err := rand.Read(bytes); err != nil {
			return "", nil, err
		}
		id, prefix := base64.RawURLEncoding.EncodeToString(bytes), in.str("prefix")
		// The id is without the prefix, the outputs are with it.
		return id, text(map[string]string{
			"b64Std": prefix + base64.StdEncoding.EncodeToString(bytes),
			"b64Url": prefix + id,
			"dec":    prefix + new(big.Int).SetBytes(bytes).String(),
			"hex":    prefix + hex.EncodeToString(bytes),
		}), nil
	},
}

var randomUUID = kind{
	inputs:  []field{keepers},
	outputs: []string{"result"},
	generate: func(values) (string, resource.PropertyMap, error) {
		u, err := uuid.NewRandom()
		if err != nil {
			return "", nil, err
		}
		return u.String(), text(map[string]string{"result": u.String()}), nil
	},
}

var randomInteger = kind{
	inputs: []field{
		{name: "min", required: true, min: minInteger},
		{name: "max", required: true, min: minInteger},
		{name: "seed"}, keepers,
	},
	outputs: []string{"result"},
	check: func(in values) []problem {
		if in.known() && in.int("min") > in.int("max") {
			return []problem{{"min", fmt.Sprintf("%d: must not be above max, %d", in.int("min"), in.int("max"))}}
		}
		return nil
	},
	generate: func(in values) (string, resource.PropertyMap, error) {
		low, high := in.int("min"), in.int("max")
		if low > high {
			return "", nil, fmt.Errorf("min %d is above max %d", low, high)
		}
		n, err := source(in.str("seed")).below(high - low + 1)
		if err != nil {
			return "", nil, err
		}
		return strconv.Itoa(low + n), resource.PropertyMap{"result": resource.NewProperty(float64(low + n))}, nil
	},
}

// minInteger is no limit at all: integers may be negative.
const minInteger = -1 << 53

var randomShuffle = kind{
	inputs:  []field{{name: "inputs", required: true}, {name: "resultCount"}, {name: "seed"}, keepers},
	outputs: []string{"results"},
	generate: func(in values) (string, resource.PropertyMap, error) {
		from, count := in.strings("inputs"), in.int("resultCount")
		if in.get("resultCount").IsNull() {
			count = len(from)
		}
		if len(from) == 0 && count > 0 {
			return "", nil, errors.New("inputs is empty: there is nothing to shuffle")
		}
		results := []resource.PropertyValue{}
		random := source(in.str("seed"))
		for len(results) < count { // more than there are: go round again, shuffled anew
			order, err := random.permutation(len(from))
			if err != nil {
				return "", nil, err
			}
			for _, at := range order[:min(len(order), count-len(results))] {
				results = append(results, resource.NewProperty(from[at]))
			}
		}
		return "-", resource.PropertyMap{"results": resource.NewProperty(results)}, nil
	},
}

var randomPet = kind{
	inputs: []field{
		{name: "length", def: resource.NewProperty(2.0), min: 1},
		{name: "separator", def: resource.NewProperty("-")},
		{name: "prefix"}, keepers,
	},
	generate: func(in values) (string, resource.PropertyMap, error) {
		var words []string
		if p := in.str("prefix"); p != "" {
			words = append(words, p)
		}
		random := source("")
		for left := in.int("length"); left > 0; left-- {
			list := adverbs
			switch left {
			case 1:
				list = animals
			case 2:
				list = adjectives
			}
			at, err := random.below(len(list))
			if err != nil {
				return "", nil, err
			}
			words = append(words, list[at])
		}
		return strings.Join(words, in.str("separator")), nil, nil
	},
}

func text(m map[string]string) resource.PropertyMap {
	out := resource.PropertyMap{}
	for k, v := range m {
		out[resource.PropertyKey(k)] = resource.NewProperty(v)
	}
	return out
}
