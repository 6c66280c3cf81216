package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"dockwright/server/lsptest"
)

// program is the path of the program, built once for all tests of this package.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "dockwright-test")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "dockwright")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func built(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// session opens a Dockerfile with a mistake, looks at its diagnostics, and mends it.
func session(t *testing.T, e *lsptest.Editor) {
	t.Helper()
	const uri = "file:///nowhere/Dockerfile"
	caps := e.Initialize(map[string]any{"textDocument": map[string]any{"publishDiagnostics": map[string]any{"versionSupport": true}}}, nil)
	if caps["positionEncoding"] != "utf-16" {
		t.Errorf("capabilities: %v", caps)
	}
	e.Open(uri, 1, "FROM scratch as a\n")
	if got := e.PublishedFor(1).Codes(); len(got) != 1 || got[0] != "FromAsCasing" {
		t.Errorf("diagnostics: %v", got)
	}
	e.Change(uri, 2, "FROM scratch AS a\n")
	if got := e.PublishedFor(2).Codes(); len(got) != 0 {
		t.Errorf("diagnostics of the mended file: %v", got)
	}
}

func TestStdio(t *testing.T) {
	for _, args := range [][]string{{"--stdio"}, {}, {"-stdio", "--clientProcessId", fmt.Sprint(os.Getpid())}} {
		e := lsptest.Spawn(t, built(t), args...)
		session(t, e)
		if got := e.Leave(); got != 0 {
			t.Errorf("%q: exit code %d", args, got)
		}
	}
}

// TestEndOfInput ends the input without a farewell. The process must go by itself, within the editor's patience.
func TestEndOfInput(t *testing.T) {
	e := lsptest.Spawn(t, built(t), "--stdio")
	session(t, e)
	e.CloseInput()
	if got := e.ExitCode(); got != 1 {
		t.Errorf("exit code %d, want 1", got)
	}
}

// TestConnect has the program connect to an editor that listens, as the editors' client libraries do.
func TestConnect(t *testing.T) {
	for name, listen := range map[string]func(*testing.T) (net.Listener, string){
		"socket": func(t *testing.T) (net.Listener, string) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			return l, fmt.Sprintf("--socket=%d", l.Addr().(*net.TCPAddr).Port)
		},
		"socket of IPv6": func(t *testing.T) (net.Listener, string) {
			l, err := net.Listen("tcp", "[::1]:0")
			if err != nil {
				t.Skip("this machine has no IPv6: ", err)
			}
			return l, fmt.Sprintf("--socket=%d", l.Addr().(*net.TCPAddr).Port)
		},
		"pipe": func(t *testing.T) (net.Listener, string) {
			if runtime.GOOS == "windows" {
				t.Skip("named pipes cannot be listened on with the standard library")
			}
			path := filepath.Join(t.TempDir(), "s")
			l, err := net.Listen("unix", path)
			if err != nil {
				t.Fatal(err)
			}
			return l, "--pipe=" + path
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, flag := listen(t)
			defer l.Close()
			cmd := exec.Command(built(t), flag)
			var printed bytes.Buffer
			cmd.Stdout, cmd.Stderr = &printed, os.Stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			conn, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			e := lsptest.New(t, conn)
			e.Watch(cmd)
			session(t, e)
			if got := e.Leave(); got != 0 {
				t.Errorf("exit code %d", got)
			}
		})
	}
}

// TestUsage runs the program in ways that serve nobody.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args           []string
		code           int
		stdout, stderr string // patterns
	}{
		{[]string{"version"}, 0, `(?m)^dockwright .+\ngo1\.\d+.*\nBuildKit v\d+\.\d+\.\d+\n$`, `^$`},
		{[]string{"--version"}, 0, `^dockwright `, `^$`},
		{[]string{"help"}, 0, `language server for Dockerfiles(?s:.*)--stdio`, `^$`},
		{[]string{"--help"}, 0, `Usage:`, `^$`},
		{[]string{"serv"}, 2, `^$`, `unknown command "serv"(?s:.*)Usage:`},
		{[]string{"--stdoi"}, 2, `^$`, `stdoi(?s:.*)Usage:`},
		{[]string{"--stdio", "--socket=1"}, 2, `^$`, `give one of`},
		{[]string{"--stdio", "extra"}, 2, `^$`, `no other arguments`},
		{[]string{"--socket=notaport"}, 2, `^$`, `invalid value`},
		{[]string{"--pipe=/no/such/pipe"}, 2, `^$`, `connecting to the editor`},
		{[]string{"--log-file=/no/such/folder/log"}, 2, `^$`, `opening the log`},
		{[]string{"--log-level=loud"}, 2, `^$`, `invalid value`},
	} {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(built(t), c.args...)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != c.code {
			t.Errorf("%q: exit code %d, want %d", c.args, got, c.code)
		}
		if !regexp.MustCompile(c.stdout).Match(stdout.Bytes()) || !regexp.MustCompile(c.stderr).Match(stderr.Bytes()) {
			t.Errorf("%q:\nstdout %q, want %s\nstderr %q, want %s", c.args, stdout.String(), c.stdout, stderr.String(), c.stderr)
		}
	}
}

// TestTerminal starts the program by hand: with a terminal as its input, and no arguments.
func TestTerminal(t *testing.T) {
	script, err := exec.LookPath("script")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("needs util-linux's script to make a terminal")
	}
	cmd := exec.Command(script, "-qec", built(t), "/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "language server for Dockerfiles") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestLogFile sends the log to a file, and nothing anywhere else.
func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	var stderr bytes.Buffer
	cmd := exec.Command(built(t), "--stdio", "--log-file="+path, "--log-level=debug")
	cmd.Stdin, cmd.Stderr = strings.NewReader(script(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"clientInfo":{"name":"tester"}}}`,
		`{"jsonrpc":"2.0","id":2,"method":"shutdown"}`, `{"jsonrpc":"2.0","method":"exit"}`)), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%v", err)
	}
	// Everything at once, and the end of input right behind: both answers must have come, and nothing else.
	if got := strings.Count(string(out), "Content-Length: "); got != 2 {
		t.Errorf("%d messages, want 2: %s", got, out)
	}
	log, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(log), "client=tester") || stderr.Len() > 0 {
		t.Errorf("log %q: %v; standard error %q", log, err, stderr.String())
	}
}

func script(bodies ...string) string {
	var b strings.Builder
	for _, body := range bodies {
		_, _ = fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	return b.String()
}

// TestStdoutIsTheWire holds main to its first deed: what prints by mistake goes to standard error.
func TestStdoutIsTheWire(t *testing.T) {
	src, err := os.Open("main.go")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	in := bufio.NewScanner(io.Reader(src))
	for in.Scan() {
		if strings.HasPrefix(in.Text(), "func main()") {
			break
		}
	}
	var body []string
	for in.Scan() && in.Text() != "}" {
		if line := strings.TrimSpace(in.Text()); !strings.HasPrefix(line, "//") {
			body = append(body, line)
		}
	}
	if len(body) < 3 || body[0] != "stdout := os.Stdout" || body[1] != "os.Stdout = os.Stderr" {
		t.Errorf("main begins with %q", body)
	}
}
