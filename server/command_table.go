package server

// The ids of commands, to which a client may have us put a prefix.
const (
	commandBuildHistory      = "dockwright.build.history"
	commandChoose            = "dockwright.choose"
	commandContainerCopy     = "dockwright.container.copy"
	commandContainerDiff     = "dockwright.container.diff"
	commandContainerExec     = "dockwright.container.exec"
	commandContainerExplain  = "dockwright.container.explain"
	commandContainerFiles    = "dockwright.container.files"
	commandContainerInspect  = "dockwright.container.inspect"
	commandContainerKill     = "dockwright.container.kill"
	commandContainerList     = "dockwright.container.list"
	commandContainerLogs     = "dockwright.container.logs"
	commandContainerOpen     = "dockwright.container.open"
	commandContainerPause    = "dockwright.container.pause"
	commandContainerPrune    = "dockwright.container.prune"
	commandContainerRebuild  = "dockwright.container.rebuild"
	commandContainerRemove   = "dockwright.container.remove"
	commandContainerRename   = "dockwright.container.rename"
	commandContainerRestart  = "dockwright.container.restart"
	commandContainerRun      = "dockwright.container.run"
	commandContainerStart    = "dockwright.container.start"
	commandContainerStats    = "dockwright.container.stats"
	commandContainerStop     = "dockwright.container.stop"
	commandContainerTerminal = "dockwright.container.terminal"
	commandContainerTop      = "dockwright.container.top"
	commandContainerUnpause  = "dockwright.container.unpause"
	commandContainerWait     = "dockwright.container.wait"
	commandDescribe          = "dockwright.describe"
	commandApplyFix          = "dockwright.document.applyFix"
	commandFixAll            = "dockwright.document.fixAll"
	commandShowRule          = "dockwright.document.showRule"
	commandSuppress          = "dockwright.document.suppress"
	commandEngineContexts    = "dockwright.engine.contexts"
	commandEngineInfo        = "dockwright.engine.info"
	commandEngineUse         = "dockwright.engine.use"
	commandImageBuild        = "dockwright.image.build"
	commandContextPreview    = "dockwright.image.contextPreview"
	commandImageHistory      = "dockwright.image.history"
	commandImageInspect      = "dockwright.image.inspect"
	commandImageList         = "dockwright.image.list"
	commandImagePrune        = "dockwright.image.prune"
	commandImagePull         = "dockwright.image.pull"
	commandImagePush         = "dockwright.image.push"
	commandImageRemove       = "dockwright.image.remove"
	commandImageTag          = "dockwright.image.tag"
	commandImageTags         = "dockwright.image.tags"
	commandImageUntag        = "dockwright.image.untag"
	commandJobCancel         = "dockwright.job.cancel"
	commandJobList           = "dockwright.job.list"
	commandJobOutput         = "dockwright.job.output"
	commandSystemPrune       = "dockwright.system.prune"
)

