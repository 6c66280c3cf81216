package docker

import (
	"regexp"
	"strings"

	"dockwright/dockerops"

	"github.com/distribution/reference"
)

// The engine's rule for names; a reference to a container may also be a unique prefix of its id.
var (
	newName      = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`)
	containerRef = regexp.MustCompile(`^/?[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)
	imageCacheID = regexp.MustCompile(`^[a-z0-9:]{8,128}$`)
	imageID      = regexp.MustCompile(`^(?:sha256:)?[0-9a-f]{4,64}$`)
)

// checkContainer refuses what can be no container, before it gets into a request's path.
func checkContainer(name string) error {
	if !containerRef.MatchString(name) {
		return failf(dockerops.KindBadArgument, "%q is no container: give its name or the beginning of its id", name)
	}
	return nil
}

// checkNewName refuses what can be no container's name.
func checkNewName(name string) error {
	if name != "" && !newName.MatchString(name) {
		return failf(dockerops.KindBadArgument, "%q cannot name a container: use at least two letters, digits, dots, dashes or underscores, a letter or digit first", name)
	}
	return nil
}

// checkImage refuses what is neither an image's id nor a reference.
func checkImage(name string) error {
	if imageID.MatchString(name) {
		return nil
	}
	return checkReference(name)
}

// checkReference refuses what is no reference: [registry/]repository[:tag][@digest], in lower case.
func checkReference(name string) error {
	if _, err := reference.ParseNormalizedNamed(name); err != nil {
		hint := ""
		if strings.ToLower(name) != name {
			hint = " (repository names are in lower case)"
		}
		return fail(dockerops.KindBadArgument, err, "%q is no image reference%s: write it as name:tag", name, hint)
	}
	return nil
}

// firstName is a container's own name; the others are links.
func firstName(names []string) string {
	for _, name := range names {
		if name = strings.TrimPrefix(name, "/"); !strings.Contains(name, "/") {
			return name
		}
	}
	return ""
}
