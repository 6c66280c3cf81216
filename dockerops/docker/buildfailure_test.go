package docker_test

import (
	"strings"
	"testing"

	"dockwright/dockerops"
)

// failures are Dockerfiles that fail, with BASE in place of the base image and HOST of a registry, and a part of each fact. Only BuildKit's
// own daemon tells the lines.
var failures = map[string]struct {
	file   string
	kind   dockerops.Kind
	facts  map[string]string
	lines  string // line and lastLine, by typed sources
	except string // back ends that do something else
}{
	"command":       {"FROM BASE\nRUN echo first; echo why >&2; exit 3\n", dockerops.KindBuildFailed, map[string]string{"exitCode": "3", "step": "RUN echo first", "log": "why"}, "2 2", ""},
	"continuation":  {"FROM BASE AS a\nRUN true && \\\n  nosuchcommand \\\n  --flag\nFROM a\nRUN true\n", dockerops.KindBuildFailed, map[string]string{"exitCode": "127", "cause": "commandNotFound"}, "2 4", ""},
	"heredoc":       {"FROM BASE\nRUN <<EOF\ntrue\nexit 4\nEOF\n", dockerops.KindBuildFailed, map[string]string{"exitCode": "4"}, "2 5", "own classic podman"},
	"no program":    {"FROM BASE\nRUN [\"/nosuch\"]\n", dockerops.KindBuildFailed, map[string]string{"cause": "commandNotFound", "command": "/nosuch"}, "2 2", ""},
	"no file":       {"FROM BASE\nCOPY nosuch /x/\n", dockerops.KindBuildFailed, map[string]string{"cause": "fileNotFound", "path": "nosuch"}, "2 2", ""},
	"no file there": {"FROM BASE\nCOPY --from=BASE /nofile /x/\n", dockerops.KindBuildFailed, map[string]string{"cause": "fileNotFound", "path": "nofile"}, "2 2", ""},
	"no image":      {"FROM HOST/nosuch:v1\n", dockerops.KindPullDenied, map[string]string{"cause": "imageNotFound", "image": "HOST/nosuch:v1"}, "1 1", "podman"}, // It is in another network.
	"no registry":   {"FROM registry.invalid/x\n", dockerops.KindRegistryUnreachable, map[string]string{"registry": "registry.invalid"}, "1 1", ""},
	"no secret":     {"FROM BASE\nRUN --mount=type=secret,id=tok,required=true true\n", dockerops.KindBuildFailed, map[string]string{"cause": "secretNotFound", "secret": "tok"}, "2 2", "classic"},
	"needs more":    {"FROM BASE\nRUN --mount=type=secret,id=tok,required=true true\n", dockerops.KindBuildFailed, map[string]string{"cause": "needsBuildKit"}, "", "own standalone podman"},
	"no URL":        {"FROM BASE\nADD http://127.0.0.1:1/x /\n", dockerops.KindBuildFailed, map[string]string{"cause": "urlUnreachable", "url": "http://127.0.0.1:1/x"}, "", ""},
	"no such word":  {"FROM BASE\nFOO bar\n", dockerops.KindBuildFailed, map[string]string{"reason": "FOO"}, "2 2", ""},
	"no user":       {"FROM BASE\nUSER nobody2\nRUN true\n", dockerops.KindBuildFailed, map[string]string{"cause": "userNotFound", "user": "nobody2"}, "3 3", "podman"},
	"no executable": {"FROM BASE\nRUN printf x > /prog; chmod +x /prog\nRUN [\"/prog\"]\n", dockerops.KindBuildFailed, map[string]string{"cause": "platformMismatch"}, "3 3", ""},
	"no text":       {"FROM BASE\nRUN printf 'a\\377\\n'; exit 5\n", dockerops.KindBuildFailed, map[string]string{"exitCode": "5", "log": "a\uFFFD"}, "2 2", ""},
	"shared step":   {"FROM BASE AS a\nRUN exit 6\nFROM BASE AS b\nRUN exit 6\nFROM BASE\nCOPY --from=a /a /\nCOPY --from=b /a /\n", dockerops.KindBuildFailed, map[string]string{"exitCode": "6"}, "", ""},
}

func TestFailureFacts(t *testing.T) {
	t.Parallel()
	engine, builder, host := beside(t, 5012)
	backends := map[string]struct {
		build func(dockerops.BuildSpec) error
		base  string
	}{
		"own": {func(s dockerops.BuildSpec) error { _, err := engine.Build(t.Context(), s, nil); return err }, "busybox"},
		"classic": {func(s dockerops.BuildSpec) error {
			s.Classic = true
			_, err := engine.Build(t.Context(), s, nil)
			return err
		}, "busybox"},
		"standalone": {func(s dockerops.BuildSpec) error {
			s.Builder = builder.Address()
			_, err := engine.Build(t.Context(), s, nil)
			return err
		}, host + "/busybox"},
	}
	pod := podman(t)
	backends["podman"] = struct {
		build func(dockerops.BuildSpec) error
		base  string
	}{func(s dockerops.BuildSpec) error { _, err := pod.Build(t.Context(), s, nil); return err }, "busybox"}
	for name, test := range failures {
		for backend, how := range backends {
			if strings.Contains(test.except, backend) {
				continue
			}
			t.Run(name+"/"+backend, func(t *testing.T) {
				names := strings.NewReplacer("BASE", how.base, "HOST", host)
				failure := wantKind(t, how.build(dockerops.BuildSpec{ContextDir: t.TempDir(), Content: []byte(names.Replace(test.file))}), test.kind)
				for fact, part := range test.facts {
					if !strings.Contains(failure.Fact(fact), names.Replace(part)) {
						t.Errorf("fact %s: %q, want %q; %q", fact, failure.Fact(fact), part, failure.Facts)
					}
				}
				if lines := failure.Fact("line") + " " + failure.Fact("lastLine"); backend == "standalone" && test.lines != "" && lines != test.lines {
					t.Errorf("lines %s, want %s", lines, test.lines)
				}
				if failure.Fact("reason") == "" || failure.Kind == dockerops.KindBuildFailed && failure.Fact("line")+failure.Fact("step") == "" {
					t.Errorf("facts: %q", failure.Facts)
				}
			})
		}
	}
}
