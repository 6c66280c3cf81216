// Package buildkit builds images with BuildKit: the one inside Docker Engine, to which dockerops/docker supplies the way.
// It is the only package that imports github.com/moby/buildkit/client, and no type of that module appears in what it exports.
//
// It does not read Dockerfiles, choose a builder, or know what an image that it built is called elsewhere.
package buildkit
