package buildkit

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dockwright/dockerops"
	"dockwright/dockerops/buildcontext"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/util/entitlements"
	"github.com/tonistiigi/fsutil"
)

// check refuses what this builder cannot do, where it would pass over it or fail with words that help nobody.
func (b Builder) check(spec dockerops.BuildSpec) error {
	several := len(spec.Platforms) > 1
	attested := spec.Provenance != "" && spec.Provenance != "off"
	switch spec.Output.Type {
	case dockerops.OutputEngine, dockerops.OutputNone, dockerops.OutputOCI, dockerops.OutputPush:
	default:
		return badArgument(nil, "%q is no output of a build: write none, oci or push, or leave it out to get the image into the engine", spec.Output.Type)
	}
	switch {
	case !slices.Contains([]string{"", "off", "min", "max"}, spec.Provenance):
		return badArgument(nil, "%q cannot be the provenance of a build: write off, min or max", spec.Provenance)
	case b.Old && len(spec.Contexts) > 0:
		return refused("The BuildKit of this engine is too old for named contexts: update the engine to 23 or newer, or name a builder")
	case b.Old && attested:
		return refused("The BuildKit of this engine is too old for provenance: turn it off, or name a builder")
	case b.own() && !b.Containerd && (spec.Output.Type == dockerops.OutputOCI || spec.Output.Type == dockerops.OutputPush):
		return refused("The engine's own BuildKit puts images into the engine only: build into it and push or save the image then, or name a builder")
	case spec.Output.Type == dockerops.OutputEngine && !b.Containerd && several:
		return badArgument(nil, "The engine holds an image for one platform, not for %s: choose one of them, or push the image or write it to an OCI archive", strings.Join(spec.Platforms, " and "))
	case spec.Output.Type == dockerops.OutputEngine && !b.Containerd && attested:
		return badArgument(nil, "The engine's store holds no provenance: turn it off, or push the image or write it to an OCI archive")
	case spec.Output.Type == dockerops.OutputEngine && !b.own() && b.Load == nil:
		return badArgument(nil, "There is no engine to put the image into: push it or write it to an OCI archive, or connect to an engine")
	case spec.Output.Type == dockerops.OutputPush && len(spec.Tags) == 0:
		return badArgument(nil, "A push needs a tag that names the registry, such as registry.example.com/team/app:v1")
	case spec.Output.Type == dockerops.OutputOCI && spec.Output.Path == "":
		return badArgument(nil, "An OCI archive needs a path to write it to")
	}
	return checkCaches(spec)
}

// checkCaches asks for the attributes without which BuildKit fails late.
func checkCaches(spec dockerops.BuildSpec) error {
	needs := func(cache dockerops.BuildCache, direction, attribute string) error {
		if cache.Attrs[attribute] == "" {
			return badArgument(nil, "Cache %s %s needs its %s", direction, cache.Type, attribute)
		}
		return nil
	}
	for _, direction := range []struct {
		name, folder string
		caches       []dockerops.BuildCache
	}{{"from", "src", spec.CacheFrom}, {"to", "dest", spec.CacheTo}} {
		for _, cache := range direction.caches {
			var err error
			switch cache.Type {
			case "":
				err = badArgument(nil, "A cache needs its type, such as registry, local or inline")
			case "registry":
				err = needs(cache, direction.name, "ref")
			case "local":
				err = needs(cache, direction.name, direction.folder)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// options turns the spec into BuildKit's terms, all but the output. What is asked for and cannot be read is reported during the build.
func (b Builder) options(spec dockerops.BuildSpec, report func(error)) (*client.SolveOpt, error) {
	sent, err := buildcontext.Open(spec)
	if err != nil {
		return nil, err
	}
	attachables, err := b.attachables(spec)
	if err != nil {
		return nil, err
	}
	options := &client.SolveOpt{
		Frontend: "dockerfile.v0", FrontendAttrs: attributes(spec, sent.Name),
		LocalMounts:  map[string]fsutil.FS{"context": sent.Watched(report), "dockerfile": sent.DockerfileFS()},
		CacheImports: caches(present(spec.CacheFrom)), CacheExports: caches(spec.CacheTo),
		Session:   attachables,
		SharedKey: sharedKey(spec.ContextDir),
	}
	if err := addContexts(options, spec.Contexts, report); err != nil {
		return nil, err
	}
	if spec.Network == "host" {
		options.AllowedEntitlements = []string{string(entitlements.EntitlementNetworkHost)}
	}
	return options, nil
}

// attributes are what the Dockerfile frontend wants to know.
func attributes(spec dockerops.BuildSpec, filename string) map[string]string {
	attributes := map[string]string{"filename": filename}
	set := func(name, value string) {
		if value != "" {
			attributes[name] = value
		}
	}
	set("target", spec.Target)
	set("platform", strings.Join(spec.Platforms, ","))
	if spec.Network != "default" {
		set("force-network-mode", spec.Network)
	}
	set("no-cache", strings.Join(spec.NoCacheFrom, ","))
	if spec.NoCache {
		attributes["no-cache"] = "" // This is how to say: of every stage.
	}
	if spec.Pull {
		attributes["image-resolve-mode"] = "pull"
	}
	if spec.Provenance == "min" || spec.Provenance == "max" {
		attributes["attest:provenance"] = "mode=" + spec.Provenance
	}
	for name, value := range spec.Args {
		attributes["build-arg:"+name] = value
	}
	for name, value := range spec.Labels {
		attributes["label:"+name] = value
	}
	return attributes
}

// present leaves out caches in folders that hold none yet, as at the first build: BuildKit's client would make the folders.
func present(caches []dockerops.BuildCache) []dockerops.BuildCache {
	return slices.DeleteFunc(slices.Clone(caches), func(cache dockerops.BuildCache) bool {
		if cache.Type != "local" {
			return false
		}
		_, err := os.Stat(filepath.Join(cache.Attrs["src"], "index.json"))
		return err != nil
	})
}

func caches(caches []dockerops.BuildCache) []client.CacheOptionsEntry {
	var entries []client.CacheOptionsEntry
	for _, cache := range caches {
		entries = append(entries, client.CacheOptionsEntry{Type: cache.Type, Attrs: cache.Attrs})
	}
	return entries
}

// sharedKey lets the builder find what it has of this folder from the last build, so that only changes are sent.
func sharedKey(contextDir string) string {
	sum := sha256.Sum256([]byte("dockwright:" + contextDir))
	return hex.EncodeToString(sum[:])
}

// attachables are what the builder may ask of us during the build.
func (b Builder) attachables(spec dockerops.BuildSpec) ([]session.Attachable, error) {
	secrets, err := secretsOf(spec.Secrets)
	if err != nil {
		return nil, err
	}
	agents, err := agentsOf(spec.SSH)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]session.Attachable{b.registryLogin()}, secrets, agents), nil
}
