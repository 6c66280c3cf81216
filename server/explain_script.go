package server

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"dockwright/dockerops"
)

// headOfProgram is how much of a program's file is looked at.
const headOfProgram = 64 << 10

// cannotRun is how the kernel, by the engine's mouth or a shell's, says that a file cannot be run although it is there.
var cannotRun = regexp.MustCompile(`(?i)no such file or directory|not found|exec format error|bad interpreter|cannot execute`)

// carriageReturn is a carriage return in the name of a program or an option, where only Windows line ends of a script put one.
// That one ends a line, or moves a progress bar back, means nothing: terminals have them everywhere.
var carriageReturn = regexp.MustCompile(`(?i)[^\n]*(?:(?:\r|\\r|\^M)['’"]*: (?:bad interpreter|[a-z ]*not found|no such file|cannot execute|invalid)|illegal option -\r)[^\n]*`)

// containerFile is the beginning of a file of the container, or that there is none. One that cannot be read is neither.
type containerFile struct {
	data    []byte
	missing bool
}

// look reads a file of the container, once.
func (s *suspect) look(name string) containerFile {
	if s.read == nil || name == "" {
		return containerFile{}
	}
	if s.files == nil {
		s.files = map[string]containerFile{}
	}
	known, looked := s.files[name]
	if !looked {
		content, err := s.read(name)
		known = containerFile{missing: dockerops.KindOf(err) == dockerops.KindNotFound}
		if err == nil {
			known.data = append([]byte{}, content.Data...)
		}
		s.files[name] = known
	}
	return known
}

// file is the beginning of a file of the container; nil if there is none, or it cannot be read.
func (s *suspect) file(name string) []byte { return s.look(name).data }

// programFile finds the file that the container runs, as the engine does.
func (s *suspect) programFile() (name string, data []byte) {
	name = s.container.Path
	if strings.Contains(name, "/") {
		if !path.IsAbs(name) {
			name = path.Join("/", s.container.Config.Workdir, name)
		}
		return name, s.file(name)
	}
	search := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, variable := range s.container.Config.Env {
		if variable.Name == "PATH" {
			search = variable.Value
		}
	}
	for folder := range strings.SplitSeq(search, ":") {
		if data := s.file(path.Join(folder, name)); data != nil {
			return path.Join(folder, name), data
		}
	}
	return name, nil
}

// unrunnable is the file that could not be run although it is there; nil if that is not what happened.
func (s *suspect) unrunnable() (name string, data []byte) {
	said := s.container.State.Error + "\n" + s.log
	if failed := s.unstarted() || s.exited() && !s.exited(0); !failed || !cannotRun.MatchString(said) {
		return "", nil
	}
	if name, data = s.programFile(); data == nil {
		return "", nil
	}
	for _, sign := range []string{s.container.Path, "env: ", "exec user process caused"} {
		if strings.Contains(said, sign) {
			return name, data
		}
	}
	return "", nil
}

// interpreter is what the first line of a script says to run it; nil if it says nothing.
func interpreter(data []byte) []string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	if line, found := bytes.CutPrefix(line, []byte("#!")); found {
		return strings.Fields(string(line))
	}
	return nil
}

func windowsLineEnds(s *suspect, e *explanation) bool {
	name, data := s.unrunnable()
	first, _, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case bytes.HasPrefix(first, []byte("#!")) && bytes.HasSuffix(first, []byte("\r")):
		e.Evidence = append(e.Evidence, evidence{"file", name + " begins with " + strings.ReplaceAll(string(first), "\r", "^M")})
	default:
		said := carriageReturn.FindString(s.raw)
		syntax := s.logLine("syntax error", "unexpected end of file")
		if said == "" && syntax == "" || !s.exited() || s.exited(0) {
			return false
		}
		found := ""
		for _, argument := range append([]string{s.container.Path}, s.container.Args...) {
			if bytes.Contains(s.file(s.inside(argument)), []byte("\r\n")) {
				found = argument
			}
		}
		if said == "" && found == "" {
			return false
		}
		e.Evidence = append(e.Evidence, evidence{"log", firstLine(strings.ReplaceAll(cmp.Or(said, syntax), "\r", "^M"), 300)})
		name, e.Confidence = cmp.Or(found, s.container.Path), likely
		if found != "" {
			e.Evidence = append(e.Evidence, evidence{"file", found + " has lines that end with ^M."})
		}
		if found != "" && said != "" {
			e.Confidence = certain
		}
	}
	e.Summary = fmt.Sprintf("The script %s has Windows line ends (CRLF), so that the names in it end with a character too many.", name)
	e.advise("Save the script with LF line ends, and let git keep them: *.sh text eol=lf in .gitattributes.")
	return true
}

// inside is the absolute path of what an argument can name; empty if it can name no file.
func (s *suspect) inside(argument string) string {
	if argument == "" || strings.HasPrefix(argument, "-") || strings.ContainsAny(argument, " \n") || !strings.ContainsAny(argument, "/.") {
		return ""
	}
	if path.IsAbs(argument) {
		return argument
	}
	return path.Join("/", s.container.Config.Workdir, argument)
}

