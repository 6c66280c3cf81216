package verdict

import (
	"dockwright/analysis/syntax"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// nodeWriter writes instructions as the nodes that BuildKit's parser makes of them, as far as the instruction parser can
// reject them for: without comments, lines and the bodies of heredocs.
type nodeWriter struct {
	nodes []parser.Node // what is made of one instruction; used again for the next
	root  *parser.Node
	last  *parser.Node
}

// write gives in's node, which holds until the next call. It is not for ONBUILD.
func (n *nodeWriter) write(in *syntax.Instruction) *parser.Node {
	n.nodes, n.last = n.nodes[:0], &parser.Node{}
	n.add(in.Keyword.Value)
	n.root = n.last
	for _, f := range in.Flags {
		n.root.Flags = append(n.root.Flags, flagText(f))
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
	return n.root
}

// add puts a node behind the last one. Those before it stay where they are if nodes has to grow.
func (n *nodeWriter) add(value string) {
	n.nodes = append(n.nodes, parser.Node{Value: value})
	n.last.Next = &n.nodes[len(n.nodes)-1]
	n.last = n.last.Next
}

func (n *nodeWriter) words(in *syntax.Instruction) {
	if in.Form == syntax.JSONForm {
		n.root.Attributes = map[string]bool{"json": true}
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
		return "--" + f.Name.Value
	}
	return "--" + f.Name.Value + "=" + f.Value.Value
}
