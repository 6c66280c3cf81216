package analysis

import "dockwright/analysis/text"

// Image is a reference to an image from outside the file.
type Image struct {
	Reference string // with variables expanded
	Span      text.Span
}

// Images lists the images that doc builds on or copies from, as far as their names are known.
func Images(doc *Document) (images []Image) {
	for _, stage := range doc.Model.Stages {
		if stage.Parent == nil && !stage.Implicit && !stage.Unexpanded && stage.BaseName != "" && !stage.Scratch() {
			images = append(images, Image{stage.BaseName, stage.Base.Span})
		}
		for _, step := range stage.Steps {
			if from, ok := step.In.Flag("from"); ok && step.In.Name == "copy" && step.Source == nil && len(from.Value.Value) > 1 && step.Trigger == nil {
				images = append(images, Image{from.Value.Value, from.Value.Span})
			}
		}
	}
	return images
}
