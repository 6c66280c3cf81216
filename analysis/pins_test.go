package analysis_test

import (
	_ "github.com/containerd/platforms"
	_ "github.com/distribution/reference"
	_ "github.com/moby/buildkit/frontend/dockerfile/dfgitutil"
	_ "github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	_ "github.com/moby/buildkit/frontend/dockerfile/instructions"
	_ "github.com/moby/patternmatcher"
	_ "github.com/moby/sys/signal"
	_ "github.com/tonistiigi/dchapes-mode"
	_ "go.lsp.dev/jsonrpc2"
	_ "go.lsp.dev/protocol"
	_ "go.lsp.dev/uri"
	_ "mvdan.cc/sh/v3/syntax"
)
