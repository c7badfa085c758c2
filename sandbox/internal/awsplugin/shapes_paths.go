package awsplugin

import (
	"regexp"
	"slices"
	"strings"
)

var index = regexp.MustCompile(`^\[(\d+|"[^"]*")\]`)

// pathFromBridge rewrites a property path of a diff, "rules[0].expirations[0].days",
// into the SDK's names, "rules[0].expiration.days".
func pathFromBridge(tfType, path string) string {
	for _, s := range outsideIn(tfType) {
		if s.form == sdkCopies || s.form == sdkOnly || s.form == refused {
			continue
		}
		head, rest, ok := cutPath(path, append(append([]string{}, s.path...), s.bridge))
		if !ok {
			continue
		}
		head = strings.TrimSuffix(head, s.bridge) + s.sdk
		switch {
		case s.form == bridgeHasList:
			rest = index.ReplaceAllString(rest, "")
		case s.form == sdkHasList && rest != "":
			rest = "[0]" + rest
		}
		path = head + rest
	}
	return path
}

// pathsToBridge rewrites what a resource option such as IgnoreChanges names.
// Only properties of the resource itself are renamed: below them both sides
// name alike wherever the program has use for it.
func pathsToBridge(tfType string, paths []string) []string {
	out := slices.Clone(paths)
	for _, s := range shapes[tfType] {
		if len(s.path) > 0 || s.form == sdkCopies || s.form == sdkOnly || s.form == refused {
			continue
		}
		for i, path := range out {
			_, rest, ok := cutPath(path, []string{s.sdk})
			if !ok {
				continue
			}
			if s.form == sdkHasList {
				rest = index.ReplaceAllString(rest, "")
			}
			out[i] = s.bridge + rest
		}
	}
	return out
}

// cutPath splits path after the steps, if it begins with them.
func cutPath(path string, steps []string) (head, rest string, ok bool) {
	rest = path
	for i, step := range steps {
		if step == "*" {
			at := index.FindString(rest)
			if at == "" {
				return "", "", false
			}
			rest = rest[len(at):]
			continue
		}
		if i > 0 {
			if rest, ok = strings.CutPrefix(rest, "."); !ok {
				return "", "", false
			}
		}
		if rest, ok = strings.CutPrefix(rest, step); !ok || rest != "" && rest[0] != '.' && rest[0] != '[' {
			return "", "", false
		}
	}
	return path[:len(path)-len(rest)], rest, true
}
