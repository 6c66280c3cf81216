package walkthrough_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
	"dockwright/server/lsptest"
)

type explanation struct {
	Verdict, Summary, Confidence string
	ExitCode                     *int
	Evidence                     []struct{ Source, Text string }
	Line                         *struct {
		URI  string
		Line int
		Text string
	}
	Fixes []struct {
		Title, Command string
		Arguments      []m
	}
	Notes []string
}

// elsewhere runs the docker command, as a user does in a terminal. A container that could not be started stays.
func elsewhere(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", append([]string{"-H", private.Host()}, args...)...).Output()
	if err != nil && !(len(out) > 0 && args[0] == "run") {
		t.Fatalf("docker %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// foreign is the beginning of a program for a processor that this machine does not have.
func foreign() string {
	header := make([]byte, 128)
	copy(header, "\x7fELF\x02\x01\x01")
	header[16], header[18], header[19], header[20] = 2, 0x16, 0, 1 // an executable for S/390
	return string(header)
}

// ends are ways in which containers end, or do not, and what explains each.
var ends = map[string]struct {
	dockerfile string // lines behind FROM; "": the base image is run as it is
	python     bool
	flags      []string // of docker run
	argv       []string
	ready      bool     // it writes something when it is ready for what comes then
	then       []string // a docker command that is given the container
	verdict    string
	summary    string // a part of it
	line       string // of the Dockerfile; "-": none
	confidence string // "": any
	evidence   string // a source that it must have
}{
	"the program ended":                    {argv: []string{"echo", "done"}, verdict: "programEnded", summary: "ends with its program"},
	"a shell without terminal":             {argv: []string{"sh"}, verdict: "shellWithoutTerminal", summary: "without a terminal"},
	"no CMD":                               {dockerfile: "ENV A=b", flags: nil, verdict: "shellWithoutTerminal", line: "FROM dockwright-shell"},
	"a shell with a terminal":              {flags: []string{"-t", "-i"}, argv: []string{"sh"}, verdict: "keepsRunning", summary: "waits for input"},
	"a server":                             {argv: []string{"sleep", "1000"}, verdict: "keepsRunning", summary: "as long as its main program"},
	"program not found":                    {argv: []string{"nosuch"}, verdict: "commandNotFound", summary: "nosuch"},
	"not found by the shell":               {dockerfile: "CMD nosuch --flag", verdict: "commandNotFound", summary: "nosuch", line: "CMD nosuch --flag"},
	"not executable":                       {dockerfile: "COPY plain.sh /plain.sh\nCMD [\"/plain.sh\"]", verdict: "notExecutable", summary: "/plain.sh", line: "CMD [\"/plain.sh\"]"},
	"Windows line ends":                    {dockerfile: "COPY --chmod=755 windows.sh /windows.sh\nCMD [\"/windows.sh\"]", verdict: "windowsLineEnds", summary: "CRLF", line: "CMD [\"/windows.sh\"]"},
	"Windows line ends of a script for sh": {dockerfile: "COPY options.sh /options.sh\nCMD [\"sh\", \"/options.sh\"]", verdict: "windowsLineEnds", summary: "/options.sh", confidence: "certain", evidence: "file"},
	"a missing interpreter":                {dockerfile: "COPY --chmod=755 nosuch.sh /nosuch.sh\nCMD [\"/nosuch.sh\"]", verdict: "interpreterMissing", summary: "/bin/nosuchshell", confidence: "certain", evidence: "file"},
	"no interpreter":                       {dockerfile: "COPY --chmod=755 bare.sh /bare.sh\nCMD [\"/bare.sh\"]", verdict: "interpreterLineMissing", summary: "/bare.sh", confidence: "certain", evidence: "file"},
	"wrong platform":                       {dockerfile: "COPY --chmod=755 foreign /foreign\nCMD [\"/foreign\"]", verdict: "wrongPlatform", summary: "/foreign is for s390x", confidence: "certain"},
	"failed on a terminal":                 {flags: []string{"-t"}, argv: []string{"sh", "-c", "echo working; exit 3"}, verdict: "failed", summary: "working"},
	"a package on a terminal":              {python: true, flags: []string{"-t"}, argv: []string{"python3", "-c", "print('starting'); import flask"}, verdict: "moduleMissing", summary: "flask"},
	"a progress bar":                       {argv: []string{"sh", "-c", "printf 'progress 10%%\\rprogress 20%%\\r\\n'; exit 3"}, verdict: "failed", summary: "wrote: progress 20%"},
	"unknown user":                         {flags: []string{"-u", "nosuchuser"}, argv: []string{"true"}, verdict: "unknownUser", summary: "user"},
	"out of memory":                        {flags: []string{"-m", "16m"}, argv: []string{"sh", "-c", "a=x; while true; do a=$a$a; done"}, verdict: "outOfMemory", summary: "16"},
	"restarting":                           {flags: []string{"--restart", "always"}, argv: []string{"sh", "-c", "echo broken; exit 4"}, verdict: "restarting", summary: "again and again"},
	"unhealthy":                            {dockerfile: "HEALTHCHECK --interval=100ms --retries=1 CMD echo sick; exit 1\nCMD [\"sleep\", \"1000\"]", verdict: "unhealthy", summary: "health check", line: "HEALTHCHECK --interval=100ms --retries=1 CMD echo sick; exit 1"},
	"paused":                               {argv: []string{"sleep", "1000"}, then: []string{"pause"}, verdict: "paused", summary: "frozen"},
	"a child out of memory":                {flags: []string{"-m", "16m"}, argv: []string{"sh", "-c", "sh -c 'a=x; while true; do a=$a$a; done'; exit 5"}, verdict: "outOfMemory", summary: "went on and ended with exit code 5"},
	"given up":                             {flags: []string{"--restart", "on-failure:2"}, argv: []string{"sh", "-c", "echo broken; exit 4"}, verdict: "failed", summary: "2 times, as its restart policy says, and gave up"},
	"killed":                               {argv: []string{"sleep", "1000"}, then: []string{"kill"}, verdict: "killed", summary: "SIGKILL", confidence: "certain", evidence: "events"},
	"killed by force":                      {argv: []string{"sleep", "1000"}, then: []string{"stop", "-t", "1"}, verdict: "stopped", summary: "when the grace had passed", confidence: "certain", evidence: "events"},
	"its own 137":                          {argv: []string{"sh", "-c", "exit 137"}, verdict: "endedBySignal", summary: "was not asked", confidence: "likely", evidence: "events"},
	"stopped without an error":             {argv: []string{"sh", "-c", "trap 'exit 0' TERM; echo ready; while true; do sleep 0.1; done"}, ready: true, then: []string{"stop"}, verdict: "stopped", summary: "ended without an error", confidence: "certain", evidence: "events"},
	"stopped":                              {argv: []string{"sh", "-c", "trap 'exit 143' TERM; while true; do sleep 0.1; done"}, then: []string{"stop"}, verdict: "stopped", summary: "SIGTERM"},
	"crashed":                              {argv: []string{"sh", "-c", "sh -c 'kill -SEGV $$'; exit $?"}, verdict: "crashed", summary: "SIGSEGV"},
	"failed":                               {argv: []string{"sh", "-c", "echo no luck >&2; exit 3"}, verdict: "failed", summary: "no luck"},
	"a missing file for cat":               {dockerfile: "CMD [\"cat\", \"/data/config.json\"]", verdict: "fileMissing", summary: "in the container: /data/config.json."},
	"a file that is not named":             {argv: []string{"sh", "-c", "echo config file not found: no such file or directory; exit 1"}, verdict: "fileMissing", summary: "config file not found"},
	"another program":                      {dockerfile: "CMD [\"echo\", \"hi\"]", argv: []string{"echo", "other"}, verdict: "programEnded", line: "-", evidence: "state"},
	"a missing file":                       {python: true, argv: []string{"python3", "/app/missing.py"}, verdict: "fileMissing", summary: "/app/missing.py"},
	"a missing package":                    {python: true, argv: []string{"python3", "-c", "import flask"}, verdict: "moduleMissing", summary: "flask"},
}

// TestEnds has every end explained.
func TestEnds(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage") // the summaries, which the results have too
	if err := private.NeedPython(); err != nil {
		t.Fatal(err)
	}
	elsewhere(t, "import", "-c", "CMD [\"sh\"]", busyboxExport(t), "dockwright-shell")
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			image, dockerfile := enginetest.BusyboxImage, ""
			if end.python {
				image = enginetest.PythonImage
			}
			if end.dockerfile != "" {
				from := map[bool]string{true: "dockwright-shell", false: image}[end.line == "FROM dockwright-shell"]
				dir := project(t, map[string]string{
					"Dockerfile": "FROM " + from + "\n" + end.dockerfile + "\n", "plain.sh": "#!/bin/sh\n", "windows.sh": "#!/bin/sh\r\necho hi\r\n", "foreign": foreign(),
					"options.sh": "#!/bin/sh\r\nset -e\r\n", "nosuch.sh": "#!/bin/nosuchshell\necho hi\n", "bare.sh": "echo hi\n",
				})
				dockerfile = filepath.Join(dir, "Dockerfile")
				image = must[struct{ ImageID string }](t, e, "image.build", dockerfile).ImageID
			}
			id := elsewhere(t, slices.Concat([]string{"run", "-d"}, end.flags, []string{image}, end.argv)...)
			t.Cleanup(func() { elsewhere(t, "rm", "-f", id) })
			for end.ready && elsewhere(t, "logs", id) == "" {
				time.Sleep(20 * time.Millisecond)
			}
			if end.then != nil {
				elsewhere(t, append(end.then, id)...)
			}
			got := explained(t, e, id, end.verdict, end.summary)
			if got.Verdict != end.verdict || !strings.Contains(got.Summary, end.summary) || strings.Contains(got.Summary, "\n") {
				t.Errorf("%s: %q, want %s with %q\n%+v\n%s", got.Verdict, got.Summary, end.verdict, end.summary, got, elsewhere(t, "logs", id))
			}
			if end.line == "-" && got.Line != nil {
				t.Errorf("the line %+v has nothing to do with it", got.Line)
			}
			if end.confidence != "" && got.Confidence != end.confidence {
				t.Errorf("it is %s, want %s", got.Confidence, end.confidence)
			}
			if end.evidence != "" && !slices.ContainsFunc(got.Evidence, func(e struct{ Source, Text string }) bool { return e.Source == end.evidence }) {
				t.Errorf("nothing of its %s: %+v", end.evidence, got.Evidence)
			}
			if end.line != "" && end.line != "-" && (got.Line == nil || got.Line.Text != end.line || !strings.HasSuffix(got.Line.URI, "/Dockerfile")) {
				t.Errorf("the line is %+v, want %q", got.Line, end.line)
			}
			if len(got.Evidence) == 0 || got.Confidence == "" {
				t.Errorf("nothing supports it: %+v", got)
			}
		})
	}
}

