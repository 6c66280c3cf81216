package server

import (
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"dockwright/server/convert"
)

// client is the other end: how to reach it, and what it can do, with every default resolved.
type client struct {
	conn     jsonrpc2.Conn
	encoding convert.Encoding
	operator

	pull        bool // the client asks for diagnostics; else they are pushed
	workspace   bool // it may pull those of the whole workspace
	refresh     bool // workspace/diagnostic/refresh
	versions    bool // publishDiagnostics takes a version
	related     bool // diagnostics: relatedInformation
	tags        []protocol.DiagnosticTag
	description bool // diagnostics: codeDescription
	data        bool // diagnostics: data

	literals       bool // code actions may be more than commands
	preferred      bool
	resolveEdit    bool // a code action's edit may come later
	documentEdits  bool // documentChanges in a WorkspaceEdit
	annotations    bool // such changes may ask for confirmation
	applyEdit      bool
	showDocument   bool
	configuration  bool // workspace/configuration
	watchConfig    bool // dynamic registration of didChangeConfiguration
	watchFiles     bool // dynamic registration of didChangeWatchedFiles
	progress       bool // window/workDoneProgress/create
	registerFormat bool // dynamic registration of formatting, of documents and of ranges
	refreshLenses  bool // workspace/codeLens/refresh
	refreshHints   bool // workspace/inlayHint/refresh
}

// operator is how a client wants to operate the engine, by initializationOptions.
type operator struct {
	prefix       string // commandPrefix: in front of every command's id
	jobOutput    bool   // jobOutput: takes the output of jobs as it comes
	engineEvents bool   // engineEvents: is told when what the engine holds changes
	asks         bool   // showMessageRequest is not false: the client can put questions to the user
	trust        string // workspaceTrust: trusted, untrusted, or "" if the client does not know
}

// operatorOptions are their names.
var operatorOptions = []string{"commandPrefix", "engineEvents", "jobOutput", "showMessageRequest", "workspaceTrust"}

// newOperator reads initializationOptions.
func newOperator(options map[string]any) operator {
	o := operator{prefix: lookupText(options, "commandPrefix"), jobOutput: lookupTruth(options, "jobOutput"), engineEvents: lookupTruth(options, "engineEvents"), asks: true}
	if asks, said := lookup(options, "showMessageRequest").(bool); said {
		o.asks = asks
	}
	switch trusted := lookup(options, "workspaceTrust").(type) {
	case bool:
		o.trust = map[bool]string{true: trustGranted, false: trustDenied}[trusted]
	case string:
		o.trust = trusted
	}
	return o
}

