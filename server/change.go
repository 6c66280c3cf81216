package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/server/convert"
)

// openParams are the parameters of textDocument/didOpen. A version that is null is 0, as in files that editors do not count,
// and the URI is as the client wrote it, byte for byte: clients compare URIs so.
type openParams struct {
	TextDocument struct {
		URI        string
		LanguageID any // a string
		Version    int32
		Text       string
	}
}

// decodeOpen reads the parameters of textDocument/didOpen. The key is the URI in its canonical form.
func decodeOpen(raw jsonrpc2.RawMessage) (p openParams, key uri.URI, err error) {
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, "", fmt.Errorf("%w: %w", jsonrpc2.ErrInvalidParams, err)
	}
	key, err = uri.Parse(p.TextDocument.URI)
	return p, key, err
}

// changeParams are the parameters of textDocument/didChange as editors in the wild send them: a range that is null means
// the whole text, and a version that is null or missing is not counted. Package protocol takes neither.
type changeParams struct {
	TextDocument struct {
		URI     string
		Version *int32
	}
	ContentChanges []contentChange
}

type contentChange struct {
	Range *struct{ Start, End *wirePosition }
	Text  *string
}

type wirePosition struct{ Line, Character *float64 }

// decodeChange reads the parameters of textDocument/didChange.
func decodeChange(raw jsonrpc2.RawMessage) (p changeParams, key uri.URI, err error) {
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, "", fmt.Errorf("%w: %w", jsonrpc2.ErrInvalidParams, err)
	}
	key, err = uri.Parse(p.TextDocument.URI)
	return p, key, err
}

// applyChanges makes changes in a text, one after the other. It fails if one of them makes no sense, and then has made none:
// which part of the text the client has changed is anyone's guess.
func applyChanges(changes []contentChange, buffer *convert.Buffer, encoding convert.Encoding) (*convert.Buffer, error) {
	buffer = buffer.Clone()
	for _, c := range changes {
		if c.Text == nil {
			return nil, errors.New("a change has no text")
		}
		if c.Range == nil {
			buffer = convert.NewBuffer(*c.Text, encoding)
			continue
		}
		start, err := c.Range.Start.position()
		if err != nil {
			return nil, err
		}
		end, err := c.Range.End.position()
		if err != nil {
			return nil, err
		}
		buffer.Replace(protocol.Range{Start: start, End: end}, *c.Text)
	}
	return buffer, nil
}

func (p *wirePosition) position() (out protocol.Position, err error) {
	if p == nil || p.Line == nil || p.Character == nil {
		return out, errors.New("a range lacks a part")
	}
	for _, n := range []float64{*p.Line, *p.Character} {
		if n < 0 || n != math.Trunc(n) {
			return out, fmt.Errorf("a range holds %v", n)
		}
	}
	out.Line, out.Character = uint32(min(*p.Line, math.MaxUint32)), uint32(min(*p.Character, math.MaxUint32))
	return out, nil
}
