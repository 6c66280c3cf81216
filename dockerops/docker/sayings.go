package docker

import (
	"regexp"
	"strings"

	"dockwright/dockerops"
)

// sayings, most special first. Each message says what to do.
var sayings = []saying{
	{
		regexp.MustCompile(`(?i)container name "?/?([^" ]+)"? is already in use by (?:container )?"?([0-9a-f]+)`),
		[]string{"name", "container"},
		func(g []string) *dockerops.Error {
			return act(failf(dockerops.KindNameInUse, "The name %s is taken by container %.12s: choose another name, or remove that container", g[1], g[2]),
				dockerops.VerbRemove, "Remove the other container", g[2])
		},
	},
	{
		regexp.MustCompile(`(?i)(?:bind for|listen tcp4?|listen udp4?) (\S*?):(\d+)(?: failed)?: .*(?:already allocated|address already in use)`),
		[]string{"address", "port"},
		func(g []string) *dockerops.Error {
			return act(failf(dockerops.KindPortInUse, "Port %s of the host is taken: publish another port, or stop what uses it", g[2]),
				dockerops.VerbListRunning, "List the running containers", "")
		},
	},
	{
		regexp.MustCompile(`(?i)port is already allocated|address already in use`), nil,
		func([]string) *dockerops.Error {
			return act(failf(dockerops.KindPortInUse, "A port of the host is taken: publish another port, or stop what uses it"),
				dockerops.VerbListRunning, "List the running containers", "")
		},
	},
	{
		regexp.MustCompile(`(?i)conflict: unable to (?:remove repository reference|delete) "?([^" ]+)"? \((must force|cannot be forced|must be forced)\) - (.*)`),
		[]string{"image", "", "reason"},
		func(g []string) *dockerops.Error { return imageInUse(g[1], g[3], g[2] != "cannot be forced") },
	},
	{
		regexp.MustCompile(`(?i)image (?:used by|is in use by)|image is being used|image has dependent child images`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindImageInUse, "The image is in use: remove the containers or images that use it first")
		},
	},
	{
		regexp.MustCompile(`(?i)cannot remove a running container ([0-9a-f]+)|container ([0-9a-f]+): container is running|cannot remove container "?([^" :]+)"?: .*running`),
		[]string{"container", "container", "container"},
		func(g []string) *dockerops.Error {
			id := g[1] + g[2] + g[3]
			return act(act(failf(dockerops.KindRefused, "Container %.12s is running: stop it first, or remove it by force", id),
				dockerops.VerbStop, "Stop the container", id), dockerops.VerbForceRemove, "Remove by force", id)
		},
	},
	{
		regexp.MustCompile(`(?i)removal of container (\S+) is already in progress`), []string{"container"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindRefused, "Container %.12s is being removed already: wait for it", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)container (\S+) is (already paused|not paused)`), []string{"container"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindRefused, "Container %.12s is %s", g[1], strings.ToLower(g[2]))
		},
	},
	{
		regexp.MustCompile(`(?i)container (\S+) is paused`), []string{"container"},
		func(g []string) *dockerops.Error { return paused(g[1]) },
	},
	{
		regexp.MustCompile(`(?i)container (\S+) is (?:not running|restarting)`), []string{"container"},
		func(g []string) *dockerops.Error { return notRunning(g[1], "not running") },
	},
	{ // What the runtime says when the container ends while something is about to run in it.
		regexp.MustCompile(`(?i)cannot exec in a stopped|error executing setns process|process not running|container (?:process )?is already (?:dead|stopped)|cannot exec a container that has stopped`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindNotRunning, "The container ended before the program could run in it: start it first")
		},
	},
	{
		regexp.MustCompile(`(?i)volume is in use - \[(\S+?)\]|volume .*is being used by .*?([0-9a-f]{12,})`), []string{"container", "container"},
		func(g []string) *dockerops.Error {
			return act(failf(dockerops.KindVolumeInUse, "The volume is used by container %.12s: remove the container first", g[1]+g[2]),
				dockerops.VerbRemove, "Remove the container", g[1]+g[2])
		},
	},
	{
		regexp.MustCompile(`(?i)pull access denied for (\S+?),`), []string{"image"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindPullDenied, "The registry does not give %s: check the name, or log in with `docker login`", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)(?:get|head|post|put) "?https?://([^/" ]+)[^ ]*: .*(?:dial tcp|lookup |timeout|timed out|connection re|unreachable|no route)`), []string{"registry"},
		func(g []string) *dockerops.Error {
			return withRetry(failf(dockerops.KindRegistryUnreachable, "The engine cannot reach the registry %s: check its network, or use an image that it has", g[1]))
		},
	},
	{
		regexp.MustCompile(`(?i)manifest for (\S+) not found|(?:manifest unknown|name unknown|repository name not known)`), []string{"image"},
		func(g []string) *dockerops.Error {
			name := g[1]
			if name == "" {
				name = "such an image"
			}
			return failf(dockerops.KindPullDenied, "The registry has no %s: check the name and the tag", name)
		},
	},
	{
		regexp.MustCompile(`(?i)requested access to the resource is denied`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindAuthFailed, "The registry does not let you: check the image's name, and log in with `docker login` as someone who may")
		},
	},
	{
		regexp.MustCompile(`(?i)server gave HTTP response to HTTPS client`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindRefused, "The registry speaks no HTTPS: list it under insecure-registries in the engine's daemon.json, if you trust the network to it")
		},
	},
	{
		regexp.MustCompile(`(?i)image does not exist locally with the tag: (\S+)`), []string{"image"},
		func(g []string) *dockerops.Error {
			return act(failf(dockerops.KindNotFound, "There is no image %s here: tag one with this name first", g[1]), dockerops.VerbListImages, "List the images", "")
		},
	},
	{
		regexp.MustCompile(`(?i)unauthorized: |no basic auth credentials|401 unauthorized|incorrect username or password`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindAuthFailed, "The registry refuses the credentials: run `docker login` for it, then try again")
		},
	},
	{
		regexp.MustCompile(`(?i)image with reference (\S+) was found but (?:its platform|does not match the specified platform)[: ]*(.*)`), []string{"image", "reason"},
		otherPlatform,
	},
	{
		regexp.MustCompile(`(?i)no such image: (\S+?):?(?:\s|$)`), []string{"image"}, // Podman goes on behind a colon
		func(g []string) *dockerops.Error {
			name := familiar(g[1])
			return act(act(failf(dockerops.KindNotFound, "There is no image %s here: build it, pull it, or choose one from the list", name),
				dockerops.VerbPull, "Pull "+name, name), dockerops.VerbListImages, "List the images", "")
		},
	},
	{
		regexp.MustCompile(`(?i)no such container: (\S+)|no container with name or id "([^"]+)"`), []string{"container", "container"},
		func(g []string) *dockerops.Error {
			return act(failf(dockerops.KindNotFound, "There is no container %s: choose one from the list", g[1]+g[2]),
				dockerops.VerbList, "List all containers", "")
		},
	},
	{
		regexp.MustCompile(`(?i)network (\S+) (?:id \S+ )?has active endpoints|network is being used|network .* in use`), []string{"network"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindRefused, "The network %s is in use: stop or disconnect the containers that are part of it", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)no such volume: (\S+)|no volume with name "?([^" ]+)`), []string{"volume", "volume"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindNotFound, "There is no volume %s: see the list of volumes", g[1]+g[2])
		},
	},
	{
		regexp.MustCompile(`(?i)network (\S+) not found`), []string{"network"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindNotFound, "There is no network %s: create it with `docker network create %s`, or choose another", g[1], g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)no space left on device`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindNoSpace, "The engine's disk is full: remove images, containers or build cache that you no longer need")
		},
	},
	{
		regexp.MustCompile(`(?i)exec: "?([^":]+)"?: (?:executable file not found|stat [^:]*: no such file or directory|no such file or directory)`), []string{"program"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindBadArgument, "The image has no program %q: check its spelling and path, or install it in the image", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)exec: "?([^":]+)"?: permission denied`), []string{"program"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindBadArgument, "%q is not executable: set its mode with `chmod +x`, or name the program that reads it", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)unable to find user (\S+):`), []string{"user"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindBadArgument, "The image has no user %s: create it in the image, or give a numeric id", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)bind source path does not exist: (\S+)`), []string{"path"},
		func(g []string) *dockerops.Error {
			return failf(dockerops.KindBadArgument, "%s does not exist on the engine's machine: create it, or mount another folder", g[1])
		},
	},
	{
		regexp.MustCompile(`(?i)no command specified`), nil,
		func([]string) *dockerops.Error {
			return failf(dockerops.KindBadArgument, "The image has neither CMD nor ENTRYPOINT: say which command to run")
		},
	},
}

