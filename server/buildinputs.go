package server

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"
)

// mostInputs is how many files of a source are remembered.
const mostInputs = 2000

// inputs are the files that COPY and ADD take from the context, for the next build to be compared with. That they cannot be read is for the
// build to tell.
func (b *imageBuilding) inputs(ctx context.Context, doc *analysis.Document) map[string]map[string]string {
	sources := outcome.Inputs(doc)
	if len(sources) == 0 {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, inputsTime)
	defer cancel()
	prints, err := buildcontext.Fingerprint(limited, b.spec(), sources, mostInputs)
	if err != nil {
		return nil
	}
	return inputsOf(prints)
}

// inputsOf is what is remembered of prints.
func inputsOf(prints []dockerops.ContextPrint) map[string]map[string]string {
	inputs := map[string]map[string]string{}
	for _, p := range prints {
		if p.Partial {
			continue // what was seen is not what the build takes
		}
		if p.Truncated {
			inputs[p.Pattern] = map[string]string{outcome.Everything: p.Sum}
			continue
		}
		files := map[string]string{}
		for _, f := range p.Files {
			files[f.Path] = fmt.Sprintf("%d %o %s", f.Size, f.Mode, cmp.Or(f.Digest, strconv.FormatInt(f.Modified, 10)))
		}
		inputs[p.Pattern] = files
	}
	return inputs
}

// inputsTime is how long a build waits for the files of its context to be looked at.
const inputsTime = 2 * time.Second

// needs are the paths of the context that the build reads, for builders that are sent the context as a whole; nil where that is not
// certain. A base image that is not here could bring triggers that copy anything.
func (b *imageBuilding) needs(ctx context.Context) []string {
	doc := b.source.doc
	needs, known := outcome.Needs(doc)
	if !known || b.engine == nil {
		return nil
	}
	for _, image := range analysis.Images(doc) {
		detail, err := b.engine.InspectImage(ctx, image.Reference, dockerops.InspectOptions{})
		if err != nil || len(detail.OnBuild) > 0 {
			return nil
		}
	}
	for _, stage := range doc.Model.Stages {
		if stage.Unexpanded {
			return nil
		}
	}
	return append([]string{}, needs...)
}
