package server

import (
	"testing"
	"time"

	"dockwright/dockerops"
)

// TestNewestMatch tells two images apart that were built within the second that lists of images tell.
func TestNewestMatch(t *testing.T) {
	second := time.Unix(1_700_000_000, 0)
	images := []dockerops.Image{
		{ID: "first", Created: second, References: []string{"app1:v1"}},
		{ID: "second", Created: second, References: []string{"app1:v2"}},
		{ID: "unnamed", Created: second},
		{ID: "other", Created: second.Add(time.Hour), References: []string{"other:v1"}},
		{ID: "guessed", Created: second.Add(time.Hour), References: []string{"guessed:v1"}},
	}
	at := func(offset time.Duration) match {
		return match{uri: "file:///Dockerfile", certain: true, created: second.Add(offset)}
	}
	facts := &engineFacts{images: images, matches: map[string]match{
		"first": at(100 * time.Millisecond), "second": at(900 * time.Millisecond), "unnamed": at(950 * time.Millisecond),
		"other":   {uri: "file:///other/Dockerfile", certain: true, created: second.Add(time.Hour)},
		"guessed": {uri: "file:///Dockerfile", created: second.Add(time.Hour)},
	}}
	every := func(dockerops.Image, match) bool { return true }
	if newest := newestMatch("file:///Dockerfile", images, facts.matches, every); newest == nil || newest.ID != "unnamed" {
		t.Errorf("the newest is %+v", newest)
	}
	if tag := facts.tagElsewhere("file:///Dockerfile"); tag != "app1:v2" {
		t.Errorf("the newest name is %q", tag)
	}
	if newest := newestMatch("file:///nowhere", images, facts.matches, every); newest != nil {
		t.Errorf("%+v is of a Dockerfile that it does not come from", newest)
	}
}
