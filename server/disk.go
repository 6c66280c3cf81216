package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"go.lsp.dev/uri"

	"dockwright/analysis"
	"dockwright/server/convert"
)

// diskFile is what is remembered of a file that nobody has open: enough to tell what comes of it without reading it again.
type diskFile struct {
	modTime time.Time
	size    int64
	text    int    // the size of its text
	digest  string // of its text
	sources []string
}

// settled is how long a file must have been left alone for its time of change to tell the next change: the clocks of file
// systems are coarse.
const settled = 2 * time.Second

// closed is the Dockerfile of a workspace folder that nobody has open, as it is on disk now; nil if there is none.
func (s *Snapshot) closed(ctx context.Context, key uri.URI) *document {
	path, ok := convert.URIToPath(string(key))
	if !ok || !slices.ContainsFunc(s.roots(), func(root string) bool { return within(path, root) }) {
		return nil
	}
	d := s.unread(path)
	info, err := os.Stat(path)
	if err == nil {
		d, err = d.load(ctx, info)
	}
	if err != nil || !d.ours {
		return nil
	}
	return d
}

// unread is the document of a file that nobody has open, without its text.
func (s *Snapshot) unread(path string) *document {
	written := convert.PathToURI(path)
	key, err := uri.Parse(written)
	if err != nil {
		key = uri.URI(written)
	}
	return s.session.newDocument(key, written, "", 0, "").withSettings(s.settings.of(key))
}

// load is d with the text of its file, about which info has been asked, and with what its build context holds. The text of
// a file that is too large is left where it is.
func (d *document) load(ctx context.Context, info fs.FileInfo) (*document, error) {
	if !info.Mode().IsRegular() {
		return d, errors.New("it is no ordinary file") // reading a named pipe would wait for ever
	}
	if limit := int64(d.settings.MaxFileSize); info.Size() > limit {
		d.size = int(info.Size())
		return d, nil
	}
	f, err := os.Open(d.path)
	if err != nil {
		return d, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, int64(d.settings.MaxFileSize)+1))
	if err != nil {
		return d, err
	}
	// Editors send neither byte order marks nor bytes that are no UTF-8.
	d = d.withText(0, strings.ToValidUTF8(strings.TrimPrefix(string(data), "\ufeff"), "\ufffd"))
	return d.withFacts(d.lookedUp(ctx, d.sources())), nil
}

// sources are what d takes from its build context; none if a bug keeps them from being known, of which its diagnostics
// tell.
func (d *document) sources() (out []string) {
	if !d.ours || !d.settings.Enable || d.unfit() != nil {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			_ = d.session.panicked("the sources of "+d.uri, r)
		}
	}()
	return analysis.Sources(d.parsed())
}

// lookedUp is what the build context of d holds, read now, if the user lets us read it.
func (d *document) lookedUp(ctx context.Context, sources []string) *facts {
	if !d.settings.ReadContext || !d.settings.Enable || d.unfit() != nil {
		return nil
	}
	f, err := d.readFacts(ctx, sources)
	if err != nil {
		d.session.log.Info("the build context was not read", "uri", d.uri, "error", err)
	}
	return f
}

// remember notes what has been read of a file.
func (s *session) remember(d *document, info fs.FileInfo) {
	f := diskFile{info.ModTime(), info.Size(), d.size, digest(d.src), d.sources()}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, d.path)
	if time.Since(f.modTime) > settled {
		if s.files == nil {
			s.files = map[string]diskFile{}
		}
		s.files[d.path] = f
	}
}

// remembered is what is known of a file that has not changed since it was read.
func (s *session) remembered(path string, info fs.FileInfo) (diskFile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[path]
	return f, ok && f.modTime.Equal(info.ModTime()) && f.size == info.Size()
}

// digest stands for a text that is not kept.
func digest(src string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(src))) }
