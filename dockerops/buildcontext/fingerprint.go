package buildcontext

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"os"

	"dockwright/dockerops"
)

const (
	// digested is the largest file that is read for its digest, in bytes.
	digested = 64 << 10
	// maxDigested bounds what is read for digests in all, in bytes.
	maxDigested = 32 << 20
)

// Fingerprint tells for each source what it matches at the moment, limit files at most. Two of them, of one build and the next, tell
// which files changed. Like Preview it ends early, with what it has, when ctx's time is up.
func Fingerprint(ctx context.Context, spec dockerops.BuildSpec, sources []string, limit int) ([]dockerops.ContextPrint, error) {
	prints := &prints{limit: limit, budget: maxDigested}
	for _, pattern := range sources {
		prints.each = append(prints.each, dockerops.ContextPrint{Pattern: pattern, Files: []dockerops.ContextFile{}})
		prints.sums = append(prints.sums, sha256.New())
	}
	walker, err := prepare(ctx, spec, sources, prints)
	if err != nil {
		return nil, err
	}
	walker.reachedOnly = true
	if err := walker.walk(); err != nil {
		return nil, &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Cancelled looking at the build context", Cause: err}
	}
	for i := range prints.each {
		prints.each[i].Sum = hex.EncodeToString(prints.sums[i].Sum(nil)[:16])
		prints.each[i].Partial = walker.truncated
	}
	return prints.each, nil
}

// prints are fingerprints in the making.
type prints struct {
	each   []dockerops.ContextPrint
	sums   []hash.Hash
	limit  int
	budget int64 // bytes that may still be read
}

func (p *prints) file(found file) {
	if !found.sent {
		return
	}
	var taken *dockerops.ContextFile
	for _, each := range found.reached {
		if !each.whole {
			continue
		}
		print := &p.each[each.source]
		print.Amount.Files++
		print.Amount.Bytes += found.info.Size()
		p.sum(p.sums[each.source], found)
		if len(print.Files) >= p.limit {
			print.Truncated = true
			continue
		}
		if taken == nil {
			taken = p.take(found)
		}
		print.Files = append(print.Files, *taken)
	}
}

func (p *prints) folder(string, int, int64)         {}
func (p *prints) excluded(string, []reach)          {}
func (p *prints) unreadable(string, []reach, error) {}

// sum adds what is known of a file without reading it.
func (p *prints) sum(sum hash.Hash, found file) {
	sum.Write([]byte(found.name + "\x00"))
	for _, value := range []int64{found.info.Size(), int64(found.info.Mode()), found.info.ModTime().UnixNano()} {
		var bytes [8]byte
		binary.LittleEndian.PutUint64(bytes[:], uint64(value))
		sum.Write(bytes[:])
	}
}

// take describes a file, with its digest if that is cheap.
func (p *prints) take(found file) *dockerops.ContextFile {
	info := found.info
	taken := &dockerops.ContextFile{Path: found.name, Size: info.Size(), Mode: uint32(info.Mode()), Modified: info.ModTime().UnixNano()}
	switch {
	case !info.Mode().IsRegular():
		if target, err := os.Readlink(found.path); err == nil {
			taken.Digest = short([]byte(target))
		}
	case info.Size() <= digested && info.Size() <= p.budget:
		p.budget -= info.Size()
		opened, err := os.Open(found.path)
		if err != nil {
			break
		}
		content, err := io.ReadAll(io.LimitReader(opened, digested))
		if _ = opened.Close(); err == nil {
			taken.Digest = short(content)
		}
	}
	return taken
}

func short(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}
