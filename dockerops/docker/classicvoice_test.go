package docker

import (
	"encoding/json"
	"strings"
	"testing"

	"dockwright/dockerops"
)

// TestClassicVoice tells the builder's words from what commands write that print the same.
func TestClassicVoice(t *testing.T) {
	const (
		id     = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		digest = "sha256:" + id
		commit = "0123456789abcdef0123456789abcdef01234567\n" // of git rev-parse HEAD
	)
	mimicked := []string{commit, id + "\n", "Successfully installed requests\n", "Successfully built wheel\n", "--> linking\n", "Step 1/4: compile\n", "Step 3/3 : link\n", " ---> 0123456789ab\n", "COMMIT 0123 is the last\n", "\n", "done"}
	for name, test := range map[string]struct {
		text    []string // AUX and FAIL stand for messages of other kinds
		image   string
		steps   string // "+" behind those from the cache
		written string
	}{
		"Docker fails": {
			text:  append([]string{"Step 1/3 : FROM a", "\n", " ---> 0123456789ab\n", "AUX", "Step 2/3 : RUN b", "\n", " ---> Running in aaaaaaaaaaaa\n"}, append(mimicked, "Removing intermediate container aaaaaaaaaaaa\n", "FAIL")...),
			steps: "[1/3] FROM a, [2/3] RUN b", written: strings.Join(mimicked, ""),
		},
		"Docker": {
			text: append([]string{"Step 1/3 : FROM a", "\n", " ---> 0123456789ab\n", "Step 2/3 : RUN b", "\n", " ---> Using cache\n", " ---> 0123456789ab\n", "Step 3/3 : RUN c", "\n", " ---> Running in bbbbbbbbbbbb\n"},
				append(mimicked, "Removing intermediate container aaaaaaaaaaaa\n", " ---> Removed intermediate container bbbbbbbbbbbb\n", " ---> cdefcdefcdef\n", "[Warning] One or more build-args [x] were not consumed\n", "Successfully built cdefcdefcdef\n", "Successfully tagged a:b\n")...),
			image: "cdefcdefcdef", steps: "[1/3] FROM a, [2/3] RUN b+, [3/3] RUN c", written: strings.Join(mimicked, "") + "Removing intermediate container aaaaaaaaaaaa\n",
		},
		"Docker tells the id apart": {
			text:  []string{"Step 1/1 : FROM a", "\n", " ---> 0123456789ab\n", "AUX", "Successfully built 0123456789ab\n"},
			image: digest, steps: "[1/1] FROM a",
		},
		"Podman fails": {
			text:  append([]string{"STEP 1/3: FROM a\n", "STEP 2/3: RUN b\n"}, append(mimicked, "--> 0123456789a\n", "FAIL")...),
			steps: "[1/3] FROM a, [2/3] RUN b", written: strings.Join(mimicked, "") + "--> 0123456789a\n",
		},
		"Podman": {
			text: append([]string{"a notice\n", "STEP 1/3: FROM a\n", "Trying to pull a\n", "STEP 2/3: RUN b\n", "--> Using cache " + id + "\n", "--> 0123456789a\n", "STEP 3/3: RUN c\n"},
				append(mimicked, "STEP 4/4: RUN d\n", "--> 0123456789a\n", id+"\n", "COMMIT a:b\n", "--> 0123456789a\n", "[Warning] one or more build args were not consumed: [x]\n", "Successfully tagged a:b\n", "Successfully tagged a:c\n", id+"\n")...),
			image: id, steps: "[1/3] FROM a, [2/3] RUN b+, [3/3] RUN c", written: "a notice\nTrying to pull a\n" + strings.Join(mimicked, "") + "STEP 4/4: RUN d\n--> 0123456789a\n" + id + "\n",
		},
		"Podman with stages and triggers": {
			text: []string{"[1/3] STEP 1/2: FROM a AS b\n", "[1/3] STEP 2/2: RUN c\n", "--> 0000000000a\n", "--> 0123456789a\n", "[3/3] STEP 1/2: FROM b\n", "[3/3] STEP 2/3: RUN trigger\n", "[3/3] STEP 3/3: RUN too early\n", "--> 0123456789a\n",
				"[3/3] STEP 3/3: RUN d\n", "out\n", "[3/3] COMMIT\n", "--> 0123456789a\n", id + "\n", "AUX", "Successfully built 0123456789ab\n"},
			image: digest, steps: "[stage-1 1/2] FROM a AS b, [stage-1 2/2] RUN c, [stage-3 1/2] FROM b, [stage-3 2/3] RUN trigger, [stage-3 3/3] RUN d", written: "--> 0000000000a\n[3/3] STEP 3/3: RUN too early\nout\n",
		},
		"Podman with stages in any order": {
			text: []string{"[1/4] STEP 1/1: FROM a AS b\n", "--> 0000000000a\n", "[4/4] STEP 1/4: FROM b\n", "[4/4] STEP 2/4: WORKDIR /w\n", "--> 0123456789a\n", "[4/4] STEP 3/4: COPY --chown=0:0 --from=c /x /x\n",
				"[2/4] STEP 1/2: FROM b AS c\n", "[2/4] STEP 2/2: RUN c\n", "[3/4] STEP 1/1: too early\n", "--> 0123456789a\n", "--> 0123456789a\n", "[4/4] STEP 4/4: RUN d\n", "out\n", "[4/4] COMMIT\n", "--> 0123456789a\n", id + "\n"},
			image: id, steps: "[stage-1 1/1] FROM a AS b, [stage-4 1/4] FROM b, [stage-4 2/4] WORKDIR /w, [stage-4 3/4] COPY --chown=0:0 --from=c /x /x, [stage-2 1/2] FROM b AS c, [stage-2 2/2] RUN c, [stage-4 4/4] RUN d",
			written: "[3/4] STEP 1/1: too early\nout\n",
		},
		"Podman from the cache": {
			text:  []string{"STEP 1/2: FROM a\n", "STEP 2/2: RUN b\n", "--> Using cache " + id + "\n", "COMMIT a:b\n", "--> 0123456789a\n", "Successfully tagged a:b\n", id + "\n"},
			image: id, steps: "[1/2] FROM a, [2/2] RUN b+",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var body, written strings.Builder
			for _, text := range test.text {
				message := map[string]any{"stream": text}
				switch text {
				case "AUX":
					message = map[string]any{"aux": map[string]any{"ID": digest}}
				case "FAIL":
					message = map[string]any{"error": "exit status 3"}
				}
				raw, err := json.Marshal(message)
				if err != nil {
					t.Fatal(err)
				}
				body.Write(append(raw, '\n'))
			}
			p := newClassicProgress(func(e dockerops.BuildEvent) {
				if e.Log != nil {
					written.Write(e.Log.Data)
				}
			})
			if err := p.read(strings.NewReader(body.String())); (err != nil) != strings.HasSuffix(name, "fails") {
				t.Errorf("it ends with %v", err)
			}
			var steps []string
			for _, step := range p.steps {
				told := step.Name
				if step.Cached {
					told += "+"
				}
				steps = append(steps, told)
			}
			if got := strings.Join(steps, ", "); got != test.steps {
				t.Errorf("the steps are %s", got)
			}
			if p.imageID != test.image {
				t.Errorf("the image is %q", p.imageID)
			}
			if written.String() != test.written {
				t.Errorf("the commands have written %q, want %q", written.String(), test.written)
			}
		})
	}
}
