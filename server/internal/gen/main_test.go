package main

import (
	"bytes"
	"os"
	"testing"
)

func TestGenerated(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := render(readme)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(readme, want) {
		t.Error("README.md says something else than the tables: run go generate ./server")
	}
}

func TestRenderNeedsItsBlocks(t *testing.T) {
	if _, err := render([]byte("# no blocks\n")); err == nil {
		t.Error("a README without blocks gives no error")
	}
}
