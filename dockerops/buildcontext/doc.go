// Package buildcontext reads what a build sends: the Dockerfile, its ignore file, and the folder that COPY and ADD see.
// It understands none of the Dockerfile, holds none of the context in memory, and writes no temporary files.
package buildcontext
