// Package outcome tells what came of a build on the lines of its Dockerfile: which instruction a builder's step is, which
// command of a RUN failed and why, what each instruction added to the image, and where all that stands once the file has been
// edited.
//
// It takes what builders say as plain values, whether they name the failing line (BuildKit since 0.9), only the step (Docker Engine
// 20.10, the classic builder, Podman), or neither. It runs nothing, asks no builder, and reads no file.
package outcome
