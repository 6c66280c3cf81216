package server

import (
	"encoding/json"
	"testing"

	"dockwright/dockerops"
)

func TestMountArgument(t *testing.T) {
	for written, want := range map[string]dockerops.Mount{
		`"data:/data"`:                                 {Type: "volume", Source: "data", Target: "/data"},
		`"./src:/app:ro"`:                              {Type: "bind", Source: "./src", Target: "/app", ReadOnly: true},
		`"/src:/app:rw"`:                               {Type: "bind", Source: "/src", Target: "/app"},
		`"~/src:/app"`:                                 {Type: "bind", Source: "~/src", Target: "/app"},
		`"C:\\src:/app:ro"`:                            {Type: "bind", Source: `C:\src`, Target: "/app", ReadOnly: true},
		`"type=tmpfs,target=/tmp"`:                     {Type: "tmpfs", Target: "/tmp"},
		`"type=bind,src=/a,dst=/b,readonly"`:           {Type: "bind", Source: "/a", Target: "/b", ReadOnly: true},
		`"type=bind,source=C:\\a,target=/b"`:           {Type: "bind", Source: `C:\a`, Target: "/b"},
		`"source=v,target=/v"`:                         {Type: "volume", Source: "v", Target: "/v"},
		`{"type":"volume","source":"v","target":"/v"}`: {Type: "volume", Source: "v", Target: "/v"},
	} {
		var got mountArgument
		if err := json.Unmarshal([]byte(written), &got); err != nil || got.Mount != want {
			t.Errorf("%s: %+v, %v, want %+v", written, got.Mount, err, want)
		}
	}
	for _, written := range []string{`"data"`, `"data:relative"`, `":/x"`, `"a:/b:c"`, `"type=bind,from=/a"`, `"type=tmpfs"`, `"type=bind,src=/a,dst=/b,readonly=yes"`, `{"type":"bind","source":"/a","target":"/b","ro":true}`, `7`} {
		if err := json.Unmarshal([]byte(written), &mountArgument{}); err == nil {
			t.Errorf("%s is taken", written)
		}
	}
}

// TestRedactor hides a secret in names and in output, however it is cut.
func TestRedactor(t *testing.T) {
	r := newRedactor(map[string]string{"NPM_TOKEN": "abcabd", "VERSION": "1.26", "SHORT_KEY": "x"}, nil)
	if got := r.text("RUN echo abcabd 1.26 x"); got != "RUN echo ****** 1.26 x" {
		t.Errorf("%q", got)
	}
	const output = "one abcabcabd two\nabcab three abc"
	for size := 1; size < len(output); size++ {
		got := ""
		for at := 0; at < len(output); at += size {
			got += r.output("step", []byte(output[at:min(at+size, len(output))]))
		}
		if got += r.rest("step"); got != "one abc****** two\nabcab three abc" {
			t.Errorf("in pieces of %d: %q", size, got)
		}
	}
}

// TestRedactorOverlap hides a secret of which another is the beginning, and the password in an address.
func TestRedactorOverlap(t *testing.T) {
	t.Setenv("FROM_ENV", "environment")
	r := newRedactor(map[string]string{"A_TOKEN": "abcd", "B_TOKEN": "abcdefgh", "INDEX": "https://user:hunter2@host/simple"}, []dockerops.BuildSecret{{ID: "e", Env: "FROM_ENV"}})
	got := ""
	for _, piece := range []string{"abcd", "efgh abcd", "e hunter2 https://user:hunter2@", "host/other environ", "ment abc"} {
		got += r.output("step", []byte(piece))
	}
	if got += r.rest("step"); got != "****** ******e ****** https://user:******@host/other ****** abc" {
		t.Errorf("%q", got)
	}
}
