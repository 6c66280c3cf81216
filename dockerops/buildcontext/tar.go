package buildcontext

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"strings"

	"github.com/moby/buildkit/util/staticfs"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

// Tar streams the context as builders without BuildKit want it: without what is ignored or not needed, with the Dockerfile as it was read
// under the name that is returned. The caller closes the stream; what cannot be read is an error of its Read.
func (c *Context) Tar(ctx context.Context) (stream io.ReadCloser, dockerfile string, err error) {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(c.Ignore))
	if err != nil {
		return nil, "", fail(err, "The ignore file of the build cannot be understood: %v", err)
	}
	files, err := fsutil.NewFilterFS(c.Files, &fsutil.FilterOpt{ExcludePatterns: patterns, Map: only(c.needs)})
	if err != nil {
		return nil, "", fail(err, "The ignore file of the build cannot be understood: %v", err)
	}
	overlay, dockerfile := c.overlay()
	reader, writer := io.Pipe()
	go func() {
		writer.CloseWithError(unreadable(fsutil.WriteTar(ctx, staticfs.NewMergeFS(walked{files, c.Files}, overlay), writer)))
	}()
	return reader, dockerfile, nil
}

// walked opens whatever the filter walks over: asked by name alone, a filter can judge otherwise, where lines take back what others excluded.
type walked struct {
	fsutil.FS
	all fsutil.FS
}

// Open reads a file that was walked over.
func (w walked) Open(name string) (io.ReadCloser, error) { return w.all.Open(name) }

// overlay holds what the builder must see in another way than it is on disk. The builder applies .dockerignore a second time,
// so that one must be the one in force, and hide a Dockerfile that is not part of the context.
func (c *Context) overlay() (files *staticfs.FS, dockerfile string) {
	files, dockerfile, ignore := staticfs.NewFS(), c.path, c.Ignore
	if dockerfile == "" {
		dockerfile = ".dockerfile." + strings.ToLower(rand.Text())
		ignore = append(bytes.Clone(ignore), "\n"+dockerfile+"\n.dockerignore\n"...)
	}
	add(files, dockerfile, c.Dockerfile)
	if ignore != nil {
		add(files, ".dockerignore", ignore)
	}
	return files, dockerfile
}

// ownerless leaves out whose file it is, as builders do.
func ownerless(_ string, stat *types.Stat) fsutil.MapResult {
	stat.Uid, stat.Gid = 0, 0
	return fsutil.MapResultKeep
}
