package catalog

import (
	"strconv"
	"strings"
)

// Signals are the names of Linux's signals without "SIG", which STOPSIGNAL takes in any casing. The real-time signals
// between RTMIN and RTMAX also come as RTMIN+n and RTMAX-n.
// https://man7.org/linux/man-pages/man7/signal.7.html
var Signals = []string{
	"ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF",
	"PWR", "QUIT", "RTMAX", "RTMIN", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
	"USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
}

// IsSignal reports whether STOPSIGNAL takes s: a number other than 0, or a name with or without "SIG".
func IsSignal(s string) bool {
	if n, err := strconv.Atoi(s); err == nil {
		return n != 0
	}
	name := strings.TrimPrefix(strings.ToUpper(s), "SIG")
	if n, ok := strings.CutPrefix(name, "RTMIN+"); ok {
		return realTime(n, 15)
	}
	if n, ok := strings.CutPrefix(name, "RTMAX-"); ok {
		return realTime(n, 14)
	}
	for _, known := range Signals {
		if name == known {
			return true
		}
	}
	return false
}

func realTime(n string, most int) bool {
	i, err := strconv.Atoi(n)
	return err == nil && i >= 1 && i <= most && n == strconv.Itoa(i)
}
