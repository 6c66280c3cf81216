package walkthrough_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// multiStage are Dockerfiles as people write them, on bases that are there without a network. The number is of the history's rows that
// are the Dockerfile's.
var multiStage = map[string]struct {
	text string
	rows int
}{
	"python service": {`FROM python:3.11-slim AS build
WORKDIR /src
COPY app.py .
RUN python3 -c "open('/src/built', 'w').write('x' * 50000)"
FROM python:3.11-slim
WORKDIR /app
COPY --from=build /src/built ./
COPY app.py ./
ENV PYTHONUNBUFFERED=1
EXPOSE 8000
USER 1000
CMD ["python3", "app.py"]
`, 7},
	"stage by number":  {"FROM busybox:latest\nRUN head -c 7000 /dev/zero > /seven\nFROM busybox:latest\nCOPY --from=0 /seven /\nRUN rm /seven\n", 2},
	"stage on a stage": {"FROM busybox:latest AS base\nENV A=1\nRUN echo base > /base\nFROM base AS test\nRUN echo test > /test\nFROM base\nRUN echo final > /final\nLABEL a=b\n", 4},
	"scratch":          {"FROM busybox:latest AS tools\nRUN head -c 12345 /dev/zero > /data\nFROM scratch\nCOPY --from=tools /bin/busybox /bin/sh\nCOPY --from=tools /data /data\nENTRYPOINT [\"/bin/sh\"]\n", 3},
	"arguments":        {"ARG TAG=latest\nFROM busybox:$TAG AS one\nARG N=100\nRUN head -c $N /dev/zero > /n\nFROM busybox:$TAG\nARG N=200\nRUN head -c $N /dev/zero > /m\nCOPY --from=one /n /\n", 3},
	"onbuild":          {"FROM busybox:latest AS base\nONBUILD RUN head -c 4000 /dev/zero > /trigger\nFROM base\nRUN head -c 300 /dev/zero > /own\n", 2},
	"health and shell": {"FROM busybox:latest AS a\nRUN echo 1 > /1\nFROM busybox:latest\nSHELL [\"/bin/ash\", \"-e\", \"-c\"]\nRUN echo 2 > /2\nHEALTHCHECK CMD true\nSTOPSIGNAL SIGINT\nVOLUME /data\n", 5},
	"continued":        {"FROM busybox:latest AS a\nRUN mkdir -p /x \\\n  # a comment\n  && head -c 999 /dev/zero > /x/y\nFROM busybox:latest\nCOPY --from=a \\\n  /x \\\n  /x\nWORKDIR /x/z\n", 2},
	"three in a row":   {"FROM busybox:latest AS a\nRUN head -c 10 /dev/zero > /a\nFROM busybox:latest AS b\nCOPY --from=a /a /\nRUN head -c 20 /dev/zero > /b\nFROM busybox:latest AS c\nCOPY --from=b /a /b /\nADD app.py /\n", 2},
	"lower case":       {"from busybox:latest as a\nrun head -c 64 /dev/zero > /a\nfrom busybox:latest\ncopy --from=a /a /\nmaintainer somebody\ncmd sh\n", 3},
}

// TestSizesAndTimes holds what is shown on the lines against docker history and the builder's own timings.
func TestSizesAndTimes(t *testing.T) {
	e := progressing(t)
	for _, method := range []string{"window/showMessage", "$/progress", "dockwright/job/output"} {
		e.Ignore(method)
	}
	if err := private.NeedPython(); err != nil {
		t.Fatal(err)
	}
	number := 0
	for name, c := range multiStage {
		number++
		t.Run(name, func(t *testing.T) {
			tag := fmt.Sprintf("sizes:v%d", number)
			dir := project(t, map[string]string{"Dockerfile": c.text, "app.py": "print('hello')\n"})
			result := must[struct {
				Instructions []struct {
					Line       int
					Size       *int64
					DurationMs int64
					Cached     bool
				}
				Steps []struct {
					Name               string
					Started, Completed time.Time
					Cached             bool
				}
			}](t, e, "image.build", m{"dockerfile": filepath.Join(dir, "Dockerfile"), "tags": []string{tag}, "noCache": true})
			var want, got []int64
			for _, row := range strings.Fields(elsewhere(t, "history", "--human=false", "--format", "{{.Size}}", tag))[:c.rows] {
				size, err := strconv.ParseInt(row, 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, size)
			}
			shown := int64(0) // what is not of a stage that was copied from only
			took := int64(0)
			for _, i := range result.Instructions {
				took += i.DurationMs
				if i.Size != nil {
					got = append([]int64{*i.Size}, got...)
					shown += *i.Size
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("sizes on the lines %v, docker history says %v", got, want)
			}
			all := int64(0)
			for _, step := range result.Steps {
				if strings.HasPrefix(step.Name, "[") && !strings.HasPrefix(step.Name, "[internal]") && !strings.Contains(step.Name, "] FROM ") && !step.Cached {
					all += step.Completed.Sub(step.Started).Milliseconds()
				}
			}
			if off := all - took; off < -20 || off > 20 { // what rounding to milliseconds loses
				t.Errorf("times on the lines come to %d ms, the builder's to %d ms", took, all)
			}
		})
	}
}
