package outcome

import "regexp"

// reasons are how builders speak of what they cannot do, the most particular first. What a command does is none of it.
var reasons = []cause{
	{id: "noSpace", pattern: regexp.MustCompile(`(?i)no space left on device|disk quota exceeded`), bare: "the disk is full"},
	{id: causeChecksum, pattern: regexp.MustCompile(`(?i)digest mismatch|checksum mismatch`), bare: "a checksum does not match"},
	{id: causeCommandNotFound, pattern: regexp.MustCompile(`exec: \\?"([^"\\]+)\\?": (?:executable file not found|stat [^:]*: no such file|[^\n]*no such file)|executable file .?([^\s"'` + "`" + `]+).? not found in \$PATH`), say: "command not found: %s"},
	{id: causeWrongPlatform, pattern: regexp.MustCompile(`(?i)exec format error|no match for platform in manifest|does not match the specified platform`), bare: saysPlatform},
	{id: causeAddress, pattern: regexp.MustCompile(`(?:failed to do request|/v2/|pinging container registry)[^\n]*x509: `), bare: "the builder does not trust the certificate of the registry"},
	{id: causeInsecure, pattern: regexp.MustCompile(`server gave HTTP response to HTTPS client`), bare: "the registry speaks HTTP only"},
	{id: causeNetworkDown, pattern: regexp.MustCompile(`(?i)temporary failure in name resolution|could not resolve host: ([\w.-]+)|name or service not known|network is unreachable|lookup ([\w.-]+)(?: on [^:\s]+:\d+)?: |no route to host|dial tcp [^\n]*(?:connection refused|i/o timeout)|connection timed out|failed to do request`),
		say: saysUnreachable, bare: "the network cannot be reached from the build"},
	{id: causeOutOfMemory, pattern: regexp.MustCompile(`(?i)out of memory|cannot allocate memory`), bare: "it ran out of memory"},
	{id: causePullDenied, pattern: regexp.MustCompile(`(?i)pull access denied for ([^\s,]+)|pull access denied|insufficient_scope|authorization failed|requested access to the resource is denied|401 unauthorized|unauthorized: `),
		say: "the registry does not give %s: check its name, or log in with docker login", bare: "the registry does not give the image: check its name, or log in with docker login"},
	{id: causeManifestUnknown, pattern: regexp.MustCompile(`(?i)manifest for (\S+) not found|manifest unknown|name unknown|(?:docker\.io|[\w.-]+:\d+|[\w-]+\.[\w.-]+)/\S+: not found|repository name not known|no such image: (\S+)|(\S+): image not known|unable to find image '([^']+)'`),
		say: "the registry has no image %s", bare: "the registry has no such image: check its name and tag"},
	{id: causeSecretMissing, pattern: regexp.MustCompile(`secret ([^\s:'"]+):? not found|no secret with id (\S+) found|failed to (?:mount|get) secret ([^\s:]+)`), say: saysSecret},
	{id: causeSSHMissing, pattern: regexp.MustCompile(`no SSH key "([^"]*)" forwarded|no ssh with id (\S+) found|unset ssh forward key (\S+)`),
		say:  `the build was not given the SSH agent or key %[1]s: pass it in the argument ssh of image.build, such as [{"id": "%[1]s"}] for the agent of this machine`,
		bare: `the build was not given an SSH agent or key: pass it in the argument ssh of image.build, such as [{"id": "default"}] for the agent of this machine`},
	{id: causeFileNotInContext, pattern: regexp.MustCompile(`failed to (?:compute cache key|calculate checksum)[^\n]*?"?/?([^"\s]+)"?(?: not found)?: not found|failed to walk \S+?/buildkit-mount\d+/([^:\s]+): lstat|(?:COPY|ADD) failed: (?:file not found in build context[^:]*: )?(?:stat|forbidden path outside the build context:|no source files were specified) ?([^\s:]*)|copier: stat: "([^"]+)": no such file|no items matching glob "([^"]+)" copied|stat ([^\s:]+): (?:no such file or directory|file does not exist)$`),
		say: "%s is not in the build context", bare: "a file is not in the build context"},
	{id: causeFileMissing, pattern: regexp.MustCompile(`(?i)([^\s:'"\]]+): no such file or directory`), say: saysFile},
	{id: causePermission, pattern: regexp.MustCompile(`(?i)['"]([^'"\n]+)['"]: permission denied|([^\s:'"]+): permission denied|operation not permitted`), say: "permission denied: %s", bare: "permission denied"},
	{id: causeUnknownUser, pattern: regexp.MustCompile(`unknown group error looking up group "([^"]+)"|unable to find group (\S+?):`), say: saysGroup},
	{id: causeUnknownUser, pattern: regexp.MustCompile(`unknown user error looking up user "([^"]+)"|unable to find user (\S+?):|no matching entries in passwd|unable to find groups for spec user`), say: saysUser, bare: "the image has no such user at this point"},
	{id: causeAddress, pattern: regexp.MustCompile(`(?i)invalid (?:response )?status(?: code)?:? (\d+)|certificate verify failed|x509: `), say: "the server answers with status %s", bare: "the server's certificate is not trusted"},
	{id: causeDockerfile, pattern: regexp.MustCompile(`(?:dockerfile parse error|parse error)[^:]*: (.+)`), verbatim: true, say: "%s"},
	{id: causeStageMissing, pattern: regexp.MustCompile(`target stage "?([^"\s]+)"? could not be found|failed to reach build target (\S+)`), say: "there is no stage %s to build"},
	{id: causeStageMissing, pattern: regexp.MustCompile(`from=(\S+): no stage or image found with that name`), say: "there is no stage %[1]s above, and no image %[1]s can be pulled"},
}

// What both a builder and a program can tell.
const (
	saysFile        = "there is no file %s in the image at this point"
	saysFolder      = "there is no folder %s in the image at this point"
	saysGroup       = "the image has no group %s at this point"
	saysIsFolder    = "%s is a folder, and no program"
	saysPlatform    = "what is to run is for another platform than this builder"
	saysSecret      = `the build was not given the secret %[1]s: pass it in the argument secrets of image.build, such as [{"id": "%[1]s", "file": "path of the file"}]`
	saysUnreachable = "%s cannot be reached from the build"
	saysUnset       = "the variable %s is not set at this point"
	saysUser        = "the image has no user %s at this point"
)
