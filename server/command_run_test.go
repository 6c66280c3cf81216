package server

import "testing"

// TestVolumeName gives each Dockerfile's volumes names of their own, and the same again.
func TestVolumeName(t *testing.T) {
	one, same, other := volumeName("file:///a/docker/Dockerfile", "/var/data/"), volumeName("file:///a/docker/Dockerfile", "/var/data/"), volumeName("file:///b/docker/Dockerfile", "/var/data/")
	if one != same || one == other {
		t.Errorf("%s and %s of one Dockerfile, %s of another in a folder of the same name", one, same, other)
	}
	if volumeName("file:///a/docker/Dockerfile", "/other") == one {
		t.Errorf("%s for two paths", one)
	}
	if name := volumeName("file:///Dockerfile", "/\u65e5"); len(name) != 8 {
		t.Errorf("%q for a path without letters that a name can have", name)
	}
}
