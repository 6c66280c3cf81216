package buildfailure

import (
	"regexp"
	"strings"

	"dockwright/dockerops"
)

// Cause is why a build failed, where the builder's words tell: the value of the fact cause.
type Cause string

// The causes, in alphabetical order.
const (
	CauseChecksum        Cause = "checksumMismatch"
	CauseCommandNotFound Cause = "commandNotFound"
	CauseFileNotFound    Cause = "fileNotFound"     // in the context, or in the image that it is copied from
	CauseFileUnreadable  Cause = "fileUnreadable"   // this machine does not let the user read it
	CauseImageNotFound   Cause = "imageNotFound"    // the registry has no such image or tag
	CauseNeedsBuildKit   Cause = "needsBuildKit"    // the classic builder does not know the instruction
	CauseNotExecutable   Cause = "notExecutable"    // the file has no mode for it
	CauseNotGranted      Cause = "notGranted"       // the builder does not allow it
	CauseOutOfMemory     Cause = "outOfMemory"      // the command was killed
	CauseSecretNotFound  Cause = "secretNotFound"   // the build was given no such secret
	CauseTargetNotFound  Cause = "targetNotFound"   // the Dockerfile has no such stage
	CauseURLUnreachable  Cause = "urlUnreachable"   // of ADD
	CauseUserNotFound    Cause = "userNotFound"     // the image has no such user
	CauseWrongPlatform   Cause = "platformMismatch" // the image or program is for another platform
)

// finding is what a saying means.
type finding struct {
	kind    dockerops.Kind // "": buildFailed
	cause   Cause
	message string // for the user, with {} for the value, {image} and {registry}; "": where it failed, and the builder's reason
	about   string // name of the fact that the value is
	value   string
}

// saying is one way in which builders put a failure. The first group of the pattern that is not empty is the value.
type saying struct {
	pattern *regexp.Regexp
	finding
}

// find goes through the builder's own error where the builder failed. Where a command did, it goes through what the runtime wrote about
// that: what the command itself says is for others to judge, and no builder's failure, however much it sounds like one.
func (f Failure) find() finding {
	own := quoted.ReplaceAllString(f.Reason, "")
	if f.ExitCode == "" {
		found, _ := search(reasons, own)
		return found
	}
	if ranOut.MatchString(own) {
		return finding{cause: CauseOutOfMemory}
	}
	if found, ok := search(logs, f.withoutScript()); ok {
		return found
	}
	switch f.ExitCode {
	case "126":
		return finding{cause: CauseNotExecutable}
	case "127":
		return finding{cause: CauseCommandNotFound}
	case "137":
		return finding{cause: CauseOutOfMemory}
	}
	return finding{}
}

// quoted is the command line, or the instruction, that builders put in front of their reason: anything may stand in it.
var quoted = regexp.MustCompile(`^(?:executor failed running \[(?s:.*)\]: |process "(?s:.*)" did not complete successfully: |building at STEP "(?s:.*)": )`)

// ranOut is what BuildKit says behind the exit code of a command that was killed for its memory.
var ranOut = regexp.MustCompile(`cannot allocate memory$`)

