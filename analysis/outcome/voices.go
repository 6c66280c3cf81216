package outcome

import "regexp"

// voices are how programs speak that do not begin their lines with their names.
var voices = []struct {
	says     *regexp.Regexp
	programs []string
	tasks    []string // which of the program's tasks speak so; nil: any
}{
	{regexp.MustCompile(`^E: `), aptPrograms, nil},
	{regexp.MustCompile(`^fatal: `), []string{"git"}, nil},
	{regexp.MustCompile(`^npm (?:ERR!|error) `), []string{"npm", "npx"}, nil},
	{regexp.MustCompile(`^error Command failed|^error An unexpected error occurred|^➤ YN\d+`), []string{"yarn"}, nil},
	{regexp.MustCompile(`ERR_PNPM_|^ ?ELIFECYCLE `), []string{"pnpm"}, nil},
	{regexp.MustCompile(`^error: could not compile|^error: failed to (?:select|parse|load|compile)|^error\[E\d+\]`), []string{"cargo"}, nil},
	{regexp.MustCompile(`\.go:\d+:\d+: `), []string{"go"}, []string{"build", "install", "run", "test", "vet"}},
	{regexp.MustCompile(`^--- FAIL: |^FAIL\t`), []string{"go"}, []string{"test"}},
	{regexp.MustCompile(`^ERROR: (?:Could not|No matching|Invalid requirement|Cannot|Failed building|Exception)|^error: (?:subprocess-exited-with-error|metadata-generation-failed)`), []string{"pip"}, nil},
	{regexp.MustCompile(`^Traceback \(most recent|^\w*(?:Error|Exception): `), []string{"python", "pytest"}, nil},
	{regexp.MustCompile(`^CMake Error`), []string{"cmake"}, nil},
	{regexp.MustCompile(`^\[ERROR\] |BUILD FAILURE`), []string{"mvn", "mvnw"}, nil},
	{regexp.MustCompile(`^FAILURE: Build failed with an exception`), []string{"gradle", "gradlew"}, nil},
	{regexp.MustCompile(`^error (?:CS|MSB|NETSDK|NU)\d+|: error (?:CS|MSB|NETSDK|NU)\d+`), []string{"dotnet"}, nil},
	{regexp.MustCompile(`^ERROR:  `), []string{"gem"}, nil},
	{regexp.MustCompile(`^Could not find .* in |^An error occurred while installing `), []string{"bundle"}, nil},
	{regexp.MustCompile(`^ERROR: unable to select packages|^ERROR: \S+: `), []string{"apk"}, nil},
	{regexp.MustCompile(`^(?:Error|No match for argument|Unable to find a match)`), []string{"dnf", "yum", "microdnf"}, nil},
}
