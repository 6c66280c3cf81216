package buildcontext

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest is the one of names that is nearly the same as a name, such as one that differs in capital letters only; "" if none is, or
// it would have to be quoted.
func Nearest(name string, names []string) string {
	nearest, least := "", min(4, (len(name)+1)/2)
	for _, other := range names {
		if other == name || strings.ContainsAny(other, " \t\"'$\\") {
			continue
		}
		if distance := levenshtein.Distance(strings.ToLower(name), strings.ToLower(other), nil); distance < least {
			nearest, least = other, distance
		}
	}
	return nearest
}
