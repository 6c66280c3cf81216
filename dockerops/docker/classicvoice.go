package docker

import (
	"regexp"
	"strconv"
	"strings"
)

// The classic builder's own words and what its commands write come in one stream. What tells them apart:
//
// Docker says which container a command runs in, and that it removes that one: all between the two, the command has written.
//
// Podman does not say where a command ends. What could be its own words is held back until it is known what follows: the next step,
// or the end of a build that went well. Then only as much of it is Podman's as it says there, and anything before, the command has written.
var (
	dockerHeader = regexp.MustCompile(`^Step (\d+)/(\d+) : (.*)`)
	podmanHeader = regexp.MustCompile(`^(?:\[(\d+)/(\d+)\] )?STEP (\d+)/(\d+): (.*)`)

	dockerRuns    = regexp.MustCompile(`^ ---> Running in ([0-9a-f]{12,64})\n$`)
	dockerRan     = regexp.MustCompile(`^(?: ---> Removed|Removing) intermediate container ([0-9a-f]{12,64})\n$`)
	dockerCached  = regexp.MustCompile(`^ ---> Using cache\n$`)
	dockerChatter = regexp.MustCompile(`^(?: ---> |Successfully tagged |\[Warning\] One or more build-args |\n$)`)
	builtID       = regexp.MustCompile(`^Successfully built ([0-9a-f]{12,64})\n$`)

	// podmanWords are what Podman says besides headers, each with the letter that stands for it below.
	podmanWords = map[byte]*regexp.Regexp{
		'b': builtID,
		'c': regexp.MustCompile(`^(?:\[\d+/\d+\] )?COMMIT(?: \S+)?\n$`),
		'h': regexp.MustCompile(`^([0-9a-f]{64})\n$`),
		'i': regexp.MustCompile(`^--> [0-9a-f]{11,64}\n$`),
		't': regexp.MustCompile(`^Successfully tagged \S+\n$`),
		'u': regexp.MustCompile(`^--> Using cache [0-9a-f]{64}\n$`),
		'w': regexp.MustCompile(`^\[Warning\] one or more build args were not consumed: .*\n$`),
	}
	beforeStep = regexp.MustCompile(`(?:u?i)?$`)
	afterWait  = regexp.MustCompile(`(?:u?i){0,2}$`)
	beforeEnd  = regexp.MustCompile(`(?:u?ci|u?i)?w?t*h?b?t*$`)
	inFailure  = regexp.MustCompile(`$`)
)

// maxHeld bounds what is held back, in lines. Podman says one for each tag.
const maxHeld = 100

// header is how the builder announces a step.
type header struct {
	podman        bool
	stage, stages string // "" where the builder does not number them
	number, total int
	instruction   string
}

func headerIn(text string) (h header, ok bool) {
	found := podmanHeader.FindStringSubmatch(text)
	if h.podman = found != nil; !h.podman {
		if found = dockerHeader.FindStringSubmatch(text); found == nil {
			return h, false
		}
		found = append([]string{"", "", ""}, found[1:]...)
	}
	h.stage, h.stages, h.instruction = found[1], found[2], found[5]
	h.number, _ = strconv.Atoi(found[3])
	h.total, _ = strconv.Atoi(found[4])
	return h, true
}

// follows reports whether the builder may announce h next. Podman goes through the stages in any order, and leaves one that waits for
// another at the step that needs it.
func (p *classicProgress) follows(h header) bool {
	last, before := p.last, p.stages[h.stage]
	switch {
	case last.number == 0:
		return h.number == 1
	case h.podman != last.podman || h.stages != last.stages || h.podman && last.number > 1 && !p.committed && !(h.stage != last.stage && waits.MatchString(last.instruction)):
		return false
	case before.number == 0:
		return h.number == 1
	}
	// Podman learns of what a base image triggers when it has it.
	return h.number == before.number+1 && (h.total == before.total || h.podman && before.number == 1 && h.total > before.total)
}

// waits is how an instruction begins that can need another stage.
var waits = regexp.MustCompile(`(?i)^\w+\s+(?:--\S+\s+)*--(?:from=|mount=\S*from=)`)

// line is one piece of the text: of the builder, or of what a step runs.
func (p *classicProgress) line(text string) {
	if p.container != "" {
		if ran := dockerRan.FindStringSubmatch(text); ran != nil && ran[1] == p.container {
			p.container = ""
		} else {
			p.log(text)
		}
		return
	}
	if h, ok := headerIn(text); ok && p.follows(h) {
		if h.number > 1 && h.stage != p.last.stage {
			p.settle(afterWait)
		} else {
			p.settle(beforeStep)
		}
		p.begin(h)
		return
	}
	if p.last.podman {
		p.hold(text)
	} else {
		p.dockerSays(text)
	}
}

func (p *classicProgress) dockerSays(text string) {
	if runs := dockerRuns.FindStringSubmatch(text); runs != nil {
		p.container = runs[1]
	} else if built := builtID.FindStringSubmatch(text); built != nil {
		p.said = built[1]
	} else if dockerCached.MatchString(text) {
		p.cached()
	} else if !dockerChatter.MatchString(text) {
		p.log(text)
	}
}

// hold keeps back what can be Podman's words.
func (p *classicProgress) hold(text string) {
	for letter, word := range podmanWords {
		if !word.MatchString(text) {
			continue
		}
		if len(p.held) >= maxHeld {
			p.settle(inFailure)
		}
		p.held, p.letters = append(p.held, text), append(p.letters, letter)
		p.committed = p.committed || letter == 'i'
		return
	}
	p.settle(inFailure)
	p.log(text)
}

// settle decides on what was held back: what matches own is the builder's.
func (p *classicProgress) settle(own *regexp.Regexp) {
	held, letters := p.held, string(p.letters)
	p.held, p.letters = nil, nil
	from := own.FindStringIndex(letters)[0]
	for _, text := range held[:from] {
		p.log(text)
	}
	for i, text := range held[from:] {
		switch letter := letters[from+i]; letter {
		case 'u':
			p.cached()
		case 'b', 'h':
			p.said = strings.TrimSpace(podmanWords[letter].FindStringSubmatch(text)[1])
		}
	}
}

// end is the end of a build that went well: only then is there an image.
func (p *classicProgress) end() {
	p.settle(beforeEnd)
	p.endStep("")
	if p.imageID = p.aux; p.imageID == "" {
		p.imageID = p.said
	}
}
