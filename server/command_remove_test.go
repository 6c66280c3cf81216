package server

import (
	"testing"

	"dockwright/dockerops"
)

func TestWrittenFiles(t *testing.T) {
	changes := func(lines ...string) (all []dockerops.FileChange) {
		kinds := map[byte]string{'A': "added", 'C': "modified", 'D': "deleted"}
		for _, line := range lines {
			all = append(all, dockerops.FileChange{Kind: kinds[line[0]], Path: line[2:]})
		}
		return all
	}
	for name, test := range map[string]struct {
		changes []dockerops.FileChange
		mounts  []dockerops.Mount
		want    int
	}{
		"nothing":              {nil, nil, 0},
		"a file":               {changes("A /kept"), nil, 1},
		"folders above":        {changes("C /var", "C /var/lib", "A /var/lib/db", "C /var/lib/db.lock"), nil, 2},
		"an empty folder":      {changes("A /made"), nil, 1},
		"deleted":              {changes("C /etc", "D /etc/motd"), nil, 0},
		"a mount":              {changes("A /data", "C /srv", "A /srv/app"), []dockerops.Mount{{Target: "/data"}, {Target: "/srv/app/"}}, 0},
		"beside a mount":       {changes("A /data", "A /data/in", "A /data/own"), []dockerops.Mount{{Target: "/data/in"}}, 1},
		"the engine's own":     {changes("C /etc", "C /etc/hosts", "C /run", "A /run/.containerenv"), nil, 0},
		"what begins the same": {changes("A /data2"), []dockerops.Mount{{Target: "/data"}}, 1},
	} {
		if got := writtenFiles(test.changes, test.mounts); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}
