package buildkit

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"dockwright/dockerops"

	"github.com/moby/buildkit/client"
)

// output is where the image goes: what BuildKit is told of it, and what is to be done here once BuildKit is done.
type output struct {
	exports []client.ExportEntry
	finish  func(built error) error // called once, with the failure of the build or nil
}

// output prepares what spec asks for.
func (b Builder) output(ctx context.Context, spec dockerops.BuildSpec) (output, error) {
	attributes := map[string]string{}
	if len(spec.Tags) > 0 {
		attributes["name"] = strings.Join(spec.Tags, ",")
	}
	asBuilt := func(built error) error { return built }
	switch {
	case spec.Output.Type == dockerops.OutputNone:
		return output{finish: asBuilt}, nil
	case spec.Output.Type == dockerops.OutputPush:
		attributes["push"] = "true"
		return output{[]client.ExportEntry{{Type: client.ExporterImage, Attrs: attributes}}, asBuilt}, nil
	case spec.Output.Type == dockerops.OutputOCI:
		return archive(spec.Output, attributes)
	case b.own():
		return output{[]client.ExportEntry{{Type: "moby", Attrs: attributes}}, asBuilt}, nil
	}
	return b.loaded(ctx, attributes), nil
}

// loaded streams the image from the builder into the engine. Nothing of it is kept here, and an engine that gets half of an
// archive drops it.
func (b Builder) loaded(ctx context.Context, attributes map[string]string) output {
	reader, writer := io.Pipe()
	var begun atomic.Bool
	loaded := make(chan error, 1)
	begin := func(map[string]string) (io.WriteCloser, error) {
		begun.Store(true)
		go func() {
			err := b.Load(ctx, reader)
			loaded <- err
			_ = reader.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // An engine that wants no more must not keep the builder waiting.
		}()
		return unclosed{writer}, nil
	}
	finish := func(built error) error {
		if built == nil {
			built = writer.Close()
		}
		if !begun.Load() {
			return built
		}
		if built == nil {
			return <-loaded
		}
		select {
		case err := <-loaded: // The engine's failure came first, and the build's of it.
			if err != nil {
				return err
			}
		default:
			_ = writer.CloseWithError(built)
			<-loaded
		}
		return built
	}
	return output{[]client.ExportEntry{{Type: client.ExporterDocker, Attrs: attributes, Output: begin}}, finish}
}

// archive writes the image beside its place, and moves it there when it is whole.
func archive(out dockerops.BuildOutput, attributes map[string]string) (output, error) {
	if err := free(out); err != nil {
		return output{}, err
	}
	file, err := os.CreateTemp(filepath.Dir(out.Path), "."+filepath.Base(out.Path)+".*")
	if err != nil {
		return output{}, badArgument(err, "The archive cannot be written to %s: name a path in a folder that exists and may be written to", out.Path)
	}
	finish := func(built error) error {
		err := errors.Join(built, file.Close())
		if err == nil {
			err = place(file.Name(), out)
		}
		_ = os.Remove(file.Name())
		return err
	}
	begin := func(map[string]string) (io.WriteCloser, error) { return unclosed{file}, nil }
	return output{[]client.ExportEntry{{Type: client.ExporterOCI, Attrs: attributes, Output: begin}}, finish}, nil
}

// free fails if something is in the archive's place that is not to be replaced, or is no file.
func free(out dockerops.BuildOutput) error {
	info, err := os.Lstat(out.Path)
	switch {
	case err != nil:
		return nil
	case !info.Mode().IsRegular():
		return refused("%s exists already, and is no file: name another path", out.Path)
	case out.Overwrite:
		return nil
	}
	failure := refused("%s exists already, and is not overwritten: name another path, or remove it first", out.Path)
	failure.Actions = []dockerops.Action{{Verb: dockerops.VerbOverwrite, Title: "Replace " + filepath.Base(out.Path), Target: out.Path}}
	return failure
}

// place gives the file the archive's name, unless another has it that is not to be replaced. A link fails where a rename would replace;
// where there are no links, a look comes before the rename.
func place(from string, out dockerops.BuildOutput) error {
	if err := os.Chmod(from, 0o644); err != nil {
		return err
	}
	if !out.Overwrite && os.Link(from, out.Path) == nil {
		return nil
	}
	if err := free(out); err != nil {
		return err
	}
	if err := os.Rename(from, out.Path); err != nil {
		return badArgument(err, "The archive cannot be written to %s", out.Path)
	}
	return nil
}

// unclosed leaves closing to whoever knows whether the build went well: BuildKit's client closes in any case.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
