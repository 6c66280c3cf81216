package rules_test

import (
	"testing"

	"dockwright/analysis/lint/rules"
)

func TestFindTakesIDsAndAliasesInAnyCasing(t *testing.T) {
	for name, want := range map[string]string{"workdirRELATIVEpath": "WorkdirRelativePath", "dl3000": "WorkdirRelativePath", "DL3000": "WorkdirRelativePath", "DL0000": "", "": ""} {
		if r, ok := rules.Find(name); r.ID != want || ok != (want != "") {
			t.Errorf("%q finds %q", name, r.ID)
		}
	}
}
