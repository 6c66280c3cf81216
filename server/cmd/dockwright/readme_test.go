package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// example is the Dockerfile of the README's transcript.
const example = `FROM golang:1.26 AS Build
WORKDIR /src
COPY . .
RUN go build -o /app .

FROM alpine
COPY --form=Build /app /app
ENV PORT 8080
EXPOSE $PORT/TCP
CMD /app --port 8080
`

func TestReadmeShowsWhatCheckPrints(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("Dockerfile", []byte(example), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := runCheck([]string{"Dockerfile"}, strings.NewReader(""), &out, &errs); code != 1 || errs.Len() > 0 {
		t.Fatalf("exit code %d, %s", code, errs.String())
	}
	if shown := "$ dockwright check Dockerfile\n" + out.String() + "```"; !strings.Contains(string(readme), shown) {
		t.Errorf("the README does not show what check prints:\n%s", out.String())
	}
}
