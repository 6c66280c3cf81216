package buildfailure_test

import (
	"testing"

	"dockwright/dockerops/buildfailure"
)

// TestInternals takes values of Podman's program out of its words, and nothing else.
func TestInternals(t *testing.T) {
	for text, want := range map[string]string{
		`Build error: Unknown instruction: "COPPY" &imagebuilder.Step{Env:[]string{"A=}"}, Command:"coppy"}`: `Build error: Unknown instruction: "COPPY"`,
		`reading "*.conf": error during bulk transfer for copier.request{Request:"GET", Globs:[]string{"/a.conf"}, PutOptions:copier.PutOptions{UIDMap:[]idtools.IDMap(nil)}, RemoveOptions:copier.RemoveOptions{All:false}}: copier: get: lstat "/a.conf": no such file or directory`: `reading "*.conf": copier: get: lstat "/a.conf": no such file or directory`,
		`storing a.b{c}: copier: put: no space left`: `storing a.b{c}: copier: put: no space left`,
	} {
		if got := (buildfailure.Failure{Reason: text}).Error().Fact("reason"); got != want {
			t.Errorf("%q comes to %q", text, got)
		}
	}
}