// loaderInProgram is where a program names what loads it and its libraries.
var loaderInProgram = regexp.MustCompile(`/lib[\w/.-]*/ld-[\w.-]+`)

func interpreterMissing(s *suspect, e *explanation) bool {
	name, data := s.unrunnable()
	if data == nil {
		return false
	}
	if bytes.HasPrefix(data, []byte(elf.ELFMAG)) {
		loader := string(loaderInProgram.Find(data))
		if loader == "" || !s.look(loader).missing {
			return false
		}
		e.Evidence = append(e.Evidence, evidence{"file", name + " names " + loader + ", which is not in the container."})
		e.Summary = fmt.Sprintf("The program %s needs %s, which the image does not have: it was built for another C library (glibc or musl).", name, loader)
		e.advise("Build it on the same base as it runs on, or link it statically (CGO_ENABLED=0 for Go).")
		return true
	}
	words := interpreter(data)
	if len(words) == 0 {
		return false
	}
	wanted, there := words[0], !s.look(words[0]).missing
	if there && path.Base(wanted) == "env" {
		words = slices.DeleteFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "-") || strings.Contains(w, "=") })
		if len(words) == 0 || !regexp.MustCompile(`env: .*`+regexp.QuoteMeta(words[0])).MatchString(s.log) {
			return false
		}
		wanted, there = words[0], false
	}
	if there {
		return false
	}
	line, _, _ := strings.Cut(string(data), "\n")
	e.Evidence = append(e.Evidence, evidence{"file", name + " begins with " + firstLine(line, 200)})
	e.Summary = fmt.Sprintf("The script %s is to be run by %s, which the image does not have.", name, wanted)
	e.advise(fmt.Sprintf("Install %s by RUN, or begin the script with an interpreter that the image has, such as #!/bin/sh.", path.Base(wanted)))
	return true
}

func interpreterLineMissing(s *suspect, e *explanation) bool {
	name, data := s.unrunnable()
	if data == nil || s.saidNothingOf("exec format error") || bytes.HasPrefix(data, []byte("#!")) || bytes.HasPrefix(data, []byte(elf.ELFMAG)) || bytes.ContainsRune(data, 0) {
		return false
	}
	line, _, _ := strings.Cut(string(data), "\n")
	e.Evidence = append(e.Evidence, evidence{"file", fmt.Sprintf("%s begins with %q", name, firstLine(line, 100))})
	e.Summary = fmt.Sprintf("The script %s has no first line that says what runs it.", name)
	if strings.HasPrefix(line, "\ufeff") {
		e.Summary = fmt.Sprintf("The script %s begins with a byte order mark, so that its first line is not seen.", name)
	}
	e.advise("Begin the script with a line such as #!/bin/sh, at its very first character.")
	return true
}

// saidNothingOf reports whether neither the engine nor the log has text.
func (s *suspect) saidNothingOf(text string) bool {
	return !strings.Contains(strings.ToLower(s.container.State.Error), text) && s.logLine(text) == ""
}

// machines are the platforms of programs, as images name them.
var machines = map[elf.Machine]string{
	elf.EM_386: "386", elf.EM_AARCH64: "arm64", elf.EM_ARM: "arm", elf.EM_PPC64: "ppc64le", elf.EM_RISCV: "riscv64", elf.EM_S390: "s390x", elf.EM_X86_64: "amd64",
}

// machineOf is the platform of a program; empty if it is none.
func machineOf(data []byte) string {
	if len(data) < 20 || !bytes.HasPrefix(data, []byte(elf.ELFMAG)) {
		return ""
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if elf.Data(data[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	machine := elf.Machine(order.Uint16(data[18:]))
	if name, known := machines[machine]; known {
		return name
	}
	return machine.String()
}

func wrongPlatform(s *suspect, e *explanation) bool {
	if s.saidNothingOf("exec format error") {
		return false
	}
	if line := s.logLine("exec format error"); line != "" {
		e.Evidence = append(e.Evidence, evidence{"log", line})
	}
	host := s.host.Architecture
	name, data := s.unrunnable()
	if s.image != nil && s.image.Architecture != host {
		e.Summary = fmt.Sprintf("The image is for %s, and this engine runs on %s.", s.image.Architecture, host)
		e.advise("Build for this platform, with platforms: [\"linux/" + host + "\"].")
		if s.source != nil {
			e.Line = s.source.line("FROM")
		}
		return true
	}
	machine := machineOf(data)
	if machine != "" && machine != host {
		e.Evidence = append(e.Evidence, evidence{"file", name + " is a program for " + machine + "."})
		e.Summary = fmt.Sprintf("The program %s is for %s, and this engine runs on %s.", name, machine, host)
		e.advise("Build the program for " + host + ", or copy the one that is.")
		return true
	}
	e.Confidence = likely
	e.Summary = fmt.Sprintf("%s is no program of this platform (%s): it was built for another, or is a script without a #! line.", s.container.Path, host)
	e.advise("Begin the script with a line such as #!/bin/sh, or build the program for this platform.")
	return true
}
