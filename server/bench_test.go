package server_test

import (
	"fmt"
	"strings"
	"testing"

	"dockwright/server/lsptest"
)

// BenchmarkChange measures the way from a keystroke to its diagnostics, the wire included.
func BenchmarkChange(b *testing.B) {
	for _, lines := range []int{20, 200, 2000} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			e := lsptest.InProcess(b, serveReal)
			e.Initialize(pushing, nil)
			e.Open(file, 1, "FROM scratch AS a\n"+strings.Repeat("ENV A=b \\\n  C=$A\nRUN apk add git && \\\n  make\n", lines/4))
			e.PublishedFor(1)
			version, keyword := 1, edit(b, "FROM scratch «AS» a", "")
			for b.Loop() {
				version++
				keyword["text"] = []string{"AS", "as"}[version%2]
				e.Change(file, version, keyword)
				e.PublishedFor(version)
			}
		})
	}
}
