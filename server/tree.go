package server

import "strings"

// lookup walks a decoded JSON tree along a dotted path; nil if there is nothing.
func lookup(tree map[string]any, path string) any {
	name, rest, more := strings.Cut(path, ".")
	v := tree[name]
	if !more {
		return v
	}
	below, _ := v.(map[string]any)
	return lookup(below, rest)
}

// lookupTruth is the boolean at path; false if there is none.
func lookupTruth(tree map[string]any, path string) bool {
	v, _ := lookup(tree, path).(bool)
	return v
}

// lookupText is the string at path; empty if there is none.
func lookupText(tree map[string]any, path string) string {
	v, _ := lookup(tree, path).(string)
	return v
}

// lookupTexts are the strings in the list at path.
func lookupTexts(tree map[string]any, path string) (out []string) {
	list, _ := lookup(tree, path).([]any)
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
