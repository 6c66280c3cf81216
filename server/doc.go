// Package server is the language server: it speaks LSP on one side and analysis, in byte offsets and plain values, on the
// other. It is the only tree that knows LSP; it finds nothing wrong with a Dockerfile by itself.
//
// # Where to look
//
//	serve.go          Serve: one connection from its first byte to the exit code
//	framer.go         messages off and onto the wire; answers what is no message
//	dispatch.go       the concurrency model of requests, on one screen
//	methods.go        which method is handled by what
//	lifecycle.go      initialize, initialized, shutdown, exit
//	capabilities.go   what the client can do, resolved; what we offer
//	session.go        session, Snapshot, background jobs
//	sync.go           open, change, save, close
//	change.go         what a change of a text is on the wire
//	document.go       one version of one open file and all that is derived from it
//	unfit.go          files of which only one thing can be said: they are too large, or no text
//	diagnostics.go    pushed or pulled
//	workspace.go      diagnostics of the whole workspace, for who pulls them
//	disk.go           Dockerfiles that nobody has open
//	codeaction.go     quick fixes, fix all, skip a rule
//	workspaceedit.go  edits as the client takes them
//	commands.go       what a command is, and how a call of one runs
//	command_table.go  every command there is
//	command_*.go      what the commands do, by what they are about
//	result.go         what a call answers: status, data, error with actions, plan
//	jobs.go           long commands: list, cancel, end
//	joboutput.go      what they write, kept and sent
//	progress.go       how they get on, by $/progress
//	engines.go        the engines that the session uses
//	confirm.go        plans, questions to the user, tokens
//	trust.go          which workspaces may run code
//	enginefacts.go    what the engine held when it last changed
//	lenses.go         what can be done with the engine at a place of the file
//	hover.go          what is known of an image
//	exitcode.go       what exit codes mean
//	explain_causes.go why containers keep running, restart, or are what they are
//	explain_exit.go   why they ended
//	explain_start.go  why they could not be started
//	buildprogress.go  a build's events as progress and output
//	history.go        what was built from here
//	state.go          files in the user's state folder
//	enrich.go         where what the engine knows meets what the Dockerfile says
//	context.go        what the build context holds, read in the background
//	contextdir.go     which folder that is, and whether it may be read
//	watch.go          registrations, watched files
//	settings.go       the table of settings and how they are decoded
//	configuration.go  where settings come from and when
//	tree.go           looking things up in decoded JSON
//	process_*.go      whether the client's process is still there, by operating system
//	convert/          byte offsets <-> positions, paths <-> URIs; the only place where UTF-16 exists
//	buildcontext/     reads a build context
//	discovery/        finds the Dockerfiles in a folder
//	report/           writes findings for people and for programs
//	lsptest/          an editor for tests
//	cmd/dockwright/   the program
//	walkthrough/      tests of the built program against a real engine
//	internal/gen/     writes what the README says of rules and settings
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
// No keystroke reads a file, starts a process or opens a socket. The build context is read beside the diagnostics, never
// before them.
package server
