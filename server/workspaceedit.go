package server

import (
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"dockwright/analysis/lint"
	"dockwright/analysis/text"
)

// workspaceEdit is edits as the client takes them, bound to the version of d if it can be.
func (d *document) workspaceEdit(edits []text.Edit) *protocol.WorkspaceEdit {
	return d.editOf(uri.URI(d.uri), &d.version, d.mapper().EditsToTextEdits(edits))
}

// editOf is edits of any file as the client of d takes them; version is nil for one that is not known to be open.
func (d *document) editOf(file uri.URI, version *int32, list []protocol.TextEdit) *protocol.WorkspaceEdit {
	if !d.session.client.documentEdits {
		return &protocol.WorkspaceEdit{Changes: map[uri.URI][]protocol.TextEdit{file: list}}
	}
	elements := make([]protocol.TextDocumentEditElement, len(list))
	for i := range list {
		elements[i] = &list[i]
	}
	return &protocol.WorkspaceEdit{DocumentChanges: []protocol.DocumentChange{&protocol.TextDocumentEdit{
		TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: file}, Version: version,
		},
		Edits: elements,
	}}}
}

// confirm is the only annotation that our edits have.
const confirm protocol.ChangeAnnotationIdentifier = "confirm"

// confirmedEdit is edits as the client takes them. One that can show them first is asked to do so if they can break something, or
// if they change what is built at several places: a suggestion at one place is seen as it is made, and can be undone.
func (d *document) confirmedEdit(edits []text.Edit, title string, safety lint.Safety, several bool) *protocol.WorkspaceEdit {
	out := d.workspaceEdit(edits)
	switch {
	case safety == lint.Suggestion && several:
		return d.confirmed(out, title, "This changes what is built.")
	case safety == lint.Unsafe:
		return d.confirmed(out, title, "This can break the build or the image that comes out of it.")
	}
	return out
}

// confirmed has a client that can do so ask the user before it makes an edit.
func (d *document) confirmed(out *protocol.WorkspaceEdit, title, why string) *protocol.WorkspaceEdit {
	if !d.session.client.annotations || !d.session.client.documentEdits {
		return out
	}
	out.ChangeAnnotations = map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation{
		confirm: {Label: title, NeedsConfirmation: new(true), Description: &why},
	}
	for _, change := range out.DocumentChanges {
		if change, ok := change.(*protocol.TextDocumentEdit); ok {
			for i, e := range change.Edits {
				if e, ok := e.(*protocol.TextEdit); ok {
					change.Edits[i] = &protocol.AnnotatedTextEdit{TextEdit: *e, AnnotationID: confirm}
				}
			}
		}
	}
	return out
}
