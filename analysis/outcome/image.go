package outcome

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

// aboutImage has a cause name the image that a builder did not get, and the registry that it would come from. Where a stage can be
// meant as well, it says that there is none.
func aboutImage(c *cause, image string, orStage bool) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return
	}
	registry, login := reference.Domain(named), "docker login "+reference.Domain(named)
	if registry == "docker.io" {
		registry, login = "docker.io (Docker Hub)", "docker login"
	}
	stage := ""
	if orStage && reference.FamiliarName(named) == image && !strings.Contains(image, "/") {
		stage = fmt.Sprintf("; this file has no stage %s above either", image)
	}
	switch c.id {
	case causeNetworkDown:
		c.bare = fmt.Sprintf("the builder cannot reach the registry %s for the image %s: check its network, or use an image that it has%s", registry, image, stage)
	case causeManifestUnknown:
		c.bare = fmt.Sprintf("the registry %s has no image %s: check its name and tag%s", registry, image, stage)
	case causePullDenied:
		c.bare = fmt.Sprintf("the registry %s does not give the image %s: check its name, or log in with %s%s", registry, image, login, stage)
	case causeAddress:
		c.bare = fmt.Sprintf("the builder does not trust the certificate of the registry %s, from which the image %s comes", registry, image)
	default:
		return
	}
	c.say, c.subject = "", ""
}
