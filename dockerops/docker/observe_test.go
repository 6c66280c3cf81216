package docker

import (
	"fmt"
	"testing"
)

// TestProcessTable splits what Podman tells in whole lines.
func TestProcessTable(t *testing.T) {
	got := processTable([]string{"PID USER COMMAND"}, [][]string{{"1 0   sleep 1000"}, {"7 0 ps"}})
	if text := fmt.Sprintf("%q %q", got.Titles, got.Rows); text != `["PID" "USER" "COMMAND"] [["1" "0" "sleep 1000"] ["7" "0" "ps"]]` {
		t.Error(text)
	}
	got = processTable([]string{"PID", "CMD"}, [][]string{{"1", "sleep 1000"}})
	if text := fmt.Sprintf("%q %q", got.Titles, got.Rows); text != `["PID" "CMD"] [["1" "sleep 1000"]]` {
		t.Error(text)
	}
}
