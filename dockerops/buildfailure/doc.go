// Package buildfailure reads what builders say of a build that failed, and makes one error of it whose kind and facts are the same
// for all of them.
//
// It knows the words of BuildKit, of Docker's classic builder and of Podman. It does not know the Dockerfile: which instruction a step
// is, and which of its commands failed, is for others to find from the facts.
package buildfailure
