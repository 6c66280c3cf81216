package model_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dockwright/analysis/model"
	"dockwright/analysis/syntax"
)

// greedy are small files whose variables would come to a lot.
var greedy = func() map[string]string {
	long := "FROM scratch\nENV a=" + strings.Repeat("x", 60<<10) + "\n"
	return map[string]string{
		"many uses in a word":   long + "ENV b=" + strings.Repeat("$a", 3000) + "\n",
		"every byte replaced":   long + "ENV b=${a//x/" + strings.Repeat("y", 8<<10) + "}\n",
		"an empty pattern":      long + "ENV b=${a//*/" + strings.Repeat(`\$0`, 3000) + "}\n",
		"every byte by a value": long + "ENV b=${a//x/$a}\n",
		"many lines":            long + strings.Repeat("ENV b=$a\n", 5000),
		"ports":                 long + strings.Repeat("EXPOSE $a\n", 2000) + "EXPOSE " + strings.Repeat("${a}", 1000) + "\n",
		"mounts":                long + "RUN --mount=type=cache,target=" + strings.Repeat("$a", 3000) + " ls\n" + strings.Repeat("RUN --mount=type=$a,target=/x ls\n", 2000),
		"a heredoc":             long + "COPY <<EOF /x\n" + strings.Repeat("$a\n", 3000) + "EOF\n",
		"nested":                long + "ENV b=" + strings.Repeat("${a:+", 200) + "$a" + strings.Repeat("}", 200) + "\n",
		"patterns":              "FROM scratch\n" + strings.Repeat("ENV b=${a#"+strings.Repeat("*y", 4000)+"}\n", 20),
		"global ARGs":           "ARG a=" + strings.Repeat("x", 60<<10) + "\nARG b=" + strings.Repeat("$a", 3000) + "\nFROM a:" + strings.Repeat("$a", 3000) + "\n",
	}
}()

// TestGreedyVariablesStaySmall bounds all that resolving allocates, also what it lets go again.
func TestGreedyVariablesStaySmall(t *testing.T) {
	for name, src := range greedy {
		file := syntax.Parse(src)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		model.Resolve(file)
		runtime.ReadMemStats(&after)
		if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 100 {
			t.Errorf("%s: %d MB for a file of %d KB", name, n, len(src)>>10)
		}
	}
}

// TestOrdinaryValuesAreFollowed: the bounds are far from what people write.
func TestOrdinaryValuesAreFollowed(t *testing.T) {
	src := "FROM scratch\nENV P=/usr/bin\n"
	for i := range 100 {
		src += fmt.Sprintf("ENV P=/opt/tool-%d/bin:$P Q=${P%%%%:*} R=${P//opt/srv} S=${Q:-${P:+$P}}\n", i)
	}
	m := model.Resolve(syntax.Parse(src))
	for _, d := range m.Stages[0].Scope.Own() {
		if !d.Known {
			t.Fatalf("%s is not known in line %q", d.Name, d.In.Line.Text)
		}
	}
}

// FuzzResolve holds that resolving comes back from any text, in little memory.
func FuzzResolve(f *testing.F) {
	for _, src := range greedy {
		f.Add(src)
	}
	f.Fuzz(func(_ *testing.T, src string) { model.Resolve(syntax.Parse(src)) })
}
