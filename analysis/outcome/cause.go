package outcome

import (
	"fmt"
	"regexp"
	"strings"
)

// cause is why a build failed.
type cause struct {
	id       string
	pattern  *regexp.Regexp // of the log, line by line, and of the builder's error
	last     bool           // the last match of the pattern counts, not the first
	exit     int            // the exit code that means the same without the pattern; 0: none
	programs []string       // that fail so
	say      string         // a sentence; %s stands for what the pattern's first group holds
	bare     string         // the sentence where there is no such thing
	hint     string         // what else may help
	subject  string         // what the pattern's first group held: the program, package, file or image
}

// The causes that more than the table asks for.
const (
	causeAddress          = "address"
	causeBadMount         = "badMount"
	causeCommandNotFound  = "commandNotFound"
	causeDockerfile       = "dockerfile"
	causeFileMissing      = "fileMissing"
	causeFolderMissing    = "folderMissing"
	causeFileNotInContext = "fileNotInContext"
	causeInsecure         = "insecureRegistry"
	causeManifestUnknown  = "manifestUnknown"
	causeModuleMissing    = "moduleMissing"
	causeNetworkDown      = "networkDown"
	causeNotFoundCode     = "notFoundCode"
	causePermission       = "permission"
	causePullDenied       = "pullDenied"
	causeSecretMissing    = "secretMissing"
	causeSSHMissing       = "sshMissing"
	causeStageMissing     = "stageMissing"
	causeUnknown          = "unknown"
	causeUnsetVariable    = "unsetVariable"
	causeUnknownUser      = "unknownUser"
	causeWrongPlatform    = "wrongPlatform"
)

// causeOf is the first cause that fits a failure. The last fits everything.
func causeOf(f Failure) cause {
	text := f.Log + "\n" + f.Reason
	for _, c := range causes {
		if c.pattern == nil {
			continue
		}
		found := c.pattern.FindStringSubmatch(text)
		if c.last {
			if all := c.pattern.FindAllStringSubmatch(text, -1); len(all) > 0 {
				found = all[len(all)-1]
			}
		}
		if found != nil {
			for _, group := range found[1:] {
				if c.subject = group; !c.last {
					c.subject = strings.Trim(group, `"'‘’,;`)
				}
				if c.subject != "" {
					break
				}
			}
			return c
		}
	}
	for _, c := range causes {
		if c.exit != 0 && c.exit == f.ExitCode {
			return c
		}
	}
	return cause{id: causeUnknown}
}

// notSet is how shells speak of a variable without a value, under set -u.
var notSet = regexp.MustCompile(`(?m)^(?:\S*/)?(?:ash|bash|dash|ksh|sh|zsh|\S+/pipes/\S+|\S+\.sh): (?:(?:line )?\d+: )?([A-Za-z_]\w*): (?:parameter not set|unbound variable)`)

// message is the cause as a sentence.
func (c cause) message(f Failure) string {
	said := c.bare
	if c.subject != "" && c.say != "" {
		said = fmt.Sprintf(c.say, c.subject)
	}
	switch {
	case said == "" && f.ExitCode != 0:
		said = fmt.Sprintf("it ended with exit code %d", f.ExitCode)
	case said == "":
		said = f.Reason
	case f.ExitCode != 0:
		said = fmt.Sprintf("%s (exit code %d)", said, f.ExitCode)
	}
	if c.hint != "" {
		said += ". " + c.hint
	}
	return said
}

// folderMissing is said of a file that cannot be made.
const folderMissing = "the image has no folder for %s at this point: make it first, by mkdir -p"

// aptPrograms are those that install Debian packages.
var aptPrograms = []string{"apt-get", "apt", "aptitude"}

