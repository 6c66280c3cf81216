package catalog_test

import (
	"testing"

	"dockwright/analysis/catalog"

	"github.com/moby/sys/signal"
)

func TestSignalsAreThoseOfTheEngine(t *testing.T) {
	for name := range signal.SignalMap {
		if !catalog.IsSignal("SIG" + name) {
			t.Errorf("the engine takes %s", name)
		}
	}
	for _, name := range catalog.Signals {
		if _, err := signal.ParseSignal(name); err != nil {
			t.Errorf("the engine does not take %s", name)
		}
	}
	for s, want := range map[string]bool{"9": true, "0": false, "sigterm": true, "TERMINATE": false, "": false, "RTMIN+16": false, "RTMAX-14": true, "RTMIN+01": false} {
		_, err := signal.ParseSignal(s)
		if got := catalog.IsSignal(s); got != want || (err == nil) != want {
			t.Errorf("%q: got %v, the engine %v", s, got, err)
		}
	}
}
