package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/analysis/outcome"
	"dockwright/dockerops"
	"dockwright/server/convert"
)

// buildSource is a Dockerfile and where it is built.
type buildSource struct {
	key       uri.URI
	uri, path string
	text      string // that is built: up to the instruction where the build is to end
	doc       *analysis.Document
	unsaved   bool   // it is the text in the editor, and another is on disk
	cut       bool   // it is not the whole text
	target    string // the stage that the options are of
	context   string // a folder
}

// content is the text for the builder, if that cannot take it from the file.
func (s buildSource) content() []byte {
	if s.unsaved || s.cut {
		return []byte(s.text)
	}
	return nil
}

// buildSource finds what a build is of. Its error says what is wrong with the arguments.
func (c *invocation) buildSource(ctx context.Context, a *imageBuildArguments) (source buildSource, err error) {
	if a.Dockerfile == "" {
		if a.Dockerfile, err = c.openDockerfile(ctx); err != nil {
			return source, err
		}
	}
	if slices.ContainsFunc(c.documents(), func(d *document) bool { return d.path == "" && d.uri == a.Dockerfile }) {
		return source, notSaved(c)
	}
	if source.path, source.uri, err = c.dockerfileAt(a.Dockerfile); err != nil {
		return source, err
	}
	saved, err := os.ReadFile(source.path)
	d := c.documentAt(source.path)
	switch {
	case d != nil:
		source.text = d.src
		source.unsaved = err != nil || asWritten(string(saved)) != asWritten(d.src)
	case err != nil:
		return source, &dockerops.Error{Kind: dockerops.KindNotFound, Message: fmt.Sprintf("There is no Dockerfile %s: save it, or name another", source.path), Cause: err}
	default:
		source.text = string(saved)
	}
	if source.key, err = uri.Parse(source.uri); err != nil {
		return source, badArgument("dockerfile", "is no file: %v", err)
	}
	source.doc, source.target = analysis.Parse(source.text, nil), a.Target
	if source.context, err = c.buildContext(*a, source.path, d); err != nil || a.Until == nil {
		return source, err
	}
	if source.text, err = upTo(source.doc, *a.Until, a.Target); err != nil {
		return source, err
	}
	a.Target = "" // what is left of the text ends with it
	source.cut, source.doc = true, analysis.Parse(source.text, source.doc)
	return source, nil
}

// asWritten is a text without what editors keep to themselves: the byte order mark, and how its lines end.
func asWritten(text string) string {
	return strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
}

// dockerfileAt is the path and the URI of a Dockerfile that an argument names by either, as the editor writes it if it is open.
func (c *invocation) dockerfileAt(name string) (path, uri string, err error) {
	path = name
	if strings.Contains(name, "://") {
		var ok bool
		if path, ok = convert.URIToPath(name); !ok {
			return "", "", badArgument("dockerfile", "is no file of this machine: %s", name)
		}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.root(), path)
	}
	if inside := dockerfileIn(path); inside != "" {
		path = inside
	}
	if d := c.documentAt(path); d != nil {
		return path, d.uri, nil
	}
	return path, convert.PathToURI(path), nil
}

// dockerfileIn is the Dockerfile of a folder; "" if it has none, or is no folder.
func dockerfileIn(folder string) string {
	for _, name := range []string{"Dockerfile", "Containerfile"} {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// notSaved is the failure of a command for want of a file.
func notSaved(c *invocation) error {
	return refused(c.command.title + ": the Dockerfile has not been saved yet, so it has no folder to be built in. Save it first.")
}

// upTo is a Dockerfile up to the end of the instruction on a line, counted from 1: what stands behind it is not built. The line must not
// be behind the stage target, if one is named.
func upTo(doc *analysis.Document, line int, target string) (string, error) {
	if line < 1 || line > doc.Lines.Count() {
		return "", badArgument("until", "must be a line of the Dockerfile, from 1 to %d", doc.Lines.Count())
	}
	at := doc.Lines.Span(line - 1).End
	stage := doc.Model.StageAt(at)
	if stage == nil {
		return "", badArgument("until", "names line %d, on which no stage has begun yet: name the line of a FROM or of what follows it", line)
	}
	if last := outcome.NewLocator(doc, target).Target(target); last == nil || stage.From.Span.Start > last.From.Span.Start {
		return "", badArgument("until", "names line %d, which the stage %q cannot need: name one that it does, or leave out target", line, target)
	}
	end := 0
	for _, in := range doc.Tree.Instructions {
		if in.Full.Start <= at {
			end = in.Full.End
		}
	}
	return doc.Text[:end], nil
}

// buildContext is the folder of a build's context.
func (c *invocation) buildContext(a imageBuildArguments, path string, d *document) (string, error) {
	dir := filepath.Dir(path)
	switch {
	case a.ContextDir != "":
		dir = a.ContextDir
		if named, ok := convert.URIToPath(dir); ok && strings.Contains(dir, "://") {
			dir = named
		}
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(c.root(), dir)
		}
	case d != nil:
		of := d.contextDir
		if a.Fresh {
			of = d.setContextDir
		}
		if set, problem := of(); problem == "" && set != "" {
			dir = set
		}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return dir, &dockerops.Error{Kind: dockerops.KindNotFound, Message: fmt.Sprintf("The build context %s is no folder: name another by contextDir or the setting dockwright.build.context", dir)}
	}
	return dir, nil
}

// root is what relative paths of arguments are relative to: the first workspace folder, else the server's own folder.
func (s *Snapshot) root() string {
	for _, folder := range s.folders {
		if path, ok := convert.URIToPath(string(folder)); ok {
			return path
		}
	}
	here, _ := os.Getwd() // without it a relative path is not found, and that is said
	return here
}

// shownPath is a path as messages name it: from the folder of the workspace that it lies in, else its last part.
func (s *Snapshot) shownPath(path string) string {
	for _, root := range s.roots() {
		if rel, err := filepath.Rel(root, path); err == nil && within(path, root) {
			return rel
		}
	}
	return filepath.Base(path)
}

// documentAt is the open Dockerfile with that path, or nil.
func (s *Snapshot) documentAt(path string) *document {
	for _, d := range s.docs {
		if d.ours && d.path != "" && filepath.Clean(d.path) == filepath.Clean(path) {
			return d
		}
	}
	return nil
}

// openDockerfile is the one Dockerfile that is open; of several the user chooses. If none is, it is that of the workspace's folder.
func (c *invocation) openDockerfile(ctx context.Context) (string, error) {
	var choices []choice
	documents := c.documents()
	for _, d := range documents {
		if d.path != "" {
			choices = append(choices, choice{d.path, d.uri})
		}
	}
	switch {
	case len(choices) == 1:
		return choices[0].Value, nil
	case len(choices) == 0 && len(documents) > 0:
		return "", notSaved(c)
	}
	slices.SortFunc(choices, func(a, b choice) int { return strings.Compare(a.Title, b.Title) })
	question := c.command.title + ": which Dockerfile?"
	if len(choices) == 0 {
		if path := dockerfileIn(c.root()); path != "" {
			return path, nil
		}
		question = c.command.title + ": no Dockerfile is open. Name one by the argument dockerfile."
	}
	return c.pick(ctx, "dockerfile", question, choices)
}