// newClient resolves the parameters of initialize.
func newClient(conn jsonrpc2.Conn, params map[string]any) *client {
	caps, _ := params["capabilities"].(map[string]any)
	has := func(path string) bool { return lookupTruth(caps, path) }
	c := &client{
		conn:           conn,
		encoding:       negotiate(lookupTexts(caps, "general.positionEncodings")),
		refresh:        has("workspace.diagnostics.refreshSupport"),
		versions:       has("textDocument.publishDiagnostics.versionSupport"),
		literals:       lookup(caps, "textDocument.codeAction.codeActionLiteralSupport") != nil,
		preferred:      has("textDocument.codeAction.isPreferredSupport"),
		resolveEdit:    has("textDocument.codeAction.dataSupport") && slices.Contains(lookupTexts(caps, "textDocument.codeAction.resolveSupport.properties"), "edit"),
		documentEdits:  has("workspace.workspaceEdit.documentChanges"),
		annotations:    lookup(caps, "workspace.workspaceEdit.changeAnnotationSupport") != nil,
		applyEdit:      has("workspace.applyEdit"),
		showDocument:   has("window.showDocument.support"),
		configuration:  has("workspace.configuration"),
		watchConfig:    has("workspace.didChangeConfiguration.dynamicRegistration"),
		watchFiles:     has("workspace.didChangeWatchedFiles.dynamicRegistration"),
		progress:       has("window.workDoneProgress"),
		registerFormat: has("textDocument.formatting.dynamicRegistration") && has("textDocument.rangeFormatting.dynamicRegistration"),
		refreshLenses:  has("workspace.codeLens.refreshSupport"),
		refreshHints:   has("workspace.inlayHint.refreshSupport"),
	}
	// A client that pulls but cannot be told to pull again would not learn what the build context holds until the next
	// edit. Diagnostics are pushed to it, if it takes them.
	pulls, takesPush := lookup(caps, "textDocument.diagnostic") != nil, lookup(caps, "textDocument.publishDiagnostics") != nil
	c.pull = pulls && (c.refresh || !takesPush)
	// Neovim 0.12 answers a refresh with a pull of the workspace alone, and drops what that says of open files.
	c.workspace = !strings.EqualFold(lookupText(params, "clientInfo.name"), "neovim")
	about := "textDocument.publishDiagnostics."
	if c.pull {
		about = "textDocument.diagnostic."
		// Before LSP 3.18 what diagnostics may hold was said once, of those that are pushed.
		has = func(path string) bool {
			return lookupTruth(caps, path) || lookupTruth(caps, strings.Replace(path, ".diagnostic.", ".publishDiagnostics.", 1))
		}
	}
	c.related, c.description, c.data = has(about+"relatedInformation"), has(about+"codeDescriptionSupport"), has(about+"dataSupport")
	c.tags = diagnosticTags(caps)
	return c
}

// negotiate picks the first encoding of a client's list that we know, and UTF-16 without a list, as LSP asks.
func negotiate(offered []string) convert.Encoding {
	for _, e := range offered {
		if e := convert.Encoding(e); e == convert.UTF8 || e == convert.UTF16 || e == convert.UTF32 {
			return e
		}
	}
	return convert.UTF16
}

func diagnosticTags(caps map[string]any) (tags []protocol.DiagnosticTag) {
	for _, where := range []string{"publishDiagnostics", "diagnostic"} {
		set, _ := lookup(caps, "textDocument."+where+".tagSupport.valueSet").([]any)
		for _, v := range set {
			if n, ok := v.(float64); ok {
				tags = append(tags, protocol.DiagnosticTag(n))
			}
		}
	}
	return tags
}

// advertise is what we offer to c under the settings that it begins with.
func advertise(c *client, settings Settings) protocol.ServerCapabilities {
	kind := protocol.TextDocumentSyncKindIncremental
	caps := protocol.ServerCapabilities{
		PositionEncoding: protocol.PositionEncodingKind(c.encoding),
		TextDocumentSync: &protocol.TextDocumentSyncOptions{OpenClose: new(true), Change: &kind, Save: &protocol.SaveOptions{IncludeText: new(false)}},
		CodeActionProvider: &protocol.CodeActionOptions{
			CodeActionKinds: []protocol.CodeActionKind{protocol.CodeActionKindQuickFix, kindFixAll, kindEngine},
			ResolveProvider: new(true),
		},
		CodeLensProvider:       &protocol.CodeLensOptions{ResolveProvider: new(false)},
		HoverProvider:          protocol.Boolean(true),
		InlayHintProvider:      protocol.Boolean(true),
		ExecuteCommandProvider: protocol.ExecuteCommandOptions{Commands: commandNames(c.prefix)},
		Workspace: &protocol.WorkspaceOptions{WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
			Supported: new(true), ChangeNotifications: protocol.Boolean(true),
		}},
	}
	if !c.registerFormat && settings.Format {
		caps.DocumentFormattingProvider = protocol.Boolean(true)
		caps.DocumentRangeFormattingProvider = &protocol.DocumentRangeFormattingOptions{RangesSupport: new(true)}
	}
	if c.pull {
		caps.DiagnosticProvider = &protocol.DiagnosticOptions{Identifier: new("dockwright"), WorkspaceDiagnostics: c.workspace}
	}
	return caps
}
