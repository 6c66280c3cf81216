package outcome

import (
	"regexp"
	"strings"
)

// says is a pattern of lines: any of the alternatives, each of which is anchored to how a certain program speaks. A test's log, a
// compiler's message or a package's name must not fit.
func says(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)` + strings.Join(alternatives, "|"))
}

// errno are the ways in which programs put what the system has refused them, with what that is about, if anything. The words may begin
// with a capital letter.
func errno(words string) string {
	words = `(?i:` + words + `)`
	return strings.Join([]string{
		`['‘"]([^'’"\n]+)['’"](?: for reading)?: (?:\[Errno \d+\] )?` + words + atEnd,
		`(?:^|: )([^\s:'"‘’]+): ` + words + atEnd,
		`\s([^\s:'"‘’]*[/.][^\s:'"‘’]*)(?: for reading)?: ` + words + atEnd,
		`\[Errno \d+\] ` + words + `: ['"]([^'"\n]+)['"]$`,
		words + `, \w+ '([^'\n]+)'`,
	}, "|")
}

const (
	// atEnd is what may stand behind the last words of a line.
	atEnd = `(?: \(os error \d+\))?\.?$`
	// byShellName is how a shell begins what it says. In the name of a script it gives the line as well.
	byShellName = `^(?:(?:\S*/)?(?:ash|bash|dash|ksh|sh|zsh|\S+/pipes/\S+): (?:-c: )?(?:(?:line )?\d+: )?|\S+\.sh: (?:line )?\d+: )`
	// byNPM begins a line of npm's about an error.
	byNPM = `^npm (?:ERR!|error) `
	// folderMissing is said of a file that cannot be made.
	folderMissing = "the image has no folder for %s at this point: make it first, by mkdir -p"
)

// notSet is how shells speak of a variable without a value, under set -u.
var notSet = says(byShellName + `([A-Za-z_]\w*): (?:parameter not set|unbound variable)`)

// checksums is what programs that check them say at the end. Tests fail with the same word.
var checksums = regexp.MustCompile(`(?m)^\S*sum: WARNING: .*did NOT match`)

// aptPrograms are those that install Debian packages.
var aptPrograms = []string{"apt-get", "apt", "aptitude"}

// comesOfNothing are the causes that are told of where something was not downloaded.
var comesOfNothing = []string{"checksum", causeException, causeListsOutOfDate, "notAnArchive", "releaseGone", causeFileMissing, causeModuleMissing, causePackageMissing, "shellSyntax", causeVersionMissing}

// ofPackages are those of them that are told of where an installer went on after it could not download its lists.
var ofPackages = []string{causeListsOutOfDate, "releaseGone", causeModuleMissing, causePackageMissing, causeVersionMissing}

