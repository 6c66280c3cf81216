package buildfailure_test

import (
	"strconv"
	"testing"

	"dockwright/dockerops"
	"dockwright/dockerops/buildfailure"
)

// TestImages says which image and which registry a failure is about, however the builder puts it.
func TestImages(t *testing.T) {
	for name, c := range map[string]struct {
		failure buildfailure.Failure
		kind    dockerops.Kind
		message string
	}{
		"no network, Engine 20.10": {
			buildfailure.Failure{Step: "[internal] load metadata for docker.io/library/python:3.12", Reason: `failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.12": dial tcp: lookup registry-1.docker.io: no such host`},
			dockerops.KindRegistryUnreachable, "The builder cannot reach the registry registry-1.docker.io for docker.io/library/python:3.12: check its network, or use an image that it has",
		},
		"no network, Podman": {
			buildfailure.Failure{Step: "[1/2] FROM r.example:5000/app:1", Reason: `creating build container: initializing source docker://r.example:5000/app:1: pinging container registry r.example:5000: Get "https://r.example:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused`},
			dockerops.KindRegistryUnreachable, "The builder cannot reach the registry r.example:5000 for r.example:5000/app:1: check its network, or use an image that it has",
		},
		"no tag": {
			buildfailure.Failure{Step: "[internal] load metadata for r.example/app:9", Reason: "r.example/app:9: not found"},
			dockerops.KindPullDenied, "The registry r.example has no r.example/app:9: check the name and the tag",
		},
		"no tag, Podman": {
			buildfailure.Failure{Step: "[1/2] FROM r.example/app:9", Reason: "creating build container: initializing source docker://r.example/app:9: reading manifest 9 in r.example/app: manifest unknown: manifest unknown"},
			dockerops.KindPullDenied, "The registry r.example has no r.example/app:9: check the name and the tag",
		},
		"no login": {
			buildfailure.Failure{Step: "[internal] load metadata for docker.io/acme/private:1", Reason: "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"},
			dockerops.KindPullDenied, "The registry docker.io does not give docker.io/acme/private:1: check the name, or log in with `docker login`",
		},
		"a wrong login": {
			buildfailure.Failure{Step: "[internal] load metadata for r.example/acme/app:1", Reason: "failed to resolve source metadata for r.example/acme/app:1: unexpected status: 401 Unauthorized"},
			dockerops.KindAuthFailed, "The registry r.example refuses the credentials for r.example/acme/app:1: run `docker login r.example` again",
		},
		"nothing is known of the image": {
			buildfailure.Failure{Reason: "pull access denied"},
			dockerops.KindPullDenied, "The registry does not give the image: check the name, or log in with `docker login`",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.failure.Error(); got.Kind != c.kind || got.Message != c.message {
				t.Errorf("%s: %s", got.Kind, got.Message)
			}
		})
	}
}

// TestOwnWords takes out of Podman's words what is of no use to anybody: temporary folders and values of its program.
func TestOwnWords(t *testing.T) {
	for text, want := range map[string]string{
		`parsing main Dockerfile: /var/tmp/libpod_builder2222427224/build/Dockerfile: ENV must have two arguments`:             "ENV must have two arguments",
		`resolving mountpoints for container "1c3b": must set volume destination`:                                              "must set volume destination",
		`checking on sources under "/var/tmp/libpod_builder1638175573/build": copier: stat: "/app": no such file or directory`: `copier: stat: "/app": no such file or directory`,
		`building at STEP "RUN echo "a": b; false": while running runtime: exit status 1`:                                      "while running runtime: exit status 1",
		`Build error: Unknown instruction: "COPPY" &imagebuilder.Step{Env:[]string{"A=}"}, Command:"coppy"}`:                   `Build error: Unknown instruction: "COPPY"`,
	} {
		failed := buildfailure.Failure{Step: `[2/2] RUN echo "a": b;  false`, Reason: text}.Error()
		if got := failed.Fact("reason"); got != want {
			t.Errorf("%q comes to %q", text, got)
		}
	}
	log := "one\n" +
		`time="2026-11-25T12:37:39Z" level=error msg="+(UNHANDLED LOGLEVEL) &imagebuilder.Step{Env:[]string{\"A=b\"}, Command:\"coppy\"}"` + "\n" +
		`time="2026-11-25T12:37:16Z" level=warning msg="couldn't find \"/var/tmp/libpod_builder3364157129/build/data.csv\" on host to bind mount into container"` + "\n" +
		`time="2026-11-25T12:37:16Z" level=info msg="the program's own \"log\""`
	want := "one\ncouldn't find \"data.csv\" on host to bind mount into container\n" + `time="2026-11-25T12:37:16Z" level=info msg="the program's own \"log\""`
	if got := (buildfailure.Failure{Reason: "x", Log: log}).Error().Fact("log"); got != want {
		t.Errorf("the log comes to %q", got)
	}
}

// TestWordsOfTheScript holds that neither the script of a RUN nor what it prints makes the builder's failure of its own.
func TestWordsOfTheScript(t *testing.T) {
	sayings := []string{
		"unauthorized: set TOKEN", "401 Unauthorized", "pull access denied for x", "no space left on device", "i/o timeout", "context deadline exceeded", "manifest unknown",
		`Get "https://r.example/v2/": dial tcp: lookup r.example: no such host`, "requires BuildKit", "digest mismatch", "secret x not found", "granting entitlement x is not allowed",
		"invalid response status 404", "exec format error", `exec: "x": executable file not found in $PATH`, "unable to find user x:", "failed to reach build target x", "exit code: 7", "exit status 7",
	}
	for _, words := range sayings {
		script := `test -n "$TOKEN" || { echo "` + words + `"; exit 1; }`
		for builder, reason := range map[string]string{
			"BuildKit":     "failed to solve: process " + strconv.Quote("/bin/sh -c "+script) + " did not complete successfully: exit code: 1",
			"Engine 20.10": "executor failed running [/bin/sh -c " + script + "]: exit code: 1",
			"Podman":       `building at STEP "RUN ` + script + `": while running runtime: exit status 1`,
			"classic":      "The command '/bin/sh -c " + script + "' returned a non-zero code: 1",
		} {
			got := buildfailure.Failure{Step: "[2/2] RUN " + script, ExitCode: "1", Reason: reason, Log: words}.Error()
			if got.Kind != dockerops.KindBuildFailed || got.Fact("cause") != "" {
				t.Errorf("%s, %q: %s %s: %s", builder, words, got.Kind, got.Fact("cause"), got.Message)
			}
			got = buildfailure.Failure{Step: "[2/2] RUN ./check", ExitCode: "1", Reason: "exit code: 1", Log: words}.Error()
			if got.Kind != dockerops.KindBuildFailed {
				t.Errorf("printed, %q: %s: %s", words, got.Kind, got.Message)
			}
		}
		got := buildfailure.Failure{Step: "[2/2] RUN " + script, Reason: "process " + strconv.Quote("/bin/sh -c "+script) + " did not complete successfully: unable to find user app: no matching entries in passwd file"}.Error()
		if got.Kind != dockerops.KindBuildFailed || got.Fact("user") != "app" {
			t.Errorf("%q of a RUN that did not begin: %+v", words, got)
		}
	}
	killed := buildfailure.Failure{Step: "[2/2] RUN make", ExitCode: "137", Reason: `process "/bin/sh -c make" did not complete successfully: cannot allocate memory`}.Error()
	if got := killed.Fact("cause"); got != string(buildfailure.CauseOutOfMemory) {
		t.Errorf("killed for its memory: %s", got)
	}
}
