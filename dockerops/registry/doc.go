// Package registry asks image registries what they have, with the user's credentials and without an engine.
//
// It lists tags. It moves no images: engines and builders do that.
package registry
