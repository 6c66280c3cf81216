package model

import (
	"cmp"
	"hash/maphash"
)

// inherited is the definitions that a scope takes over, by name. It never changes: to add one gives a new tree that
// shares what is the same, so that a chain of thousands of stages takes neither the time nor the memory of as many
// copies. The order by hash keeps the tree flat.
type inherited struct {
	hash        uint64
	definition  *Definition
	left, right *inherited
}

var inheritedSeed = maphash.MakeSeed()

func (t *inherited) find(name string) *Definition {
	if t == nil {
		return nil
	}
	for hash := maphash.String(inheritedSeed, name); t != nil; {
		switch c := t.compare(hash, name); {
		case c < 0:
			t = t.left
		case c > 0:
			t = t.right
		default:
			return t.definition
		}
	}
	return nil
}

// with is t with one more definition, or another one of that name.
func (t *inherited) with(d *Definition) *inherited {
	return t.insert(maphash.String(inheritedSeed, d.Name), d)
}

func (t *inherited) insert(hash uint64, d *Definition) *inherited {
	if t == nil {
		return &inherited{hash: hash, definition: d}
	}
	changed := *t
	switch c := t.compare(hash, d.Name); {
	case c < 0:
		changed.left = t.left.insert(hash, d)
	case c > 0:
		changed.right = t.right.insert(hash, d)
	default:
		changed.definition = d
	}
	return &changed
}

func (t *inherited) compare(hash uint64, name string) int {
	return cmp.Or(cmp.Compare(hash, t.hash), cmp.Compare(name, t.definition.Name))
}