// commands lists every command in alphabetical order of id. Dispatch, what is advertised, the JSON Schemas, and the
// documentation that is made for editors are driven by it.
func commands() []command {
	return []command{
		{id: commandBuildHistory, title: "Show what was built", class: reads, main: "dockerfile", handler: on(buildHistory),
			doc: "List what was built from here, the newest first: result, duration, size; with `id` also what the build wrote."},
		{id: commandChoose, title: "Choose a command", class: reads, main: "topic", handler: on(choose),
			doc: "Ask which command to call, and call it: for editors that show commands in code actions only."},
		{id: commandContainerCopy, title: "Copy files", class: changes, main: "container", long: true, handler: on(containerCopy),
			doc: "Copy a file or folder out of a container, or into one, running or not."},
		{id: commandContainerDiff, title: "Show changed files", class: reads, main: "container", handler: on(toOne(anyContainer, containerDiff)),
			doc: "List the files in which a container differs from its image."},
		{id: commandContainerExec, title: "Run a command in a container", class: executes, long: true, handler: on(containerExec),
			doc: "Run a program in a running container and return its exit code and output."},
		{id: commandContainerExplain, title: "Explain a container", class: reads, main: "container", handler: on(containerExplain),
			doc: "Say why a container stopped, keeps running or restarts, with the evidence, the Dockerfile's line and what to do."},
		{id: commandContainerFiles, title: "Look at a container's files", class: reads, main: "container", handler: on(containerFiles),
			doc: "List a folder of a container, or read a file, whether it runs or not."},
		{id: commandContainerInspect, title: "Inspect a container", class: reads, main: "container", handler: on(containerInspect),
			doc: "Return everything about a container. Values that look like secrets are masked."},
		{id: commandContainerKill, title: "Kill a container", class: changes, main: "container", handler: on(containerKill),
			doc: "Send containers a signal."},
		{id: commandContainerList, title: "List containers", class: reads, handler: on(containerList),
			doc: "List the running containers, or all, with how they ended."},
		{id: commandContainerLogs, title: "Show a container's log", class: reads, main: "container", long: true, handler: on(containerLogs),
			doc: "Return the end of a container's log."},
		{id: commandContainerOpen, title: "Open a container's address", class: reads, main: "container", handler: on(containerOpen),
			doc: "Open the address at which the host publishes a container's port."},
		{id: commandContainerPause, title: "Pause a container", class: changes, main: "container", handler: on(containerPause),
			doc: "Freeze the processes of containers."},
		{id: commandContainerPrune, title: "Remove ended containers", class: destroys, long: true, measured: true, handler: on(containerPrune),
			doc: "Remove all containers that have ended, by a plan that is confirmed first."},
		{id: commandContainerRebuild, title: "Rebuild and replace a container", class: destroys, main: "container", long: true, handler: on(containerRebuild),
			doc: "Build the Dockerfile of a container again, and put a container of the new image with the same settings in its place, by a plan that is confirmed first."},
		{id: commandContainerRemove, title: "Remove a container", class: destroys, main: "container", handler: on(containerRemove),
			doc: "Remove containers, by a plan that is confirmed first. One that runs is removed only with `force`."},
		{id: commandContainerRename, title: "Rename a container", class: changes, main: "container", handler: on(containerRename),
			doc: "Give a container another name."},
		{id: commandContainerRestart, title: "Restart a container", class: executes, main: "container", long: true, handler: on(containerRestart),
			doc: "Stop containers and start them again."},
		{id: commandContainerRun, title: "Run a container", class: executes, main: "image", long: true, handler: on(containerRun),
			doc: "Create a container and start it. Unless `detach` is set, wait for its end and return its exit code and output."},
		{id: commandContainerStart, title: "Start a container", class: executes, main: "container", long: true, handler: on(containerStart),
			doc: "Start containers again; with `attach`, wait for the end and return the output."},
		{id: commandContainerStats, title: "Show what a container uses", class: reads, main: "container", handler: on(toOne(runningContainers, containerStats)),
			doc: "Return one sample of processor, memory, network and disk use."},
		{id: commandContainerStop, title: "Stop a container", class: changes, main: "container", long: true, handler: on(containerStop),
			doc: "Stop containers: a signal first, and after the grace period an end by force."},
		{id: commandContainerTerminal, title: "Open a terminal", class: executes, main: "container", long: true, handler: on(containerTerminal),
			doc: "Return the command line that opens a terminal on a container, or on a new one, for the editor's own terminal."},
		{id: commandContainerTop, title: "List a container's processes", class: reads, main: "container", handler: on(toOne(runningContainers, containerTop)),
			doc: "List what runs in a container."},
		{id: commandContainerUnpause, title: "Resume a container", class: changes, main: "container", handler: on(containerUnpause),
			doc: "Let paused containers go on."},
		{id: commandContainerWait, title: "Wait for a container", class: reads, main: "container", long: true, handler: on(toOne(runningContainers, containerWait)),
			doc: "Wait until a container ends, and return its exit code."},
		{id: commandDescribe, title: "Describe the commands", class: reads, main: "command", handler: on(describe),
			doc: "Return every command with the JSON Schemas of its arguments and data."},
		{id: commandApplyFix, title: "Apply a fix", class: edits, main: "uri", handler: on(applyFix),
			doc: "Apply one fix of one finding; without arguments, ask which. Code actions call it."},
		{id: commandFixAll, title: "Fix a Dockerfile", class: edits, main: "uri", handler: on(applyFixAll),
			doc: "Apply all safe fixes of a Dockerfile, or all fixes of one rule."},
		{id: commandShowRule, title: "Show a rule", class: reads, main: "rule", handler: on(showRule),
			doc: "Open the documentation of a rule."},
		{id: commandSuppress, title: "Skip a rule", class: edits, main: "uri", handler: on(applySuppress),
			doc: "Skip a rule in a Dockerfile by a `# check=skip=` directive."},
		{id: commandEngineContexts, title: "List Docker contexts", class: reads, handler: on(engineContexts),
			doc: "List the Docker contexts, and say which is in use."},
		{id: commandEngineInfo, title: "Show the engine", class: reads, handler: on(engineInfo),
			doc: "Describe the container engine: where it answers, its version, its build backend."},
		{id: commandEngineUse, title: "Use another engine", class: reads, main: "context", handler: on(engineUseCommand),
			doc: "Use the engine of another Docker context, or at another address, for the rest of the session."},
		{id: commandImageBuild, title: "Build an image", class: executes, main: "dockerfile", long: true, measured: true, handler: on(imageBuild),
			doc: "Build an image from a Dockerfile, as it stands in the editor."},
		{id: commandContextPreview, title: "Preview the build context", class: reads, main: "dockerfile", handler: on(contextPreview),
			doc: "Tell what a build would send: files, size, the largest folders, which line of .dockerignore excludes a source, and secrets."},
		{id: commandImageHistory, title: "Show an image's layers", class: reads, main: "image", handler: on(imageHistory),
			doc: "List the steps in which an image was made, with the size that each added."},
		{id: commandImageInspect, title: "Inspect an image", class: reads, main: "image", handler: on(imageInspect),
			doc: "Return everything about an image. Values that look like secrets are masked."},
		{id: commandImageList, title: "List images", class: reads, main: "reference", handler: on(imageList),
			doc: "List images, with the containers that use each."},
		{id: commandImagePrune, title: "Remove unused images", class: destroys, long: true, measured: true, handler: on(imagePrune),
			doc: "Remove images without a name, or all that no container uses, by a plan that is confirmed first."},
		{id: commandImagePull, title: "Pull an image", class: changes, main: "image", long: true, measured: true, handler: on(imagePull),
			doc: "Get an image from its registry, with the user's credentials."},
		{id: commandImagePush, title: "Push an image", class: changes, main: "image", long: true, measured: true, handler: on(imagePush),
			doc: "Send an image to the registry that its name says, with the user's credentials."},
		{id: commandImageRemove, title: "Remove an image", class: destroys, main: "image", handler: on(imageRemove),
			doc: "Remove images, by a plan that is confirmed first. Tells untagged and deleted apart."},
		{id: commandImageTag, title: "Tag an image", class: changes, main: "image", handler: on(imageTag),
			doc: "Give an image another name."},
		{id: commandImageTags, title: "List an image's tags", class: reads, main: "image", handler: on(imageTags),
			doc: "List the tags that the registry has of a repository, with the user's credentials."},
		{id: commandImageUntag, title: "Untag an image", class: destroys, main: "reference", handler: on(imageUntag),
			doc: "Take a name off an image. With its last name the image goes too."},
		{id: commandJobCancel, title: "Cancel a job", class: reads, main: "jobId", handler: on(jobCancel),
			doc: "Cancel a job that runs."},
		{id: commandJobList, title: "List jobs", class: reads, handler: on(jobList),
			doc: "List the jobs that run and the last that ran, the newest first."},
		{id: commandJobOutput, title: "Show a job's output", class: reads, main: "jobId", handler: on(jobOutputCommand),
			doc: "Return what a job has written so far, or had at its end."},
		{id: commandSystemPrune, title: "Remove everything unused", class: destroys, long: true, measured: true, handler: on(systemPrune),
			doc: "Remove unused containers, images, networks and build cache, and the volumes that are named, by a plan that is confirmed first."},
	}
}
