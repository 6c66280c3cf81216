package marker_test

import (
	"testing"

	"dockwright/analysis/marker"
)

func TestParse(t *testing.T) {
	f := marker.Parse("FROM é AS b\n     ^ #~\n#~        ^ a note\n^^^^ #~\nRUN «a «b» c» ‸\n")
	if want := "FROM é AS b\nRUN a b c \n"; f.Text != want {
		t.Errorf("text is %q, not %q", f.Text, want)
	}
	var got []string
	for _, s := range append(f.Carets, f.Ranges...) {
		got = append(got, s.In(f.Text))
	}
	want := []string{"é", "b", "FROM", "a b c", "b"}
	if len(got) != len(want) {
		t.Fatalf("spans are %q, not %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("span %d is %q, not %q", i, got[i], want[i])
		}
	}
	if len(f.Cursors) != 1 || f.Text[f.Cursors[0]:] != "\n" {
		t.Errorf("cursors are %v", f.Cursors)
	}
}
