// Package outcome tells what came of a build on the lines of its Dockerfile: which instruction a builder's step is, which
// command of a RUN failed and why, what each instruction added to the image, and where all that stands once the file has been
// edited.
//
// It takes what builders say as plain values, whether they name the failing line (BuildKit since 0.9), only the step (Docker Engine
// 20.10, the classic builder, Podman), or neither. It runs nothing, asks no builder, and reads no file.
//
// A failure passes through these files, in this order:
//
//	failure.go    Explain: from what a builder says to a Blame
//	locate.go     the instruction that it is about; expanded.go finds what variables without a value come to
//	locator.go    the instruction that a step, a line or an image is about; stepname.go takes the names of steps apart
//	cause.go      why it failed: by reasons.go where the builder did, by signs.go where a command of a RUN did;
//	              telling.go finds the line of its log that tells it where those do not
//	rejected.go   what a builder does not take as it is written, or is too old for
//	mount.go      the mount of a RUN that cannot be made; secret.go the secret that a command misses
//	source.go     the source of a COPY or ADD, and the image that a builder did not get
//	blanks.go     names that were split at their spaces
//	run.go        the command of a RUN; start.go tells why none of them ran
//	script.go     its script; walk.go goes through the commands, nested.go through scripts within it, function.go through functions;
//	              branch.go tells which parts of it may not run, bash.go what another shell than bash cannot read
//	culprit.go    the command that failed; clues.go is what gives it away, passed.go which cannot have
//	fix.go        what may mend the command
//	hints.go      what is behind its failure in the rest of the file
//	variable.go   a variable of the command that has no value there
//	joined.go     a line that is taken for arguments of the command above it
//	origin.go     the files of the build context that it ran, or misses
//	cannotrun.go  why such a file cannot be run
//
// What else came of a build:
//
//	figures.go    the size and time of each instruction
//	match.go      whether an image that was built elsewhere comes from a file
//	track.go      where an instruction stands in a later text
//	why.go        why an instruction had to run again
//	needs.go      what a build needs of the context
package outcome