// causes lists what can be told of a failure, the most particular first. Each pattern is what the program in question prints.
var causes = []cause{
	{id: "noSpace", pattern: regexp.MustCompile(`(?i)no space left on device|disk quota exceeded`), bare: "the disk is full"},
	{id: "checksum", pattern: regexp.MustCompile(`(?i:digest mismatch|checksum mismatch|hash sum mismatch)|(\S+): FAILED\b|checksum did NOT match|THESE PACKAGES DO NOT MATCH THE HASHES|EINTEGRITY`),
		programs: []string{"sha256sum", "sha512sum", "sha1sum", "md5sum", "pip", "npm"}, say: "a checksum does not match: %s", bare: "a checksum does not match"},
	{id: causeCommandNotFound, pattern: regexp.MustCompile(`(?m)^(?:\S*/)?(?:ash|bash|dash|ksh|sh|zsh|\S+/pipes/\S+|\S+\.sh): (?:(?:line )?\d+: )?([^\s:]+): (?:command )?not found|exec: \\?"([^"\\]+)\\?": (?:executable file not found|stat [^:]*: no such file|[^\n]*no such file)|executable file .?([^\s"'` + "`" + `]+).? not found in \$PATH|^(?:\S*/)?(?:env|ionice|nice|nohup|stdbuf|time|timeout|xargs): (?:can't execute |failed to run command |cannot run )?['‘]?([^\s'’:]+)['’]?: No such file|^sudo: (\S+): command not found`),
		say: "command not found: %s"},
	{id: causeUnsetVariable, pattern: notSet, say: "the variable %s is not set at this point"},
	{id: causeWrongPlatform, pattern: regexp.MustCompile(`(?i)exec format error|no match for platform in manifest|does not match the specified platform|exec user process caused: exec format`),
		bare: "what is to run is for another platform than this builder"},
	{id: causeAddress, pattern: regexp.MustCompile(`(?:failed to do request|/v2/|pinging container registry)[^\n]*x509: `), bare: "the builder does not trust the certificate of the registry"},
	{id: causeInsecure, pattern: regexp.MustCompile(`server gave HTTP response to HTTPS client`), bare: "the registry speaks HTTP only"},
	{id: causeNetworkDown, pattern: regexp.MustCompile(`(?i)temporary failure (?:in name resolution|resolving '?([^'\s]+))|could not resolve (?:host: (\S+)|'([^']+)')|name or service not known|bad address '([^']+)'|network is unreachable|EAI_AGAIN|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (\S+)|lookup (\S+)(?: on [^:]+:\d+)?: |no route to host|dial tcp [^\n]*(?:connection refused|i/o timeout)|Failed to establish a new connection|connection timed out|failed to do request`),
		programs: append([]string{"curl", "wget", "git", "pip", "npm", "yarn", "apk", "go", "cargo", "dnf", "yum"}, aptPrograms...), say: "%s cannot be reached from the build", bare: "the network cannot be reached from the build"},
	{id: "versionMissing", pattern: regexp.MustCompile(`(?m)E: Version '[^']+' for '([^']+)' was not found|No matching version found for ((?:@[^/\s]+/)?[^@\s]+?)(?:@\S*)?\.?$|Could not find a version that satisfies the requirement (\S+?)(?: \(from versions: [^n)][^)]*\))|unable to select packages:\s+([^\s]+)-[\d.]+[^:]*:\s+breaks|failed to select a version for (?:the requirement )?.([^\s` + "`" + `'=]+)`),
		programs: append([]string{"pip", "npm", "yarn", "apk", "cargo"}, aptPrograms...), say: "there is no such version of %s"},
	{id: "packageMissing", pattern: regexp.MustCompile(`E: Unable to locate package (\S+)|E: Package '([^']+)' has no installation candidate|E: Couldn't find any package by (?:glob|regex) '([^']+)'|(?:ERROR: )?Could not find a version that satisfies the requirement (\S+)|No matching distribution found for (\S+)|npm (?:ERR!|error) 404[^'\n]*'((?:@[^/\s']+/)?[^@\s']+)(?:@[^']*)?'|(?m)^\s+([^\s(]+) \(no such package\)|No package (\S+) available|Error: Unable to find a match: (\S+)|No provider of '([^']+)' found|not available from current channels:\s+- ([^\s=<>]+)|nothing provides requested ([^\s=<>]+)|error: no matching package named .([^\s` + "`" + `']+)|Cannot find module providing package (\S+)|no required module provides package (\S+?);`),
		programs: append([]string{"pip", "npm", "yarn", "apk", "dnf", "yum", "microdnf", "zypper", "cargo", "go", "gem"}, aptPrograms...), say: "there is no package %s"},
	{id: "outOfMemory", pattern: regexp.MustCompile(`(?i)out of memory|cannot allocate memory|JavaScript heap out of memory|MemoryError|ResourceExhausted: process|signal: killed|did not complete successfully: cannot allocate memory`),
		bare: "it ran out of memory"},
	{id: causePullDenied, pattern: regexp.MustCompile(`(?i)pull access denied for ([^\s,]+)|pull access denied|insufficient_scope|authorization failed|requested access to the resource is denied|401 unauthorized|unauthorized: `),
		say: "the registry does not give %s: check its name, or log in with docker login", bare: "the registry does not give the image: check its name, or log in with docker login"},
	{id: causeManifestUnknown, pattern: regexp.MustCompile(`(?i)manifest for (\S+) not found|manifest unknown|name unknown|(?:docker\.io|[\w.-]+:\d+|[\w-]+\.[\w.-]+)/\S+: not found|repository name not known|no such image: (\S+)|(\S+): image not known|unable to find image '([^']+)'`),
		say: "the registry has no image %s", bare: "the registry has no such image: check its name and tag"},
	{id: causeSecretMissing, pattern: regexp.MustCompile(`secret ([^\s:'"]+):? not found|/run/secrets/([^\s:'"]+)'?: No such file|no secret with id (\S+) found|failed to (?:mount|get) secret ([^\s:]+)`),
		say: `the build was not given the secret %[1]s: pass it in the argument secrets of image.build, such as [{"id": "%[1]s", "file": "path of the file"}]`},
	{id: causeSSHMissing, pattern: regexp.MustCompile(`no SSH key "([^"]*)" forwarded|no ssh with id (\S+) found|unset ssh forward key (\S+)`),
		say:  `the build was not given the SSH agent or key %[1]s: pass it in the argument ssh of image.build, such as [{"id": "%[1]s"}] for the agent of this machine`,
		bare: `the build was not given an SSH agent or key: pass it in the argument ssh of image.build, such as [{"id": "default"}] for the agent of this machine`},
	{id: "listsOutOfDate", pattern: regexp.MustCompile(`E: Failed to fetch \S+\s+404 +Not Found`), programs: aptPrograms, bare: "the package lists are out of date: run apt-get update in the same RUN"},
	{id: "releaseGone", pattern: regexp.MustCompile(`E: The repository '[^']+' (?:does not have a Release file|no longer has a Release file)`), programs: aptPrograms, bare: "the packages of this release are no longer there: start from a newer base image"},
	{id: "notAnArchive", pattern: regexp.MustCompile(`tar: invalid magic|not in gzip format|This does not look like a tar archive|File format not recognized|End-of-central-directory signature not found|not a zip file|invalid gzip magic|unexpected end of file[^\n]*\n[^\n]*(?:gzip|tar)`),
		programs: []string{"tar", "gzip", "gunzip", "unzip", "xz", "bsdtar"}, bare: "what is to be unpacked is no such archive: look whether its download gave an error page, and whether the options fit"},
	{id: "gitLogin", pattern: regexp.MustCompile(`fatal: could not read Username for '([^']+)'|fatal: Authentication failed for '([^']+)'|(\S+): Permission denied \(publickey|Host key verification failed|fatal: repository '([^']+)' not found|remote: Repository not found`),
		programs: []string{"git", "pip", "npm", "go"}, say: "git has no access to %s in the build: check the address, or give a login by RUN --mount=type=ssh or type=secret", bare: "git has no access to the repository in the build: give a login by RUN --mount=type=ssh, and its host key by ssh-keyscan"},
	{id: "versionConflict", pattern: regexp.MustCompile(`npm (?:ERR!|error) code ERESOLVE|ERESOLVE unable to resolve dependency tree|ResolutionImpossible|have conflicting dependencies|LibMambaUnsatisfiableError|UnsatisfiableError|is not going to be installed|incompatible with each other`),
		programs: append([]string{"npm", "pip", "conda", "mamba", "micromamba", "poetry"}, aptPrograms...), bare: "the versions of the packages do not fit together: loosen or change those that are pinned"},
	{id: "condaShell", pattern: regexp.MustCompile(`shell has not been properly configured to use 'conda activate'|Run 'conda init' before 'conda activate'`),
		programs: []string{"conda"}, bare: "conda activate works in no RUN by itself: write conda run -n NAME in front of the command, or SHELL [\"conda\", \"run\", \"-n\", \"NAME\", \"/bin/bash\", \"-c\"]"},
	{id: "managedPython", pattern: regexp.MustCompile(`externally-managed-environment`),
		programs: []string{"pip"}, bare: "the system's own Python takes no packages from pip: install into a virtual environment (python3 -m venv /venv), or start from a python image"},
	{id: "libraryMissing", pattern: regexp.MustCompile(`error while loading shared libraries: ([^\s:]+):|(?:ImportError|OSError): (\S+\.so[\w.]*): cannot open shared object|Error loading shared library ([^\s:]+):`),
		programs: []string{"python"}, say: "the image has no library %s: install the package that brings it, such as by apt-get install"},
	{id: "badRequirement", pattern: regexp.MustCompile(`ERROR: Invalid requirement: '?([^'\n]+?)'?(?:: |\n|$)`), programs: []string{"pip"}, say: "pip does not understand the requirement %s: write name==version"},
	{id: "pythonVersion", pattern: regexp.MustCompile(`ERROR: Package '([^']+)' requires a different Python`), programs: []string{"pip"}, say: "%s is not for the Python of this image: choose another version of it, or of the base image"},
	{id: "noPipefail", pattern: regexp.MustCompile(`(?i)set: (?:line \d+: )?illegal option -o pipefail`), bare: `sh of this image does not know pipefail: write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above, if the image has bash`},
	{id: "compilerMissing", pattern: regexp.MustCompile(`(?:unable to execute|command) '?([\w./-]*(?:cc|gcc|g\+\+|clang|cl|rustc|cargo))'?(?:: | failed: )No such file|gyp ERR! [^\n]*not found: (\w+)|gyp ERR! find (Python)|linker .(cc). not found|fatal error: (\S+\.h): No such file`),
		programs: []string{"pip", "npm", "cargo", "gem", "go", "gcc", "make"}, say: "a package has to be compiled, which needs %s: install it first, such as by apt-get install build-essential or apk add build-base"},
	{id: causeFileNotInContext, pattern: regexp.MustCompile(`failed to (?:compute cache key|calculate checksum)[^\n]*?"?/?([^"\s]+)"?: not found|failed to walk \S+?/buildkit-mount\d+/([^:\s]+): lstat|(?:COPY|ADD) failed: (?:file not found in build context[^:]*: )?(?:stat|forbidden path outside the build context:|no source files were specified) ?([^\s:]*)|copier: stat: "([^"]+)": no such file|no items matching glob "([^"]+)" copied|stat ([^\s:]+): (?:no such file or directory|file does not exist)$`),
		say: "%s is not in the build context"},
	{id: causeFolderMissing, pattern: regexp.MustCompile(`(?m)can(?:'t|not) create (?:regular file )?'?([^\s:']+)'?: (?:nonexistent directory|Directory nonexistent|No such file or directory)`),
		say: folderMissing},
	{id: causeFileMissing, pattern: regexp.MustCompile(`(?im)can't open file '([^']+)'|can't (?:open|stat|cd to|change directory to) '?([^':\s]+)|cannot (?:open|stat|access|find) '?([^':\s]+)'?|could not open requirements file: [^']*'([^']+)'|ENOENT[^'\n]*'([^']+)'|([^\s:'"\]]+): no such file or directory|No such file or directory: '([^']+)'|no such file or directory, open '([^']+)'`),
		say: "there is no file %s in the image at this point"},
	{id: causePermission, pattern: regexp.MustCompile(`(?i)'([^'\n]+)': permission denied|([^\s:'"]+): permission denied|permission denied: '([^']+)'|permission denied|EACCES|operation not permitted|are you root\?|Could not open lock file`), exit: 126,
		programs: aptPrograms, say: "permission denied: %s", bare: "permission denied"},
	{id: causeUnknownUser, pattern: regexp.MustCompile(`unknown user error looking up user "([^"]+)"|unable to find user (\S+?):|unable to find group (\S+?):|(?:chown|install): (?:invalid|unknown) user:? '?([^'\s:]+)|unknown user(?:/group)? ([^\s:]+)|no matching entries in passwd|unable to find groups for spec user`),
		programs: []string{"chown", "install", "su"}, say: "the image has no user %s at this point", bare: "the image has no such user at this point"},
	{id: causeModuleMissing, pattern: regexp.MustCompile(`No module named '?([\w.]+)|there is no package called [‘']([^’']+)|Package (\w+) not found in current path|Cannot find (?:module|package) '([^']+)'`),
		programs: []string{"python", "node", "Rscript", "R", "julia"}, say: "the package %s is not installed in the image at this point"},
	{id: "lockFileStale", pattern: regexp.MustCompile(`package\.json and package-lock\.json[^\n]* are (?:not )?in sync|ERR_PNPM_OUTDATED_LOCKFILE|Your lockfile needs to be updated|The lockfile would have been modified by this install`),
		programs: []string{"npm", "yarn", "pnpm"}, bare: "the lock file does not fit package.json: install once on your machine, and commit both"},
	{id: "oldOpenSSL", pattern: regexp.MustCompile(`ERR_OSSL_EVP_UNSUPPORTED|digital envelope routines::unsupported`),
		programs: []string{"npm", "yarn", "npx", "node"}, bare: "the packages are too old for this version of Node: bring webpack up to date, or build with node:16"},
	{id: "lockFileMissing", pattern: regexp.MustCompile("npm ci. command can only install with an existing package-lock|can only install with an existing package-lock"),
		programs: []string{"npm"}, bare: "npm ci needs package-lock.json: copy it into the image first"},
	{id: causeAddress, pattern: regexp.MustCompile(`(?i)invalid (?:response )?status code:? (\d+)|The requested URL returned error: (\d+)|server returned error: HTTP/\S+ (\d+)|SSL certificate problem|certificate verify failed|x509: `),
		programs: []string{"curl", "wget", "pip", "git"}, say: "the server answers with status %s", bare: "the server's certificate is not trusted"},
	{id: "noPrompt", pattern: regexp.MustCompile(`Do you want to continue\? \[Y/n\] Abort|Is this ok \[y/N\]:\s*(?:Operation aborted|Exiting)`),
		programs: append([]string{"dnf", "yum"}, aptPrograms...), bare: "it asked a question that nobody can answer in a build: add -y"},
	{id: "shellSyntax", pattern: regexp.MustCompile(`(?i)syntax error[^\n]*(?:unexpected|unterminated)|unexpected end of file|unterminated quoted string`), exit: 0,
		bare: "the shell cannot read this command line"},
	{id: "exception", pattern: regexp.MustCompile(`(?m)^((?:\w+\.)*(?:[A-Z]\w*)?(?:Error|Exception|SystemExit|KeyboardInterrupt)(?:: .{1,200})?)$`), last: true,
		programs: []string{"python", "node", "pytest"}, say: "%s"},
	{id: "crashed", exit: 139, bare: "a program crashed with a memory fault (SIGSEGV)"},
	{id: "crashed", exit: 132, bare: "a program crashed on an instruction that this processor does not have (SIGILL)"},
	{id: "crashed", exit: 134, bare: "a program gave up by itself (SIGABRT)"},
	{id: "crashed", exit: 135, bare: "a program crashed on memory that it has no access to (SIGBUS)"},
	{id: "crashed", exit: 136, bare: "a program crashed on a calculation, such as a division by zero (SIGFPE)"},
	{id: "killed", exit: 137, bare: "it was killed (SIGKILL), as happens where memory runs out"},
	{id: "stopped", exit: 130, bare: "it was stopped from outside (SIGINT)"},
	{id: "stopped", exit: 143, bare: "it was stopped from outside (SIGTERM)"},
	{id: causeNotFoundCode, exit: 127, bare: "a program was not found"},
	{id: causeDockerfile, pattern: regexp.MustCompile(`(?:dockerfile parse error|parse error)[^:]*: (.+)`), say: "%s"},
	{id: causeStageMissing, pattern: regexp.MustCompile(`target stage "?([^"\s]+)"? could not be found|failed to reach build target (\S+)`), say: "there is no stage %s to build"},
	{id: causeStageMissing, pattern: regexp.MustCompile(`from=(\S+): no stage or image found with that name`), say: "there is no stage %[1]s above, and no image %[1]s can be pulled"},
}