// imageInUse is the failure to remove an image that something needs; force says whether that would help.
func imageInUse(image, reason string, force bool) *dockerops.Error {
	result := failf(dockerops.KindImageInUse, "%s is in use (%s): remove what uses it first", image, reason)
	if container := containerInText.FindStringSubmatch(reason); container != nil {
		result.Facts = append(result.Facts, dockerops.Fact{Name: "container", Value: container[1]})
		if strings.Contains(reason, "running container") {
			act(result, dockerops.VerbStop, "Stop the container", container[1])
			act(result, dockerops.VerbForceRemove, "Remove the container by force", container[1])
		} else {
			act(result, dockerops.VerbRemove, "Remove the container", container[1])
		}
	}
	if force {
		act(result, dockerops.VerbForceRemoveImage, "Remove by force", image)
	}
	return result
}

// wantedPlatform is the one that was asked for in vain.
var wantedPlatform = regexp.MustCompile(`wanted:? (\S+?),`)

func otherPlatform(g []string) *dockerops.Error {
	result := failf(dockerops.KindNotFound, "The image %s here is for another platform: pull or build it for the one you want", g[1])
	pull := dockerops.Action{Verb: dockerops.VerbPull, Title: "Pull " + g[1], Target: g[1]}
	if wanted := wantedPlatform.FindStringSubmatch(g[2]); wanted != nil {
		pull.Platform, pull.Title = wanted[1], pull.Title+" for "+wanted[1]
	}
	result.Actions = append(result.Actions, pull)
	return result
}

// containerInText finds the container that an engine names as the reason.
var containerInText = regexp.MustCompile(`container ([0-9a-f]{12,64})`)

func act(result *dockerops.Error, verb dockerops.Verb, title, target string) *dockerops.Error {
	result.Actions = append(result.Actions, dockerops.Action{Verb: verb, Title: title, Target: target})
	return result
}

func paused(container string) *dockerops.Error {
	return act(failf(dockerops.KindPaused, "Container %.12s is paused: unpause it first", container),
		dockerops.VerbUnpause, "Unpause", container)
}

// notRunning is the failure of what needs a running container; state is how it is instead.
func notRunning(container, state string) *dockerops.Error {
	return act(failf(dockerops.KindNotRunning, "Container %.12s is %s: start it first", container, state),
		dockerops.VerbStart, "Start", container)
}
