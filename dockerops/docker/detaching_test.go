package docker

import "testing"

func TestDetaching(t *testing.T) {
	for _, test := range []struct {
		keys  string
		typed []string
		sent  string
		left  bool
	}{
		{"", []string{"\x10\x11"}, "\x10\x11", false},
		{"ctrl-p,ctrl-q", []string{"ls\x10", "\x11"}, "ls", true},
		{"ctrl-p,ctrl-q", []string{"\x10", "\x10", "x"}, "\x10\x10x", false},
		{"ctrl-p,ctrl-q", []string{"\x10\x10\x11"}, "\x10", true},
		{"ctrl-P,q", []string{"\x10q never"}, "", true},
	} {
		keys, err := newDetaching(test.keys)
		if err != nil {
			t.Fatal(err)
		}
		sent, left := "", false
		for _, typed := range test.typed {
			var send []byte
			send, left = keys.pass([]byte(typed))
			sent += string(send)
		}
		if sent != test.sent || left != test.left {
			t.Errorf("%s, typed %q: sent %q, left %t; want %q, %t", test.keys, test.typed, sent, left, test.sent, test.left)
		}
	}
	if _, err := newDetaching("bogus"); err == nil {
		t.Error("bogus names no keys")
	}
}
