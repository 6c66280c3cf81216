package verdict

import (
	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// nodeFrom writes an instruction as the node that BuildKit's parser makes of it, as far as the instruction parser can
// reject it for: without comments, lines and the bodies of heredocs. It is not for ONBUILD.
func nodeFrom(in *syntax.Instruction) *parser.Node {
	n := &nodeWriter{}
	n.node.Value = in.Keyword.Value
	n.last = &n.node
	for _, f := range in.Flags {
		n.node.Flags = append(n.node.Flags, flagText(f))
	}
	switch in.Name {
	case command.Arg:
		n.names(in.Pairs)
	case command.Env, command.Label:
		n.pairs(in.Pairs)
	case command.Healthcheck:
		if !in.Kind.Empty() {
			n.add(in.Kind.Value)
		}
		n.words(in)
	default:
		n.words(in)
	}
	return &n.node
}

// nodeWriter appends to the list behind a node.
type nodeWriter struct {
	node parser.Node
	last *parser.Node
}

func (n *nodeWriter) add(value string) {
	n.last.Next = &parser.Node{Value: value}
	n.last = n.last.Next
}

func (n *nodeWriter) words(in *syntax.Instruction) {
	if in.Form == syntax.JSONForm {
		n.node.Attributes = map[string]bool{"json": true}
	}
	for _, w := range in.Words {
		n.add(w.Value)
	}
}

func (n *nodeWriter) names(pairs []syntax.Pair) {
	for _, p := range pairs {
		if p.HasValue {
			n.add(p.Key.Value + "=" + p.Value.Value)
		} else {
			n.add(p.Key.Value)
		}
	}
}

func (n *nodeWriter) pairs(pairs []syntax.Pair) {
	for _, p := range pairs {
		n.add(p.Key.Value)
		n.add(p.Value.Value)
		if p.Legacy {
			n.add("")
		} else {
			n.add("=")
		}
	}
}

// flagText is a flag without quotes and escapes.
func flagText(f syntax.Flag) string {
	if !f.HasValue {
		return latin("--" + f.Name.Value)
	}
	return latin("--" + f.Name.Value + "=" + f.Value.Value)
}
