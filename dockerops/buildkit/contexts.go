package buildkit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"dockwright/dockerops/buildcontext"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/client/ociindex"
	"github.com/opencontainers/go-digest"
)

// contextURL is a named context that the builder fetches itself: docker-image://…, https://…, git@….
var contextURL = regexp.MustCompile(`^(?:[a-z][a-z0-9+.-]*://|git@)`)

// addContexts names the contexts to the frontend, and serves those that are on this machine.
func addContexts(options *client.SolveOpt, contexts map[string]string, report func(error)) error {
	if len(contexts) == 0 {
		return nil
	}
	// A frontend that does not know them must say so rather than take their names for images.
	options.FrontendAttrs["frontend.caps"] = "moby.buildkit.frontend.contexts"
	for name, value := range contexts {
		if name == "" || value == "" {
			return badArgument(nil, "A named context needs a name and a value")
		}
		name = contextName(name)
		described, err := addContext(options, name, value, report)
		if err != nil {
			return err
		}
		options.FrontendAttrs["context:"+name] = described
	}
	return nil
}

// contextName is a name as the frontend looks for it: of an image the short form, without the tag that is meant anyway. So
// that docker.io/library/busybox:latest, busybox:latest and busybox are the same.
func contextName(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return strings.TrimSuffix(reference.FamiliarString(named), ":latest")
}

// addContext returns the context in the frontend's words.
func addContext(options *client.SolveOpt, name, value string, report func(error)) (string, error) {
	if path, ok := strings.CutPrefix(value, "oci-layout://"); ok {
		return addLayout(options, name, path)
	}
	if contextURL.MatchString(value) {
		return value, nil
	}
	files, err := buildcontext.Folder(value, report)
	if err != nil {
		return "", badArgument(err, "The context %s cannot be %s: name a folder that exists, or a URL such as docker-image://", name, value)
	}
	options.LocalMounts["context:"+name] = files
	return "local:context:" + name, nil
}

// addLayout serves an OCI layout: a folder with index.json, as FOLDER, FOLDER:tag or FOLDER@digest.
func addLayout(options *client.SolveOpt, name, path string) (string, error) {
	folder, wanted, _ := strings.Cut(path, "@")
	var tag string
	if at := strings.LastIndexByte(folder, ':'); wanted == "" && at > strings.LastIndexByte(folder, filepath.Separator) && at > 1 {
		folder, tag = folder[:at], folder[at+1:]
	}
	fail := func(err error) error {
		return badArgument(err, "The context %s cannot be read from the OCI layout %s: name a folder with index.json, and :tag or @digest if it holds several images", name, path)
	}
	if _, err := os.Stat(filepath.Join(folder, "index.json")); err != nil {
		return "", fail(err)
	}
	if wanted == "" {
		found, err := layoutDigest(folder, tag)
		if err != nil {
			return "", fail(err)
		}
		wanted = found.String()
	}
	store, err := local.NewStore(folder)
	if err != nil {
		return "", fail(err)
	}
	if options.OCIStores == nil {
		options.OCIStores = map[string]content.Store{}
	}
	key := fmt.Sprintf("layout%d", len(options.OCIStores))
	options.OCIStores[key] = store
	return "oci-layout://" + key + "@" + wanted, nil
}

// layoutDigest is of the image with the tag, or else of "latest" or the only one.
func layoutDigest(folder, tag string) (digest.Digest, error) {
	index := ociindex.NewStoreIndex(folder)
	wanted := tag
	if wanted == "" {
		wanted = "latest"
	}
	found, err := index.Get(wanted)
	if err == nil && found == nil && tag == "" {
		found, err = index.GetSingle()
	}
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", errors.New("it holds no such image")
	}
	return found.Digest, nil
}
