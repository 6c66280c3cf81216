package server

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

func TestTextList(t *testing.T) {
	var arguments containerListArguments
	err := json.Unmarshal([]byte(`{"filter":{"state":"running","label":["a","b=c"],"name":"web","ancestor":"app1"},"state":["exited"],"label":"d"}`), &arguments)
	if got := fmt.Sprintf("%+v", arguments.narrowed()); err != nil || got != "{All:false States:[running exited] Names:[web] Labels:[a b=c d] Ancestor:app1}" {
		t.Errorf("got %s, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"state":7}`), &arguments); err == nil {
		t.Error("a number is no state")
	}
}

func TestMoment(t *testing.T) {
	var got moment
	if err := json.Unmarshal([]byte(`"1h"`), &got); err != nil || time.Since(got.Time) < time.Hour {
		t.Errorf("got %v, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`"2026-01-31T15:04:05Z"`), &got); err != nil || got.Year() != 2026 || got.Minute() != 4 {
		t.Errorf("got %v, %v", got, err)
	}
	for _, wrong := range []string{`"yesterday"`, `7`, `"-1h"`} {
		if err := json.Unmarshal([]byte(wrong), &got); err == nil {
			t.Errorf("%s is no time", wrong)
		}
	}
}
