package server

import (
	"encoding/json"
	"fmt"
	"time"
)

// textList is texts as callers write them: a list, or one alone.
type textList []string

// UnmarshalJSON takes both forms.
func (l *textList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = textList{one}
		return nil
	}
	var several []string
	if json.Unmarshal(data, &several) != nil {
		return fmt.Errorf("%s is neither a text nor a list of texts", data)
	}
	*l = several
	return nil
}

// moment is a time as callers write one: in RFC 3339, or as how long ago it was.
type moment struct{ time.Time }

// UnmarshalJSON takes both forms.
func (m *moment) UnmarshalJSON(data []byte) error {
	var written string
	if err := json.Unmarshal(data, &written); err != nil {
		return fmt.Errorf("%s is no time: write 2026-01-31T15:04:05Z, or 10m for ten minutes ago", data)
	}
	at, err := time.Parse(time.RFC3339, written)
	if ago, isAgo := time.ParseDuration(written); err != nil && isAgo == nil && ago >= 0 {
		at, err = time.Now().Add(-ago), nil
	}
	if err != nil && written != "" {
		return fmt.Errorf("%q is no time: write 2026-01-31T15:04:05Z, or 10m for ten minutes ago", written)
	}
	m.Time = at
	return nil
}
