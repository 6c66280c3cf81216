package walkthrough_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dockwright/dockerops/enginetest"
)

// BenchmarkHoverDuringBuild hovers every 20 milliseconds while a build prints 500 megabytes, and reports the latencies and the most memory
// that the server held. The engine's own BuildKit clips what a step prints; Podman sends all of it. Run it with -benchtime 1x.
func BenchmarkHoverDuringBuild(b *testing.B) {
	enginetest.Need(b, private)
	podman, err := enginetest.StartPodman()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = podman.Close() })
	for name, c := range map[string]struct {
		engine *enginetest.Engine
		output bool
	}{"BuildKit": {private, true}, "Podman": {podman, false}, "Podman/output": {podman, true}} {
		b.Run(name, func(b *testing.B) { hoverDuringBuild(b, c.engine, c.output) })
	}
}

func hoverDuringBuild(b *testing.B, engine *enginetest.Engine, output bool) {
	const text = "FROM " + enginetest.BusyboxImage + "\nRUN yes 'a line as programs print them, neither long nor short: 80 characters.....' | head -c 500000000\n"
	path := filepath.Join(b.TempDir(), "Dockerfile")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	c := startCheap(b)
	c.call("initialize", m{"capabilities": m{}, "initializationOptions": m{"engine": m{"host": engine.Host()}, "workspaceTrust": "trusted", "jobOutput": output}})
	c.send(m{"jsonrpc": "2.0", "method": "initialized", "params": m{}})
	c.send(m{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": m{"textDocument": m{"uri": "file://" + path, "languageId": "dockerfile", "version": 1, "text": text}}})
	hover := m{"textDocument": m{"uri": "file://" + path}, "position": m{"line": 0, "character": 6}}
	for b.Loop() {
		build := c.start("workspace/executeCommand", m{"command": "dockwright.image.build", "arguments": []any{m{"dockerfile": path, "noCache": true, "tags": []string{"printed:v1"}}}})
		var took []time.Duration
		for built := false; !built; {
			began := time.Now()
			id := c.start("textDocument/hover", hover)
			for answered := false; !answered; {
				switch answer := <-c.answers; answer.id {
				case id:
					took, answered = append(took, answer.at.Sub(began)), true
				case build:
					if built = true; !bytes.Contains(answer.body, []byte(`"status":"ok"`)) {
						b.Fatalf("%s", answer.body)
					}
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		slices.Sort(took)
		at := func(share float64) float64 {
			return float64(took[int(share*float64(len(took)-1))]) / float64(time.Millisecond)
		}
		b.ReportMetric(at(.5), "ms-p50")
		b.ReportMetric(at(.99), "ms-p99")
		b.ReportMetric(at(1), "ms-max")
		b.ReportMetric(c.memory(), "MB-peak")
		b.ReportMetric(float64(c.skipped)/1e6, "MB-sent")
		b.ReportMetric(float64(len(took)), "hovers")
	}
}

// cheap is a client that costs next to nothing: it looks at answers only, and passes over what else it is sent.
type cheap struct {
	b       *testing.B
	in      io.Writer
	pid     int
	last    int
	skipped int64 // bytes of messages that were passed over
	answers chan answer
}

type answer struct {
	id   int
	at   time.Time
	body []byte
}

var answerID = regexp.MustCompile(`"id":(\d+)`)

func startCheap(b *testing.B) *cheap {
	server := exec.Command(program, "--stdio")
	in, _ := server.StdinPipe()
	out, _ := server.StdoutPipe()
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	c := &cheap{b: b, in: in, pid: server.Process.Pid, answers: make(chan answer, 9)}
	go c.read(bufio.NewReaderSize(out, 1<<20))
	b.Cleanup(func() {
		_ = in.Close()
		_ = server.Wait()
	})
	return c
}

// read passes answers on until the server ends.
func (c *cheap) read(out *bufio.Reader) {
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			return
		}
		length, isLength := strings.CutPrefix(strings.TrimSpace(line), "Content-Length: ")
		if !isLength {
			continue
		}
		n, _ := strconv.Atoi(length)
		_, _ = out.Discard(2)
		head, _ := out.Peek(min(n, 60))
		if bytes.Contains(head, []byte(`"method":`)) && !bytes.Contains(head, []byte(`"id":`)) {
			skipped, _ := out.Discard(n)
			c.skipped += int64(skipped)
			continue
		}
		at, body := time.Now(), make([]byte, n)
		_, _ = io.ReadFull(out, body)
		if id := answerID.FindSubmatch(body); id != nil && !bytes.Contains(head, []byte(`"method":`)) {
			number, _ := strconv.Atoi(string(id[1]))
			c.answers <- answer{number, at, body}
		}
	}
}

func (c *cheap) send(message any) {
	raw, _ := json.Marshal(message)
	if _, err := fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(raw), raw); err != nil {
		c.b.Fatal(err)
	}
}

func (c *cheap) start(method string, params any) int {
	c.last++
	c.send(m{"jsonrpc": "2.0", "id": c.last, "method": method, "params": params})
	return c.last
}

func (c *cheap) call(method string, params any) {
	id := c.start(method, params)
	if got := <-c.answers; got.id != id {
		c.b.Fatalf("%s was answered %s", method, got.body)
	}
}

var peakMemory = regexp.MustCompile(`VmHWM:\s+(\d+)`)

// memory is the most that the server has held, in megabytes.
func (c *cheap) memory() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.pid))
	if err != nil {
		c.b.Fatal(err)
	}
	kilobytes, _ := strconv.Atoi(string(peakMemory.FindSubmatch(status)[1]))
	return float64(kilobytes) / 1000
}
