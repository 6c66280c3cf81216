package rules

import "github.com/moby/buildkit/frontend/dockerfile/linter"

// invalidBaseImagePlatform needs the base image's configuration, which only an engine or a registry knows: no check.
var invalidBaseImagePlatform = buildkit(linter.RuleInvalidBaseImagePlatform, nil)
