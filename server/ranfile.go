package server

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dockwright/analysis/outcome"
	"dockwright/dockerops/buildcontext"
)

// mostRan is how many files of a context are looked at for what a failed command can have run.
const mostRan = 20

// whatRan adds to a failure of a command what the file that it ran says, if that comes from the build context: how it ends its lines, and
// what is to run it.
func (b *imageBuilding) whatRan(blame *outcome.Blame) {
	if blame == nil || len(blame.Ran) == 0 {
		return
	}
	root, err := os.OpenRoot(b.source.context)
	if err != nil {
		return // the failure is told as it is
	}
	defer func() { _ = root.Close() }()
	none := len(blame.Ran) <= mostRan
	for _, path := range blame.Ran[:min(len(blame.Ran), mostRan)] {
		head := headOf(root, filepath.FromSlash(path))
		if head != nil && blame.RanFile(path, head) {
			return
		}
		_, err := root.Lstat(filepath.FromSlash(path))
		none = none && err != nil && !errors.Is(err, fs.ErrPermission)
	}
	if none {
		blame.RanNone()
	}
}

// whatIsThere adds to a failure of a command that misses a file in the image that the build context has it, or which line of the ignore
// file keeps it out, if that is so.
func (b *imageBuilding) whatIsThere(ctx context.Context, came *built) {
	blame := came.blame
	if blame == nil || blame.Absent == "" && blame.Expected == "" {
		return
	}
	limited, cancel := context.WithTimeout(ctx, inputsTime)
	defer cancel()
	preview, err := buildcontext.Preview(limited, b.spec(), []string{cmp.Or(blame.Absent, blame.Expected)})
	if err != nil || len(preview.Sources) == 0 {
		return
	}
	source := preview.Sources[0]
	switch line := source.ExcludedBy; {
	case blame.Absent != "" && source.Files > 0:
		blame.InContext()
	case blame.Expected != "" && source.Files == 0 && line != nil:
		came.other = append(came.other, elsewhere{line.File, line.Line, "It is kept out of the context by " + line.Pattern})
		blame.KeptOut(filepath.Base(line.File), line.Line, line.Pattern)
	}
}

// headOf is the beginning of a file of a folder; nil if there is none that can be read.
func headOf(root *os.Root, name string) []byte {
	info, err := root.Stat(name)
	if err != nil || !info.Mode().IsRegular() { // opening a named pipe would wait for ever
		return nil
	}
	file, err := root.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	head, err := io.ReadAll(io.LimitReader(file, headOfProgram))
	if err != nil {
		return nil
	}
	return head
}
