// Package dockerops holds what a user can do with a container engine as plain values: images, containers, what to run,
// what came out, and one typed error.
//
// It talks to no engine itself (dockerops/docker does), knows no Dockerfile and no editor protocol, and starts no process.
// Sizes are bytes, times are UTC and marshal as RFC 3339, ids are full.
package dockerops
