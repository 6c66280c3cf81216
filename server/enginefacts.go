package server

import (
	"reflect"
	"slices"
	"strings"

	"dockwright/analysis"
	"dockwright/dockerops"
)

// methodEngineChanged is our own notification: what the engine holds has changed, for clients that show lists of it.
const methodEngineChanged = "dockwright/engine/changed"

// engineChange is what methodEngineChanged carries.
type engineChange struct {
	Endpoint  *dockerops.Endpoint `json:"endpoint"`
	Kinds     []string            `json:"kinds"` // container, image; engine where it has stopped to answer, or answers again
	Connected bool                `json:"connected"`
}

// engineChanged tells a client that wants to know.
func (s *session) engineChanged(change engineChange) {
	if s.client.engineEvents {
		s.notify(methodEngineChanged, &change)
	}
}

// engineFacts are what an engine held at one moment. They never change. There are none before the user has used the engine.
type engineFacts struct {
	endpoint   dockerops.Endpoint
	images     []dockerops.Image
	containers []dockerops.Container
	details    map[string]dockerops.ImageDetail // by id, of the images that open Dockerfiles name
	matches    map[string]match                 // by id, of the images that were built elsewhere
}

// refreshEngineFacts looks at the engine again, in the background. Nothing waits for it.
func (s *session) refreshEngineFacts(name engineName) {
	s.ask("engine facts "+name.host+" "+name.context, func() {
		facts, err := s.readEngineFacts(name)
		if err != nil {
			s.log.Info("looking at the engine", "error", err)
			return
		}
		before := s.engines.learn(name, facts)
		var kinds []string
		if before == nil || !reflect.DeepEqual(before.shownContainers(), facts.shownContainers()) {
			kinds = append(kinds, "container")
		}
		if before == nil || !reflect.DeepEqual(before.shownImages(), facts.shownImages()) {
			kinds = append(kinds, "image")
		}
		if len(kinds) == 0 {
			return
		}
		s.engineChanged(engineChange{&facts.endpoint, kinds, true})
		s.refreshLenses()
	})
}

// compareFacts looks at the engine again, if it lists something that is not known of it: not every engine tells of what other programs do.
func (s *session) compareFacts(name engineName, images []dockerops.Image, containers []dockerops.Container) {
	facts := s.engines.known(name)
	if facts == nil {
		return
	}
	news := func(i dockerops.Image) bool {
		return !slices.ContainsFunc(facts.images, func(known dockerops.Image) bool {
			return known.ID == i.ID && slices.Equal(known.References, i.References)
		})
	}
	moved := func(c dockerops.Container) bool {
		return !slices.ContainsFunc(facts.containers, func(known dockerops.Container) bool {
			return known.ID == c.ID && known.Image == c.Image && known.State == c.State && known.Name == c.Name
		})
	}
	if slices.ContainsFunc(images, news) || slices.ContainsFunc(containers, moved) {
		s.refreshEngineFacts(name)
	}
}

// shownContainers is the containers without what changes by itself as time goes by.
func (f *engineFacts) shownContainers() []dockerops.Container {
	containers := slices.Clone(f.containers)
	for i := range containers {
		containers[i].Status = "" // Up 3 seconds; state, health and exit code stand beside it
	}
	return containers
}

// shownImages is the images with the names of the containers that use them. How those are is the containers' matter.
func (f *engineFacts) shownImages() []dockerops.Image {
	images := slices.Clone(f.images)
	for i := range images {
		images[i].Containers = slices.Clone(images[i].Containers)
		for j := range images[i].Containers {
			images[i].Containers[j].State = ""
		}
	}
	return images
}

func (s *session) readEngineFacts(name engineName) (*engineFacts, error) {
	engine, err := s.engines.connect(s.ctx, name)
	if err != nil {
		return nil, err
	}
	facts := &engineFacts{endpoint: engine.Endpoint(), details: map[string]dockerops.ImageDetail{}}
	if facts.images, err = engine.ListImages(s.ctx, dockerops.ImageFilter{}); err != nil {
		return nil, err
	}
	if facts.containers, err = engine.ListContainers(s.ctx, anyContainer); err != nil {
		return nil, err
	}
	for _, reference := range s.current().imageReferences() {
		if image := facts.image(reference); image != nil {
			if detail, err := engine.InspectImage(s.ctx, image.ID, dockerops.InspectOptions{}); err == nil {
				facts.details[image.ID] = detail
			}
		}
	}
	facts.matches = s.matches(engine, facts.images, s.engines.known(name))
	s.foundOutcome(facts.images, facts.matches)
	return facts, nil
}

// imageReferences are the images that open Dockerfiles build on.
func (s *Snapshot) imageReferences() (references []string) {
	for _, d := range s.docs {
		if !d.ours || d.unfit() != nil {
			continue
		}
		for _, image := range analysis.Images(d.parsed()) {
			references = append(references, image.Reference)
		}
	}
	slices.Sort(references)
	return slices.Compact(references)
}

// image is the local image of a reference; nil if there is none.
func (f *engineFacts) image(reference string) *dockerops.Image {
	image, byName, err := imageNamed(f.images, strings.TrimPrefix(reference, "docker.io/library/"))
	if err != nil || !byName {
		return nil
	}
	return image
}

// builtBy are the containers whose image was built from a Dockerfile here.
func (f *engineFacts) builtBy(builds []buildRecord, uri string) (found []dockerops.Container) {
	ids := map[string]bool{}
	for _, b := range builds {
		if b.Dockerfile == uri && b.ImageID != "" && b.Until == 0 {
			ids[b.ImageID] = true
		}
	}
	for _, container := range f.containers {
		if ids[container.ImageID] || f.matches[container.ImageID].uri == uri {
			found = append(found, container)
		}
	}
	return found
}
