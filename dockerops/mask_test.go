package dockerops_test

import (
	"strings"
	"testing"

	"dockwright/dockerops"
)

func TestMaskVariable(t *testing.T) {
	for _, variable := range []struct{ name, value, want string }{
		{"DB_PASSWORD", "x", dockerops.Masked}, {"apiToken", "x", dockerops.Masked}, {"AWS_SECRET_ACCESS_KEY", "x", dockerops.Masked},
		{"PGPASS_FILE", "/x", "/x"}, {"PASS", "x", dockerops.Masked}, {"AUTHOR", "ann", "ann"}, {"TOKEN", "", ""}, {"PATH", "/bin", "/bin"},
		{"DATABASE_URL", "postgres://ann:pw@db/x", "postgres://ann:" + dockerops.Masked + "@db/x"},
		{"REPO", "https://tok@git.example/x", "https://" + dockerops.Masked + "@git.example/x"},
		{"URL", "https://example.org/a@b", "https://example.org/a@b"}, {"MAIL", "ann@example.org", "ann@example.org"},
		{"GITHUB_PAT", "x", dockerops.Masked}, {"COMPAT", "x", "x"}, {"PWD", "/srv", "/srv"}, {"DB_PWD", "x", dockerops.Masked}, {"LOGIN", "ghp_abcdefghijklmnopqrstuvwxyz", dockerops.Masked}, {"LOGIN", "ghp_x", "ghp_x"},
		{"CONN", "Server=x;Password=hunter2;", "Server=x;Password=" + dockerops.Masked + ";"}, {"CONN", "AccountKey=abc==;x=y", "AccountKey=" + dockerops.Masked + ";x=y"}, {"FLAGS", "--passwd-file=x", "--passwd-file=x"},
		{"BROKEN", "amqp://ann:p%%w@mq:1/x", "amqp://ann:" + dockerops.Masked + "@mq:1/x"},
	} {
		got := dockerops.MaskVariable(variable.name, variable.value)
		if got.Value != variable.want || got.Masked != (variable.want != variable.value) {
			t.Errorf("%s=%s: got %+v", variable.name, variable.value, got)
		}
	}
}

func TestSecretParts(t *testing.T) {
	for value, want := range map[string]string{
		"hunter2": "hunter2", "https://ann:pw@x/y": "https://ann:pw@x/y pw", "https://tok@x/y": "https://tok@x/y tok", "https://ann:p%40ss@x/y": "https://ann:p%40ss@x/y p%40ss p@ss", "amqp://ann:p%%w@mq:1/x": "amqp://ann:p%%w@mq:1/x p%%w", "Server=x;Password=a;Pwd=b": "Server=x;Password=a;Pwd=b a b",
	} {
		if got := strings.Join(dockerops.SecretParts(value), " "); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

func TestMaskArgv(t *testing.T) {
	argv := []string{"serve", "--password=hunter2 hunter2", "--api-token", "hunter2", "--token", "--port", "80", "sh", "-c", "TOKEN=hunter2 run", "KEY_ID=hunter2", "login --password hunter2"}
	got := strings.Join(dockerops.MaskArgv(argv), " ")
	if want := "serve --password=* --api-token * --token --port 80 sh -c TOKEN=* run KEY_ID=* login --password *"; strings.ReplaceAll(got, dockerops.Masked, "*") != want {
		t.Errorf("got %s", got)
	}
	if labels := dockerops.MaskLabels(map[string]string{"secret_label": "hunter2", "team": "a"}); labels["secret_label"] != dockerops.Masked || labels["team"] != "a" {
		t.Errorf("got %v", labels)
	}
}

func TestMaskText(t *testing.T) {
	got := dockerops.MaskText(`|2 A=1 NPM_TOKEN=hunter2 /bin/sh -c curl https://ann:hunter2@x.example && PASSWORD="hunter2 hunter2" run`)
	if strings.Contains(got, "hunter2") || !strings.Contains(got, "A=1") || !strings.HasSuffix(got, " run") {
		t.Errorf("got %s", got)
	}
}
