// Package model resolves what a Dockerfile's words stand for: stages, ARG and ENV scopes, image references.
package model

import "dockwright/analysis/syntax"

// Model is the meaning of one Dockerfile. It never changes.
type Model struct {
	File *syntax.File
}

// Resolve computes the model of file.
func Resolve(file *syntax.File) *Model { return &Model{File: file} }
