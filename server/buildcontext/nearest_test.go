package buildcontext

import "testing"

// TestNearest finds names with a letter too few, or in other capital letters.
func TestNearest(t *testing.T) {
	for name, want := range map[string]string{"requirments.txt": "requirements.txt", "Readme.md": "README.md", "app.jar": "App.jar", "x": "", "main.go": ""} {
		if got := Nearest(name, []string{"App.jar", "README.md", "a b", "app.war", "requirements.txt"}); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