// withoutScript is the log without the lines that stand in the script: what it echoes, or what the shell shows of it.
func (f Failure) withoutScript() string {
	script := oneLine(f.Step + " " + f.Reason)
	var kept []string
	for line := range strings.SplitSeq(f.Log, "\n") {
		if words := oneLine(line); words == "" || !strings.Contains(script, words) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func search(sayings []saying, text string) (finding, bool) {
	for _, each := range sayings {
		groups := each.pattern.FindStringSubmatch(text)
		if groups == nil {
			continue
		}
		found := each.finding
		for _, group := range groups[1:] {
			if group != "" {
				found.value = group
				break
			}
		}
		return found, true
	}
	return finding{}, false
}

const (
	noSpace     = "The builder's disk is full: remove images, containers or build cache that you no longer need"
	unreachable = "The builder cannot reach the registry {registry} for {image}: check its network, or use an image that it has"
	notGiven    = "The registry {registry} does not give {image}: check the name, or log in with `docker login {registry}`"
	notThere    = "The registry {registry} has no {image}: check the name and the tag"
	badLogin    = "The registry {registry} refuses the credentials for {image}: run `docker login {registry}` again"
)

// reasons are sayings of builders, most special first. A registry is asked under /v2/, or for a token; ADD asks elsewhere.
var reasons = []saying{
	{regexp.MustCompile(`no space left on device`), finding{kind: dockerops.KindNoSpace, message: noSpace}},
	{regexp.MustCompile(`error from sender: \w+ (.+): permission denied`), finding{
		kind: dockerops.KindBadArgument, cause: CauseFileUnreadable, about: "path",
		message: "{} cannot be read, and the build sends it: change its mode, or exclude it in the ignore file",
	}},
	{regexp.MustCompile(`(?:failed to fetch (?:anonymous|oauth) token|failed to authorize): .*"https?://([^/"]+)/.*(?:dial |lookup |timeout|connection re|unreachable|no route|EOF)`),
		finding{kind: dockerops.KindRegistryUnreachable, message: unreachable, about: "registry"}},
	{regexp.MustCompile(`(?i)(?:head|get|post|put) "?https?://([^/" ]+)/v2/[^ ]*:? .*(?:dial |lookup |timeout|timed out|connection re|unreachable|no route|EOF|HTTP response to HTTPS client|x509: |tls: )`),
		finding{kind: dockerops.KindRegistryUnreachable, message: unreachable, about: "registry"}},
	{regexp.MustCompile(`pull access denied for ([^,\s]+)|pull access denied|(?:^|: )([^\s:]+(?::[^\s:]+)+): .*(?:insufficient_scope|authorization failed)|insufficient_scope|authorization failed`),
		finding{kind: dockerops.KindPullDenied, message: notGiven, about: "image"}},
	{regexp.MustCompile(`(?:source metadata for |push |reading manifest \S+ in )(\S+?):? .*(?:401 Unauthorized|unauthorized: |authentication required|no basic auth)|401 Unauthorized|unauthorized: |authentication required|no basic auth`),
		finding{kind: dockerops.KindAuthFailed, message: badLogin, about: "image"}},
	{regexp.MustCompile(`manifest for (\S+) not found|source metadata for (\S+): \S+: not found|^(\S+:\S+): not found$|reading manifest \S+ in (\S+): .*(?:unknown|not found)|(?:manifest unknown|name unknown)`),
		finding{kind: dockerops.KindPullDenied, cause: CauseImageNotFound, message: notThere, about: "image"}},
	{regexp.MustCompile(`no match for platform in manifest.*?(?:: not found)?$|image with reference \S+ was found but does not match the specified platform`), finding{cause: CauseWrongPlatform}},
	{regexp.MustCompile(`unknown cache (?:ex|im)porter: "?([\w-]+)`),
		finding{kind: dockerops.KindRefused, cause: CauseNotGranted, message: "This builder does not know the cache {}: use another type, or another builder", about: "cache"}},
	{regexp.MustCompile(`granting entitlement (\S+) is not allowed|(network\.host|security\.insecure) is not allowed`),
		finding{kind: dockerops.KindRefused, cause: CauseNotGranted, message: "This builder does not grant {}: build without it, or start the builder with --allow-insecure-entitlement {}", about: "entitlement"}},
	{regexp.MustCompile(`the --mount option requires BuildKit|requires BuildKit`), finding{cause: CauseNeedsBuildKit}},
	{regexp.MustCompile(`target stage "?([^" ]+)"? could not be found|failed to reach build target (\S+)|no stage named "?([^" ]+)`), finding{cause: CauseTargetNotFound, about: "target"}},
	{regexp.MustCompile(`secret (\S+?):? not found|no secret with id (\S+) found`), finding{cause: CauseSecretNotFound, about: "secret"}},
	{regexp.MustCompile(`digest mismatch|checksum mismatch`), finding{cause: CauseChecksum}},
	{regexp.MustCompile(`unable to find user (\S+?):`), finding{cause: CauseUserNotFound, about: "user"}},
	{regexp.MustCompile(`"(/[^"]*)" not found: not found|: "(/[^"]*)": not found|stat (\S+): file does not exist|copier: stat: \["([^"]+)"\]|copier: stat: "([^"]+)"|lstat (?:/\S*/merged)?(/\S*): no such file|no source files were specified`),
		finding{cause: CauseFileNotFound, about: "path"}},
	{regexp.MustCompile(`exec: "([^"]+)": (?:stat .*no such file|executable file not found)`), finding{cause: CauseCommandNotFound, about: "command"}},
	{regexp.MustCompile(`exec: "?([^":]+)"?: permission denied`), finding{cause: CauseNotExecutable, about: "command"}},
	{regexp.MustCompile(`exec format error`), finding{cause: CauseWrongPlatform}},
	{regexp.MustCompile(`(?:Get|reading) "?(https?://[^" ]+)"?: .*(?:dial |lookup |timeout|connection re|unreachable|no route)|invalid response status (?:404|403|5\d\d)`),
		finding{cause: CauseURLUnreachable, about: "url"}},
	{regexp.MustCompile(`context deadline exceeded|i/o timeout`), finding{kind: dockerops.KindTimeout, message: "The builder waited too long for an answer: try again, or check its network"}},
	{regexp.MustCompile(`cannot allocate memory|OOMKilled|out of memory`), finding{cause: CauseOutOfMemory}},
}

// logs are what the runtime writes in the name of the step, and programs that start others.
var logs = []saying{
	{regexp.MustCompile(`(?m)(?:^|: )exec: \\?"([^"\\]+)\\?": (?:stat .*no such file|executable file not found)`), finding{cause: CauseCommandNotFound, about: "command"}},
	{regexp.MustCompile(`(?m)(?:^|: )exec: \\?"?([^":\\]+)\\?"?: permission denied`), finding{cause: CauseNotExecutable, about: "command"}},
	{regexp.MustCompile(`(?mi)^(?:exec /\S+|/\S+: (?:\d+: )?\S+|standard_init_linux\S+ exec user process caused): exec format error$`), finding{cause: CauseWrongPlatform}},
}
