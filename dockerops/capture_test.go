package dockerops_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dockwright/dockerops"
)

func TestCaptureKeepsBothEnds(t *testing.T) {
	whole := strings.Repeat("0123456789", 10)
	for _, step := range []int{1, 3, 7, 20, 64, 100} {
		kept := dockerops.NewCapture(20)
		for rest := whole; rest != ""; {
			n := min(step, len(rest))
			if written, err := kept.Write([]byte(rest[:n])); written != n || err != nil {
				t.Fatal(written, err)
			}
			rest = rest[n:]
		}
		got := kept.Text()
		if got.Text != "0123456789\n[80 bytes left out]\n0123456789" || got.Bytes != 100 || got.Omitted != 80 {
			t.Errorf("in steps of %d: %+v", step, got)
		}
	}
}

func TestCaptureCutsNoCharacter(t *testing.T) {
	whole := strings.Repeat("日本語", 20)
	for limit := int64(1); limit < 200; limit++ {
		kept := dockerops.NewCapture(limit)
		_, _ = kept.Write([]byte(whole))
		got := kept.Text()
		if !utf8.ValidString(got.Text) || strings.ContainsRune(got.Text, utf8.RuneError) {
			t.Errorf("limit %d: %q", limit, got.Text)
		}
		if got.Omitted == 0 && got.Text != whole {
			t.Errorf("limit %d: nothing left out of %q", limit, got.Text)
		}
	}
}

func TestCaptureOfWhatIsNoText(t *testing.T) {
	kept := dockerops.NewCapture(0)
	_, _ = kept.Write([]byte("a\xffb"))
	if got := kept.Text(); got.Text != "a\uFFFDb" || got.Bytes != 3 {
		t.Errorf("got %+v", got)
	}
}
