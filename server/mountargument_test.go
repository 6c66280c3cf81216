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
