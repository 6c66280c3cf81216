package model

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockwright/analysis/catalog"
	"dockwright/analysis/syntax"
	"dockwright/analysis/text"
)

// Port is one argument of EXPOSE, taken apart.
type Port struct {
	HostIP, HostPort string // wrong in EXPOSE; empty if they are not there
	Container        string // a port or a range
	Protocol         string // as written; empty stands for tcp
}

// ParsePort takes apart "[ip:][host:]container[/protocol]".
func ParsePort(s string) Port {
	parts := strings.Split(s, ":")
	p := Port{Container: parts[len(parts)-1]}
	if n := len(parts); n > 1 {
		p.HostPort = parts[n-2]
		p.HostIP = strings.Join(parts[:n-2], ":")
	}
	p.Container, p.Protocol, _ = strings.Cut(p.Container, "/")
	return p
}

// expose expands each argument, which can give several words, and checks the ports.
func (r *resolver) expose(step *Step, where site) {
	for _, w := range step.In.Words {
		v, _ := r.expand(w, where)
		step.Values = append(step.Values, v)
		if !v.Known {
			continue
		}
		result, err := r.process(r.lex, w.Value, where.env)
		if err != nil {
			continue // reported by expand, or too long
		}
		for _, p := range result.Words {
			r.port(step, v.Word, p)
		}
	}
}

// port reports the first thing that BuildKit rejects in one port, on the part to blame if the word was written so.
func (r *resolver) port(step *Step, word syntax.Word, s string) {
	p := ParsePort(s)
	part, why := p.Invalid()
	if why == "" {
		return
	}
	span := word.Span
	if i := strings.LastIndex(word.Value, part); word.Value == s && i >= 0 && part != "" {
		span = step.In.Line.Part(word, i, i+len(part)).Span
	}
	r.problem(CodePort, step.Blame(span), "Invalid port %q: %s", text.Excerpt(s), why)
}

// Invalid is the part that BuildKit rejects, and why; both empty if it takes p.
func (p Port) Invalid() (part, why string) {
	switch strings.ToLower(p.Protocol) {
	case "", "tcp", "udp", "sctp":
	default:
		return p.Protocol, fmt.Sprintf("invalid proto: %s (tcp, udp or sctp)", p.Protocol)
	}
	if !isHostIP(p.HostIP) {
		return p.HostIP, "invalid IP address: " + p.HostIP
	}
	first, last, err := portRange(p.Container)
	if err != nil {
		return p.Container, fmt.Sprintf("invalid containerPort: %s (%s)", p.Container, err)
	}
	if p.HostPort == "" {
		return "", ""
	}
	hostFirst, hostLast, err := portRange(p.HostPort)
	if err != nil {
		return p.HostPort, fmt.Sprintf("invalid hostPort: %s (%s)", p.HostPort, err)
	}
	if last-first != hostLast-hostFirst && first != last {
		return "", fmt.Sprintf("invalid ranges specified for container and host Ports: %s and %s", p.Container, p.HostPort)
	}
	return "", ""
}

// isHostIP reports whether BuildKit takes s for an address: in brackets or without, and with no zone.
func isHostIP(s string) bool {
	if inside, ok := strings.CutPrefix(s, "["); ok {
		if s, ok = strings.CutSuffix(inside, "]"); !ok {
			return false
		}
	}
	ip, err := netip.ParseAddr(s)
	return s == "" || err == nil && ip.Zone() == ""
}

func portRange(s string) (first, last int, err error) {
	start, end, isRange := strings.Cut(s, "-")
	if first, err = portNumber(start); err != nil || !isRange || start == end {
		return first, first, err
	}
	if last, err = portNumber(end); err == nil && last < first {
		err = fmt.Errorf("the range ends before it begins")
	}
	return first, last, err
}

func portNumber(s string) (int, error) {
	if s == "" {
		return 0, fmt.Errorf("no port specified")
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("a port is a number")
	}
	if n < 0 || n > 65535 {
		return 0, fmt.Errorf("value out of range (0–65535)")
	}
	return n, nil
}

func (r *resolver) signal(step *Step) {
	for _, v := range step.Values {
		if v.Known && !catalog.IsSignal(v.Text) {
			r.problem(CodeSignal, step.Blame(v.Word.Span), "Invalid signal: %s", text.Excerpt(v.Text))
		}
	}
}
