// Package server is the language server: it speaks LSP on one side and analysis, in byte offsets and plain values, on the
// other. It is the only tree that knows LSP; it finds nothing wrong with a Dockerfile by itself.
//
// # Where to look
//
// Connection:
//
//	serve.go          Serve: one connection from its first byte to the exit code
//	framer.go         messages off and onto the wire; answers what is no message
//	dispatch.go       the concurrency model of requests, on one screen
//	methods.go        which method is handled by what
//	lifecycle.go      initialize, initialized, shutdown, exit
//	capabilities.go   what the client can do, resolved; what we offer
//	session.go        session, Snapshot, background jobs
//	progress.go       how they get on, by $/progress
//	process_*.go      whether the client's process is still there, by operating system
//
// Documents and diagnostics:
//
//	sync.go           open, change, save, close
//	change.go         what a change of a text is on the wire
//	document.go       one version of one open file and all that is derived from it
//	unfit.go          files of which only one thing can be said: they are too large, or no text
//	diagnostics.go    pushed or pulled
//	workspace.go      diagnostics of the whole workspace, for who pulls them
//	disk.go           Dockerfiles that nobody has open
//	codeaction.go     quick fixes, fix all, skip a rule
//	refresh.go        has the client ask again for what has changed
//	workspaceedit.go  edits as the client takes them
//
// Settings and context:
//
//	settings.go       the table of settings and how they are decoded
//	configuration.go  where settings come from and when
//	tree.go           looking things up in decoded JSON
//	context.go        what the build context holds, read in the background
//	contextdir.go     which folder that is, and whether it may be read
//	watch.go          registrations, watched files
//
// Engine:
//
//	commands.go       what a command is, and how a call of one runs
//	command_table.go  every command there is
//	command_*.go      what the commands do, by what they are about
//	result.go         what a call answers: status, data, error with actions, plan
//	summary.go        what it answers, in a few words
//	jobs.go           long commands: list, cancel, end
//	joboutput.go      what they write, kept and sent
//	engines.go        the engines that the session uses
//	enginefacts.go    what the engine held when it last changed
//	enginememory.go   what happened to containers, and what was done to them from here
//	builtelsewhere.go which Dockerfiles images come from that were built elsewhere
//	enrich.go         where what the engine knows meets what the Dockerfile says
//	lenses.go         what can be done with the engine at a place of the file
//	buildoffers.go    builds to offer at a place, whole, of a stage or up to a line, and by which name
//	format.go         lays a text out, and lets editors know whether it does
//	hover.go          what is known of an image
//	confirm.go        plans, questions to the user, tokens
//	trust.go          which workspaces may run code
//	terminalorder.go  what a terminal is for, written down, and as one types it
//	textargument.go   texts as a list or alone, times as such or as how long ago
//	mountargument.go  what a container sees of the host, as an argument says it
//	portargument.go   which ports of a container are published, as an argument says it
//	buildprogress.go  a build's events as progress and output
//	exitcode.go       what exit codes mean
//	explain_causes.go why containers keep running, restart, or are what they are
//	explain_exit.go   why they ended
//	explain_past.go   what the engine was asked, by its events
//	explain_request.go  ends that were asked for
//	explain_script.go why scripts and programs that are there cannot be run, by their files
//	explain_start.go  why they could not be started
//	imagebuilding.go  one build on its way, and what it leaves behind
//	buildinputs.go    what it takes from the context
//	buildsource.go    what a build is of: the text, the context
//	contextchoice.go  which folder a build's context should be, and what is in it
//	buildmemory.go    what is kept of the last build: its options, what it was made of
//	ignorefix.go      lets a source into the context that an ignore file keeps out
//	ranfile.go        what the build context says of a file that a failed command ran or missed
//	redact.go         hides secrets in what builds print
//	history.go        what was built from here
//	outcome.go        what came of the last build, on the lines of the Dockerfile
//	buildfailed.go    what a build that failed is answered with
//	buildwarnings.go  what the builder found questionable
//	figures.go        what it took and gave, by instruction
//	inlayhint.go      shows that on the lines
//	state.go          files in the user's state folder
//
// Folders:
//
//	convert/          byte offsets <-> positions, paths <-> URIs; the only place where UTF-16 exists
//	buildcontext/     reads a build context
//	discovery/        finds the Dockerfiles in a folder
//	report/           writes findings for people and for programs
//	lsptest/          an editor for tests
//	cmd/dockwright/   the program
//	walkthrough/      tests of the built program against a real engine
//	internal/gen/     writes what the README says of rules, settings and commands
//
// # One keystroke
//
// didChange makes the next version of the document and calls changed, which returns at once. In the background, publish
// analyses the newest version and sends what is wrong; a client that pulls asks for it instead, by pullDiagnostics. Then
// lookAround sees whether the version asks something else of its build context. If so, that is read in the background,
// and setFacts puts the answer in force and calls changed again.
//
// # Invariants
//
// Notifications change state one after the other, in wire order; requests answer from the Snapshot that they found when
// they came in. A Snapshot and the documents in it never change: a change makes new ones, and what is expensive is
// derived lazily, once per version.
//
// The newest version wins and nothing sleeps: a job of a document runs at most once at a time and looks at the newest
// state when it starts. Diagnostics of a version that has been overtaken are not sent.
//
// Nothing a client sends, and no panic, ends the process. The session ends with the input, whatever is in flight.
//
// No keystroke waits for a file, a process or a socket. The build context is read beside the diagnostics, never before
// them.
package server

//go:generate go run ./internal/gen ../README.md ../editors/vscode
