package analysis_test

import (
	"os"
	"path/filepath"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/lint"
)

// TestNothingIsWrittenToStandardError: BuildKit's shell lexer complains there of bytes that are no UTF-8, and of NUL.
func TestNothingIsWrittenToStandardError(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	stderr := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = stderr }()
	for _, b := range []string{"\xff", "\x00", "\x85", "\xa0", "\xe2\x82"} {
		for _, src := range []string{
			"FROM $" + b + "\nARG a=" + b + "\nENV b=$a" + b + " c=${a#$a} d=${a/$a/" + b + "}\nWORKDIR \"" + b + "\"\nEXPOSE $" + b + "\n",
			"FROM a\nCOPY <<" + b + " /x\n$" + b + "\n" + b + "\nCOPY <<" + b + " <<EOF" + b + "\n",
			"FROM a\nRUN <<EOF cat " + b + "\n" + b + "\nEOF\nRUN --mount=type=$" + b + ",target=/x ls\nCOPY --from=$" + b + " a b\n",
			"FROM a AS b\nONBUILD COPY <<EOF" + b + " /x\nEOF" + b + "\nFROM b\nONBUILD RUN --x" + b + " <<EOF\nEOF\n",
			b + "<<\nADD a" + b + " <<EOF\nCOPY [\"" + b + "<<\"] <<" + b,
		} {
			doc := analysis.Parse(src, nil)
			analysis.Findings(doc, lint.Options{Fixes: true})
		}
		if info, err := file.Stat(); err != nil || info.Size() > 0 {
			t.Fatalf("%q: %d bytes, %v", b, info.Size(), err)
		}
	}
}