// signs are how programs tell why they failed. Where one line tells of several causes, the first here counts.
var signs = []cause{
	{id: "noSpace", pattern: says(`(?i)(?:: |\] )(?:no space left on device|disk quota exceeded)(?:[.)]*$|: '|, \w+)`), leads: append([]string{causePermission, "packageLogin", "versionConflict"}, comesOfNothing...), bare: "the disk is full"},
	{id: causeChecksum, beside: checksums, pattern: says(`^(\S+): FAILED$`, checksums.String()), programs: []string{"sha256sum", "sha512sum", "sha1sum", "md5sum"}, say: "a checksum does not match: %s", bare: "a checksum does not match"},
	{id: causeChecksum, pattern: says(`^E: .*Hash Sum mismatch`, `^Hash Sum mismatch$`, `^(?:go: |verifying )(\S+?): checksum mismatch$`, `^(?:ERROR: )?THESE PACKAGES DO NOT MATCH THE HASHES`, byNPM+`code EINTEGRITY`),
		programs: append([]string{"pip", "npm", "go"}, aptPrograms...), say: "a checksum does not match: %s", bare: "a checksum does not match"},
	{id: causeCommandNotFound, pattern: says(byShellName+`(?:exec: (?:line \d+: )?)?([^\s:]+): (?:command )?not found$`, `^zsh:\d+: command not found: (\S+)`, `(?:^|: )exec: \\?"([^"\\]+)\\?": (?:executable file not found|stat [^:]*: no such file|[^\n]*no such file)`,
		`executable file .?([^\s"'`+"`"+`]+).? not found in \$PATH`, `^(?:\S*/)?(?:env|ionice|nice|nohup|stdbuf|time|timeout|xargs): (?:can't execute |failed to run command |cannot run )?['‘]?([^\s'’:]+)['’]?: No such file`,
		`^sudo: (\S+): command not found`, `^Error: spawn (\S+) ENOENT$`), leads: []string{causeException, "notAnArchive", "compilerMissing"}, say: "command not found: %s"},
	{id: causeUnsetVariable, pattern: notSet, say: saysUnset},
	{id: causeWrongPlatform, pattern: says(`(?i)(?:: |\] )exec format error(?:$|: ')`), bare: saysPlatform},
	{id: causeNetworkDown, pattern: says(`Temporary failure resolving '([^']+)'`, `[Cc]ould(?: not|n't) resolve host: ([\w.-]+)`, `[Cc]ould not resolve hostname ([\w.-]+): `, `^curl: \(6\) `, `^(?:E|W|Err):.* Could not resolve '([^']+)'`, `unable to resolve host address ['‘"]([^'’"]+)`, `^(?:\S*/)?(?:busybox|ftpget|nc|nslookup|ping|telnet|wget): bad address '([^']+)'`,
		`\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)`, byNPM+`code (?:EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT)`, `connect (?:ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH) ([\w.:\[\]-]+)`,
		`dial tcp: lookup ([\w.-]+)(?: on \S+)?: `, `lookup ([\w.-]+)(?: on \S+)?: (?:no such host|server misbehaving|i/o timeout|Temporary failure|Try again|dial udp)`, `dial tcp ([\w.:\[\]-]+): (?:i/o timeout|connect: )`,
		`\b([\w-]+\.[\w.-]+): (?:Temporary failure in name resolution|Name or service not known)`, `(?i)(?:: |\] ?|=> )(?:temporary failure in name resolution|name or service not known|network is unreachable|no route to host|connection refused|connection timed out)(?:[.)>'"]*$|'\)|: )`,
		`Failed to establish a new connection`, `^curl: \((?:7|28)\) Failed to connect to ([\w.-]+)`, `^curl: \(28\) `, `temporary error \(try again later\)|DNS: transient error|DNS lookup error`, `java\.net\.UnknownHostException: ([\w.-]+)`, `Unknown host '?([\w-]+\.[\w.-]+)`,
		`Could not reach host ([\w.-]+)\.`, `^(?:Warning: )?unable to access index for repository (\S+?):?$`),
		leads: append([]string{causeAddress, "gitLogin"}, comesOfNothing...), programs: append([]string{"curl", "wget", "git", "pip", "npm", "yarn", "apk", "go", "cargo", "dnf", "yum"}, aptPrograms...), say: saysUnreachable, bare: "a server on the network cannot be reached from the build"},
	{id: causeVersionMissing, pattern: says(`^E: Version '[^']+' for '([^']+)' was not found`, `No matching version found for ((?:@[^/\s]+/)?[^@\s]+?)(?:@\S*)?\.?$`, `^error Couldn't find any versions for "([^"]+)"`, `Could not find a version that satisfies the requirement (\S+?)(?: \(from versions: [^n)][^)]*\))`,
		`unable to select packages:\s+([^\s]+)-[\d.]+[^:]*:\s+breaks`, `^error: failed to select a version for (?:the requirement )?.([^\s`+"`"+`'=]+)`),
		leads: []string{causePackageMissing}, programs: append([]string{"pip", "npm", "yarn", "apk", "cargo"}, aptPrograms...), say: "there is no such version of %s"},
	{id: causePackageMissing, pattern: says(`^E: Unable to locate package (\S+)`, `^E: Package '([^']+)' has no installation candidate`, `^E: Couldn't find any package by (?:glob|regex) '([^']+)'`, `^(?:ERROR: +)?Could not find a version that satisfies the requirement (\S+)`, `^(?:ERROR: +)?No matching distribution found for (\S+)`,
		byNPM+`404[^'\n]*'((?:@[^/\s']+/)?[^@\s']+)(?:@[^']*)?'`, `^([^\s(]+) \(no such package\)`, `^No package (\S+) available\.?$`, `^Error: Unable to find a match: (\S+)`, `^No provider of '([^']+)' found`, `not available from current channels:\s+- ([^\s=<>]+)`, `nothing provides requested ([^\s=<>]+)`,
		`^error: no matching package named .([^\s`+"`"+`']+)`, `[Cc]annot find module providing package (\S+?):?$`, `no required module provides package (\S+?);`, `^\S+\.go:\d+:\d+: cannot find package "([^"]+)"`, `Could not find a valid gem '([^']+)'`),
		programs: append([]string{"pip", "npm", "yarn", "apk", "dnf", "yum", "microdnf", "zypper", "cargo", "go", "gem"}, aptPrograms...), say: "there is no package %s"},
	{id: causeOutOfMemory, pattern: says(`JavaScript heap out of memory`, `(?:^|: )[Cc]annot allocate memory$`, `^(?:\w+\.)*MemoryError(?::|$)`, `: signal: killed$`, `\(signal: 9, SIGKILL: kill\)`, `\bjava\.lang\.OutOfMemoryError: (?:Java heap space|GC overhead)`, `Killed signal terminated program|internal compiler error: Killed`),
		leads: []string{causeException}, bare: "it ran out of memory"},
	{id: causeSecretMissing, pattern: says(`/run/secrets/([^\s:'"]+)'?: No such file`), say: saysSecret},
	{id: "packageLogin", pattern: says(byNPM + `(?:code E40[13]$|40[13] )`), programs: []string{"npm"}, bare: "the registry of packages does not let the build in: give it a login by RUN --mount=type=secret"},
	{id: causeListsOutOfDate, pattern: says(`^E: Failed to fetch \S+\s+404 +Not Found`), programs: aptPrograms, bare: "the package lists are out of date: run apt-get update in the same RUN"},
	{id: "releaseGone", pattern: says(`^E: The repository '[^']+' (?:does not have a Release file|no longer has a Release file)`), programs: aptPrograms, bare: "the packages of this release are no longer there: start from a newer base image"},
	{id: "notAnArchive", pattern: says(`^(?:bsdtar|bunzip2|bzip2|gunzip|gzip|tar|unxz|unzip|xz|zcat|zstd): .*(?:invalid (?:gzip )?magic|not in gzip format|[Ff]ile format not recognized|does not look like a tar archive|Unrecognized archive format|not a bzip2 file)`, `^End-of-central-directory signature not found`),
		programs: []string{"tar", "gzip", "gunzip", "unzip", "xz", "bsdtar"}, bare: "what is to be unpacked is no such archive: look whether its download gave an error page, and whether the options fit"},
	{id: "notAnArchive", pattern: says(`^(?:bunzip2|bzip2|gunzip|gzip|tar|unxz|xz|zcat|zstd): .*(?:unexpected end of (?:file|input)|Unexpected EOF in archive|file ends unexpectedly)`),
		programs: []string{"tar", "gzip", "gunzip", "xz"}, bare: "what is to be unpacked ends too early: look whether its download gave all of it, or nothing"},
	{id: "gitLogin", pattern: says(`^(?:npm \S+ |remote: )?fatal: could not read Username for '([^']+)'`, `fatal: Authentication failed for '([^']+)'`, `^(?:npm \S+ )?(\S+): Permission denied \(publickey`, `^(?:npm \S+ )?Host key verification failed`, `fatal: repository '([^']+)' not found`, `^(?:npm \S+ )?remote: Repository not found`),
		programs: []string{"git", "pip", "npm", "go"}, say: "git has no access to %s in the build: check the address, or give a login by RUN --mount=type=ssh or type=secret", bare: "git has no access to the repository in the build: give a login by RUN --mount=type=ssh, and its host key by ssh-keyscan"},
	{id: "versionConflict", pattern: says(byNPM+`(?:code ERESOLVE|ERESOLVE unable to resolve)`, `^ERROR: (?:ResolutionImpossible|Cannot install .* have conflicting dependencies)`, `LibMambaUnsatisfiableError|^UnsatisfiableError`, `Depends: .* but it is not going to be installed$`, `specifications were found to be incompatible with each other`),
		programs: append([]string{"npm", "pip", "conda", "mamba", "micromamba", "poetry"}, aptPrograms...), bare: "the versions of the packages do not fit together: loosen or change those that are pinned"},
	{id: "condaShell", pattern: says(`shell has not been properly configured to use 'conda activate'`, `^CondaError: Run 'conda init' before 'conda activate'`),
		programs: []string{"conda"}, bare: "conda activate works in no RUN by itself: write conda run -n NAME in front of the command, or SHELL [\"conda\", \"run\", \"-n\", \"NAME\", \"/bin/bash\", \"-c\"]"},
	{id: "managedPython", pattern: says(`^error: externally-managed-environment`),
		programs: []string{"pip"}, bare: "the system's own Python takes no packages from pip: install into a virtual environment (python3 -m venv /venv), or start from a python image"},
	{id: "libraryMissing", pattern: says(`error while loading shared libraries: ([^\s:]+):`, `(?:ImportError|OSError): (\S+\.so[\w.]*): cannot open shared object`, `^Error loading shared library ([^\s:]+):`),
		programs: []string{"python"}, say: "the image has no library %s: install the package that brings it, such as by apt-get install"},
	{id: "libraryMissing", pattern: says(`\bld(?:\.\w+)?: cannot find -l(\S+?)(?:: No such file or directory)?$`, `\bld\.lld: error: unable to find library -l(\S+)`),
		programs: []string{"gcc", "make", "cc", "g++", "clang", "cargo", "go"}, say: "the linker finds no library %s in the image: install the package that brings it, such as one that ends in -dev"},
	{id: "libraryVersion", pattern: says(`^(\S+): symbol lookup error: `, "version `[A-Z]+_[\\d.]+' not found \\(required by ([^)]+)\\)", `^Error relocating ([^\s:]+): \S+: symbol not found`),
		say: "%s was built for other versions of its libraries than the image has: build it on the same base"},
	{id: "badRequirement", pattern: says(`^ERROR: Invalid requirement: '?([^'\n]+?)'?(?:: |$)`), programs: []string{"pip"}, say: "pip does not understand the requirement %s: write name==version"},
	{id: "pythonVersion", pattern: says(`^ERROR: Package '([^']+)' requires a different Python`), programs: []string{"pip"}, say: "%s is not for the Python of this image: choose another version of it, or of the base image"},
	{id: "noPipefail", pattern: says(byShellName + `(?:set: )?(?:line \d+: )?(?i:illegal option) -o pipefail`), bare: `sh of this image does not know pipefail: write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above, if the image has bash`},
	{id: "compilerMissing", pattern: says(`(?:unable to execute|error: command) '?([\w./-]*(?:cc|gcc|g\+\+|clang|cl|rustc|cargo))'?(?:: | failed: )No such file`, `^(?:npm \S+ )?gyp ERR! [^\n]*not found: (\w+)`, `^(?:npm \S+ )?gyp ERR! find (Python)\b`, "^error: linker .(cc). not found", `fatal error: (Python\.h|std\w+\.h|features\.h): No such file`),
		programs: []string{"pip", "npm", "cargo", "gem", "go", "gcc", "make"}, say: "a package has to be compiled, which needs %s: install it first, such as by apt-get install build-essential or apk add build-base"},
	{id: "headerMissing", pattern: says(`: fatal error: (\S+\.(?:h|hh|hpp|hxx)): No such file`), programs: []string{"gcc", "make", "cc", "g++", "clang"}, say: "the compiler finds no %s: install the package that brings it, such as one that ends in -dev, or copy it"},
	{id: causeFolderMissing, pattern: says(`^\S+: (?:(?:line )?\d+: )?can(?:'t|not) (?:create|touch) (?:regular file |directory )?['‘]?([^\s:'’]+)['’]?: (?:nonexistent directory|Directory nonexistent|No such file or directory)$`), say: folderMissing},
	{id: causeFileMissing, pattern: says(`^\S+: (?:(?:line )?\d+: )?cd: (?:line \d+: )?can't cd to ([^\s:]+)`, byShellName+`cd: ([^\s:]+): No such file or directory$`, `: can't change directory to '([^']+)': No such file or directory$`), say: saysFolder},
	{id: causeFileMissing, pattern: says(errno(`no such file(?: or directory)?`), `^\S+: \d+: \.: [Cc]an(?:'t|not) open (\S+)$`, `^tar(?: \(child\))?: ([^\s:]+): Cannot open: No such file or directory$`, `^unzip: +cannot find or open ([^\s,]+)`, `: Cannot find module '(/[^']+)'$`), say: saysFile},
	{id: causeFileExists, pattern: says(`^mkdir: (?:can't|cannot) create directory ['‘]?([^\s'’]+)['’]?: File exists$`), programs: []string{"mkdir"}, say: "%s is there already: mkdir -p takes what is there"},
	{id: causeFileExists, pattern: says(`^ln: (?:failed to create (?:symbolic|hard) link )?['‘]?([^\s'’:]+)['’]?: File exists$`), programs: []string{"ln"}, say: "%s is there already: ln -sf replaces what is there"},
	{id: "readOnly", pattern: says(byShellName+`(?:can't|cannot) create (\S+): Read-only file system$`, errno(`read-only file system`)), say: "%s cannot be written, for its file system is read-only, as a bind mount is without the option rw"},
	{id: causeIsFolder, pattern: says(byShellName + `(\S*/\S*): Is a directory$`), say: saysIsFolder},
	{id: causePermission, pattern: says(`exec: \\?"([^"\\]+)\\?": permission denied`, errno(`permission denied|operation not permitted`), `: (?:[Pp]ermission denied|[Oo]peration not permitted)\.?$`, byNPM+`code EACCES`, `^E: .*\(13: Permission denied\)`, `^E: .*are you root\?$`, `permission denied \(are you root\?\)$`),
		programs: aptPrograms, say: "permission denied: %s", bare: "permission denied"},
	{id: causeUnknownUser, pattern: says(`^(?:\S*/)?(?:chown|install): (?:invalid|unknown) user(?:/group)?:? ['‘]?([^'’\s:]+)`, `^su: (?:unknown user |user )(\S+)(?: does not exist.*)?$`, `^error: failed switching to \S+ unable to find user (\S+?):`),
		programs: []string{"chown", "install", "su"}, say: saysUser},
	{id: causeModuleMissing, pattern: says(`(?:^|: )No module named '?([\w.]+)`, `Error in [^\n]*\n?[^\n]*there is no package called [‘']([^’']+)`, `ArgumentError: Package (\w+) not found in current path`, `Cannot find (?:module|package) '(@?\w[^']*)'`),
		programs: []string{"python", "node", "Rscript", "R", "julia"}, say: "the package %s is not installed in the image at this point"},
	{id: "lockFileStale", pattern: says(`package\.json and package-lock\.json[^\n]* are (?:not )?in sync`, `ERR_PNPM_OUTDATED_LOCKFILE`, `^error Your lockfile needs to be updated`, `The lockfile would have been modified by this install`),
		programs: []string{"npm", "yarn", "pnpm"}, bare: "the lock file does not fit package.json: install once on your machine, and commit both"},
	{id: "oldOpenSSL", pattern: says(`ERR_OSSL_EVP_UNSUPPORTED|digital envelope routines::unsupported`),
		programs: []string{"npm", "yarn", "npx", "node"}, bare: "the packages are too old for this version of Node: bring webpack up to date, or build with node:16"},
	{id: causeLockFileMissing, pattern: says(byNPM + `.*can only install with an existing package-lock`),
		programs: []string{"npm"}, bare: "npm ci needs package-lock.json: copy it into the image first"},
	{id: causeAddress, pattern: says(`The requested URL returned error: (\d+)`, `server returned error: HTTP/\S+ (\d+)`, `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ERROR (\d{3}): [A-Z][\w ]+\.$`, `SSL certificate problem`, `server certificate verification failed`, `certificate verify failed|CERTIFICATE_VERIFY_FAILED`, `: x509: certificate `, `SELF_SIGNED_CERT_IN_CHAIN|unable to get local issuer certificate`),
		leads: []string{"checksum", causeException, "gitLogin", "notAnArchive", causePackageMissing, "shellSyntax", causeVersionMissing}, programs: []string{"curl", "wget", "pip", "git"}, say: "the server answers with status %s", bare: "the server's certificate is not trusted"},
	{id: causeNoPrompt, pattern: says(`Do you want to continue\? \[Y/n\] Abort`, `Is this ok \[y/N\]:\s*(?:Operation aborted|Exiting)`),
		programs: append([]string{"dnf", "yum"}, aptPrograms...), bare: "it asked a question that nobody can answer in a build: add -y"},
	{id: "shellSyntax", pattern: says(`^(?:\S*/)?(\S+\.sh): (?:(?:line )?\d+: )?(?i:syntax error)\b`), say: "the shell cannot read the script %s"},
	{id: "shellSyntax", pattern: says(byShellName+`(?:eval: )?(?:line \d+: )?(?i:syntax error)\b`, byShellName+`unexpected EOF while looking for matching`), bare: "the shell cannot read this command line"},
	{id: causeException, pattern: says(`^((?:\w+\.)*(?:[A-Z]\w*)?(?:Error|Exception|SystemExit|KeyboardInterrupt)(?:: .{1,200})?)$`), verbatim: true,
		programs: []string{"python", "node", "pytest"}, say: "%s"},
}

// exits are what exit codes alone tell.
var exits = []cause{
	{id: causePermission, exit: exitCannotRun, bare: "permission denied"},
	{id: causeNotFoundCode, exit: 127, bare: "a program was not found"},
	{id: "stopped", exit: 130, bare: "it was stopped from outside (SIGINT)"},
	{id: "crashed", exit: 132, bare: "a program crashed on an instruction that this processor does not have (SIGILL)"},
	{id: "crashed", exit: 134, bare: "a program gave up by itself (SIGABRT)"},
	{id: "crashed", exit: 135, bare: "a program crashed on memory that it has no access to (SIGBUS)"},
	{id: "crashed", exit: 136, bare: "a program crashed on a calculation, such as a division by zero (SIGFPE)"},
	{id: "killed", exit: 137, bare: "it was killed (SIGKILL), as happens where memory runs out"},
	{id: "crashed", exit: 139, bare: "a program crashed with a memory fault (SIGSEGV)"},
	{id: "stopped", exit: 143, bare: "it was stopped from outside (SIGTERM)"},
}
