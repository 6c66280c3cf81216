package outcome

import (
	"fmt"
	"strings"

	"dockwright/analysis"
	"dockwright/analysis/syntax"

	"github.com/distribution/reference"
)

// aboutImage has a cause name the image that a builder did not get, and the registry that it would come from. stage says that no stage has
// the name, where one can be meant as well.
func aboutImage(c *cause, image, stage string) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return
	}
	registry, login := reference.Domain(named), "docker login "+reference.Domain(named)
	if registry == "docker.io" {
		registry, login = "docker.io (Docker Hub)", "docker login"
	}
	switch c.id {
	case causeNetworkDown:
		c.bare = fmt.Sprintf("the builder cannot reach the registry %s for the image %s: check its network, or use an image that it has", registry, image)
	case causeManifestUnknown:
		c.bare = fmt.Sprintf("the registry %s has no image %s: check its name and tag", registry, image)
	case causePullDenied:
		c.bare = fmt.Sprintf("the registry %s does not give the image %s: check its name, or log in with %s", registry, image, login)
	case causeAddress:
		c.bare = fmt.Sprintf("the builder does not trust the certificate of the registry %s, from which the image %s comes", registry, image)
	case causeInsecure:
		c.bare = fmt.Sprintf("the registry %s, from which the image %s comes, speaks HTTP only: allow it as an insecure registry in the builder's configuration", registry, image)
	case causeStageMissing:
	default:
		return
	}
	if c.hint = stage; c.id != causeStageMissing {
		c.say, c.subject = "", ""
	}
}

// notStage says that no stage has a name that is taken for an image, if it looks like a stage's.
func notStage(doc *analysis.Document, place Place, from syntax.Word) string {
	if found := within(doc, from.Span); found != nil {
		return strings.TrimSuffix(found.Message, ".")
	}
	if strings.ContainsAny(from.Value, "/.:@") {
		return ""
	}
	return fmt.Sprintf("This file has no stage %s above line %d", from.Value, doc.Lines.At(place.Step.In.Span.Start)+1)
}
