package buildkit

import (
	"testing"

	"dockwright/dockerops"
)

// TestSSHPaths takes no path that the shell at the other end would read as more than one word.
func TestSSHPaths(t *testing.T) {
	for address, want := range map[string]dockerops.Kind{
		"ssh://host": "", "ssh://ann@host:22/run/user/1000/build-kit_1.sock": "",
		"ssh://host/run/a%3Btouch%20x": dockerops.KindBadArgument, "ssh://host/run/$(x)": dockerops.KindBadArgument, "ssh://host/run/a%0Ab": dockerops.KindBadArgument,
	} {
		if _, err := At(address, Options{}); dockerops.KindOf(err) != want {
			t.Errorf("%s: %v, want kind %q", address, err, want)
		}
	}
}