// explained asks until the verdict is the one that is waited for: containers need a moment to end. It gives up in the end.
func explained(t *testing.T, e *lsptest.Editor, id, verdict, summary string) (got explanation) {
	t.Helper()
	for deadline := time.Now().Add(lsptest.Deadline); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if got = must[explanation](t, e, "container.explain", id); got.Verdict == verdict && strings.Contains(got.Summary, summary) {
			return got
		}
		if got.Verdict != "keepsRunning" && got.Verdict != "neverStarted" && got.Verdict != "restarting" && got.ExitCode != nil {
			return got
		}
	}
	return got
}

// busyboxExport writes the file system of the Busybox image into a file.
func busyboxExport(t *testing.T) string {
	t.Helper()
	id := elsewhere(t, "create", enginetest.BusyboxImage, "true")
	path := filepath.Join(t.TempDir(), "busybox.tar")
	elsewhere(t, "export", "-o", path, id)
	elsewhere(t, "rm", id)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStoppedHere tells that a container did not end by itself, in the list too, and who stopped it.
func TestStoppedHere(t *testing.T) {
	e := editor(t, nil)
	e.Ignore("window/showMessage")
	list(t, e, m{}) // from now on the engine is watched
	up := elsewhere(t, "run", "-d", enginetest.BusyboxImage, "sh", "-c", "trap 'exit 0' TERM; echo ready; while true; do sleep 0.1; done")
	t.Cleanup(func() { elsewhere(t, "rm", "-f", up) })
	for elsewhere(t, "logs", up) == "" {
		time.Sleep(20 * time.Millisecond)
	}
	must[any](t, e, "container.stop", up)
	got := must[explanation](t, e, "container.explain", up)
	if got.Verdict != "stopped" || !strings.Contains(got.Summary, "from this editor") {
		t.Errorf("got %+v", got)
	}
	why := ""
	for deadline := time.Now().Add(lsptest.Deadline); time.Now().Before(deadline) && why != "stopped on request"; time.Sleep(20 * time.Millisecond) {
		for _, row := range list(t, e, m{"all": true}) {
			if row.ID == up {
				why = row.Why
			}
		}
	}
	if why != "stopped on request" {
		t.Errorf("the list says %q", why)
	}
}
