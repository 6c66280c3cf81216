package server

import "fmt"

// ExitMeaning says what an exit code usually means, for the exec subcommand.
func ExitMeaning(code int) string { return exitMeaning(code) }

// exitMeaning says what an exit code usually means. The codes from 125 on are those of the engine and of shells; above 128 a
// signal ended the program (https://docs.docker.com/reference/cli/docker/container/run/#exit-status).
func exitMeaning(code int) string {
	switch code {
	case 0:
		return "the program ended without an error"
	case 1:
		return "the program ended with an error"
	case 2:
		return "the program was used wrongly"
	case 125:
		return "the engine could not run the container"
	case 126:
		return "the program is there but could not be executed"
	case 127:
		return "the program was not found"
	case 128 + 2:
		return "interrupted (SIGINT)"
	case 128 + 6:
		return "the program aborted (SIGABRT)"
	case 128 + 9:
		return "killed (SIGKILL), by hand or because memory ran out"
	case 128 + 11:
		return "the program crashed (SIGSEGV)"
	case 128 + 15:
		return "stopped on request (SIGTERM)"
	}
	if code > 128 && code < 128+65 {
		return fmt.Sprintf("ended by signal %d", code-128)
	}
	return fmt.Sprintf("the program ended with its error %d", code)
}
