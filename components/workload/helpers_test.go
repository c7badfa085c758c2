package workload_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/workload"
)

// steps splits a path at its dots; numbers are indices. A label's own dots are kept.
func steps(path string) []any {
	var out []any
	before, label, _ := strings.Cut(path, "pitboss.io/")
	for _, step := range strings.Split(strings.TrimSuffix(before, "."), ".") {
		if n, err := strconv.Atoi(step); err == nil {
			out = append(out, n)
		} else {
			out = append(out, step)
		}
	}
	if label != "" {
		out = append(out, "pitboss.io/"+label)
	}
	return out
}

// differences is every path at which two values are not the same, with both.
func differences(at string, a, b any) []string {
	inA, okA := a.(map[string]any)
	inB, okB := b.(map[string]any)
	if okA && okB {
		keys := maps.Clone(inA)
		maps.Copy(keys, inB)
		var out []string
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			path := at + "." + key
			if strings.HasSuffix(at, " ") {
				path = at + key
			}
			out = append(out, differences(path, inA[key], inB[key])...)
		}
		return out
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		return []string{fmt.Sprintf("%s %v %v", at, a, b)}
	}
	return nil
}

// moved is an endpoint somewhere else.
func moved(e workload.Endpoint) workload.Endpoint {
	e.Host = pulumi.String("elsewhere.db")
	return e
}
