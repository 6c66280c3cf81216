package buildkit

import (
	"slices"
	"time"
)

// span is a time in which a step was worked on. A step has several: one in which its inputs are compared, and one in which it runs.
type span struct{ from, to time.Time }

// addSpan adds one, in place of what was known of it: BuildKit tells of the same beginning again.
func addSpan(spans []span, added span) []span {
	if added.from.IsZero() {
		return spans
	}
	for i := range spans {
		if spans[i].from.Equal(added.from) {
			spans[i] = added
			return spans
		}
	}
	return append(spans, added)
}

// total is how long they are together, where they overlap counted once.
func total(spans []span) (sum time.Duration) {
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b span) int { return a.from.Compare(b.from) })
	var end time.Time
	for _, each := range sorted {
		if each.from.Before(end) {
			each.from = end
		}
		if each.to.After(each.from) {
			sum += each.to.Sub(each.from)
			end = each.to
		}
	}
	return sum
}
