package outcome_test

import (
	"strings"
	"testing"

	"dockwright/analysis"
	"dockwright/analysis/marker"
	"dockwright/analysis/outcome"
	"dockwright/analysis/text"
)

// TestRefused tells what the system has refused a command, and what a builder has refused a RUN.
func TestRefused(t *testing.T) {
	for src, c := range map[string]struct {
		exit              int
		log, reason, says string
	}{
		"RUN echo a && «wget http://127.0.0.1:9/x»":                                     {1, "a\nwget: can't connect to remote host (127.0.0.1): Connection refused", "", "a server on the network cannot be reached from the build (exit code 1)"},
		"RUN echo b && «wget http://127.0.0.1:9/x»":                                     {4, "b\nConnecting to 127.0.0.1:9... failed: Connection refused.", "", "a server on the network cannot be reached from the build (exit code 4)"},
		"RUN «curl http://127.0.0.1:9/x» && two":                                        {7, "curl: (7) Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server", "", "127.0.0.1 cannot be reached from the build (exit code 7)"},
		"RUN «curl http://127.0.0.1:8/x» && two":                                        {7, "curl: (7) Failed to connect to 127.0.0.1 port 8: Connection refused", "", "127.0.0.1 cannot be reached from the build (exit code 7)"},
		"RUN «echo x > /src/y» && two":                                                  {1, "/bin/sh: can't create /src/y: Read-only file system", "", "/src/y cannot be written, for its file system is read-only, as a bind mount is without the option rw (exit code 1)"},
		"RUN «echo x > /src/z» && two":                                                  {2, "/bin/sh: 1: cannot create /src/z: Read-only file system", "", "/src/z cannot be written, for its file system is read-only, as a bind mount is without the option rw (exit code 2)"},
		"RUN one && «touch /src/z»":                                                     {1, "touch: cannot touch '/src/z': Read-only file system", "", "/src/z cannot be written, for its file system is read-only, as a bind mount is without the option rw (exit code 1)"},
		"RUN --mount=type=secret,id=npmrc,target=/root/.npmrc «cat /run/secrets/npmrc»": {1, "cat: can't open '/run/secrets/npmrc': No such file or directory", "", "the secret npmrc is mounted at /root/.npmrc, not at /run/secrets/npmrc (exit code 1)"},
		"RUN --mount=type=secret,id=npmrc,target=/etc/n «cat /run/secrets/n»":           {1, "cat: can't open '/run/secrets/n': No such file or directory", "", "the secret npmrc is mounted at /etc/n, not at /run/secrets/n (exit code 1)"},
		"RUN --mount=type=secret,id=a,env=A «cat /run/secrets/a»":                       {1, "cat: can't open '/run/secrets/a': No such file or directory", "", "the secret a is given as a variable, and not as a file (exit code 1)"},
		"RUN --mount=type=secret,id=a,target=/run/secrets/n «cat /run/secrets/n»":       {1, "cat: can't open '/run/secrets/n': No such file or directory", "", "the build was not given the secret a: pass it in the argument secrets of image.build, such as [{\"id\": \"a\", \"file\": \"path of the file\"}] (exit code 1)"},
		"RUN «mkdir /bin» && two":                                                       {1, "mkdir: can't create directory '/bin': File exists", "", "/bin is there already: mkdir -p takes what is there (exit code 1)"},
		"RUN «mkdir /opt/x» && two":                                                     {1, "mkdir: cannot create directory ‘/opt/x’: File exists", "", "/opt/x is there already: mkdir -p takes what is there (exit code 1)"},
		"RUN «mkdir -p /opt/y» && two":                                                  {1, "mkdir: can't create directory '/opt/y': File exists", "", "/opt/y is there already, and is no folder (exit code 1)"},
		"RUN «ln -s /a /b» && two":                                                      {1, "ln: /b: File exists", "", "/b is there already: ln -sf replaces what is there (exit code 1)"},
		"RUN «ln -s /a /c» && two":                                                      {1, "ln: failed to create symbolic link '/c': File exists", "", "/c is there already: ln -sf replaces what is there (exit code 1)"},
		"RUN «rm /zzz» && two":                                                          {1, "rm: can't remove '/zzz': No such file or directory", "", "there is no file /zzz in the image at this point (exit code 1)"},
		"RUN «mv /zzz /a» && two":                                                       {1, "mv: can't rename '/zzz': No such file or directory", "", "there is no file /zzz in the image at this point (exit code 1)"},
		"RUN «mv /yyy /a» && two":                                                       {1, "mv: cannot stat '/yyy': No such file or directory", "", "there is no file /yyy in the image at this point (exit code 1)"},
		"RUN «echo ${VERSION:?must be given}» && two":                                   {2, "/bin/sh: VERSION: must be given", "", "the variable VERSION is not set at this point (exit code 2)"},
		"RUN «echo ${VERSION:?must be given}» && three":                                 {2, "/bin/sh: 1: VERSION: must be given", "", "the variable VERSION is not set at this point (exit code 2)"},
		"RUN «: ${VERSION?give it}» && two":                                             {1, "/bin/bash: line 1: VERSION: give it", "", "the variable VERSION is not set at this point (exit code 1)"},
		"RUN «: ${VERSION:?}» && two":                                                   {2, "/bin/sh: VERSION: parameter not set or null", "", "the variable VERSION is not set at this point (exit code 2)"},
		"RUN «: ${VERSION:?}» && three":                                                 {1, "/bin/bash: line 1: VERSION: parameter null or not set", "", "the variable VERSION is not set at this point (exit code 1)"},
		"RUN «cd /nodir» && ls":                                                         {2, "/bin/sh: cd: line 0: can't cd to /nodir: No such file or directory", "", "there is no folder /nodir in the image at this point (exit code 2)"},
		"RUN «cd /nodir» && two":                                                        {1, "/bin/bash: line 1: cd: /nodir: No such file or directory", "", "there is no folder /nodir in the image at this point (exit code 1)"},
		"RUN echo a && «timeout 1 sleep 5» && echo b":                                   {143, "a\nTerminated", "", "timeout ended it, as its time was up (exit code 143)"},
		"RUN «timeout 1 sleep 5» && sleep 1":                                            {124, "", "", "timeout ended it, as its time was up (exit code 124)"},
		"RUN «sudo service timeout && two»":                                             {124, "", "", "it ended with exit code 124"},
		"RUN one && «sudo -u me A=b timeout 1 sleep 5» && two":                          {124, "", "", "timeout ended it, as its time was up (exit code 124)"},
		"RUN one && «gosu me nice -n 5 timeout 1 sleep 5» && two":                       {124, "", "", "timeout ended it, as its time was up (exit code 124)"},
		"RUN «sleep 5»":                                                                 {143, "Terminated", "", "it was stopped from outside (SIGTERM) (exit code 143)"},
		"RUN «/etc»":                                                                    {126, "/bin/sh: /etc: Permission denied", "", "/etc is a folder, and no program (exit code 126)"},
		"WORKDIR /srv/app\nRUN «/srv/app»":                                              {126, "/bin/sh: 1: /srv/app: Permission denied", "", "/srv/app is a folder, and no program (exit code 126)"},
		"RUN «/opt/x» && two":                                                           {126, "/bin/bash: line 1: /opt/x: Is a directory", "", "/opt/x is a folder, and no program (exit code 126)"},
		"RUN «cat /opt» && two":                                                         {1, "cat: read error: Is a directory", "", "it ended with exit code 1: cat: read error: Is a directory"},
		"USER 0:nogrp\nRUN «id»":                                                        {0, "", "unable to find user 0: invalid argument", "the image has no group nogrp at this point"},
		"USER 0:staff\nRUN «id»":                                                        {0, "", "unable to find group staff: no matching entries in group file", "the image has no group staff at this point"},
		"USER 0:nogroup\nRUN «id»":                                                      {0, "", `determining run gid: group: unknown group error looking up group "nogroup"`, "the image has no group nogroup at this point"},
		"USER me:nogroup\nRUN «id»":                                                     {0, "", `unable to find user me: no matching entries in passwd file`, "the image has no user me at this point"},
		"USER 1000\nRUN «id»":                                                           {0, "", "unable to find user 1000: invalid argument", "the image has no user 1000 at this point. This builder looks a number up where the group is left out: write USER 1000:1000"},
		"RUN «--mount=type=bind,from=b,source=/nodir,target=/m» cat /m":                 {1, "runc run failed: unable to start container process: error during container init: error mounting \"/var/lib/docker/overlay2/4c53f0a1b2c3d4e5f60718293/merged/nodir\" to rootfs at \"/m\": stat /var/lib/docker/overlay2/4c53f0a1b2c3d4e5f60718293/merged/nodir: no such file or directory", "", "/nodir is not in the image or named context b (exit code 1)"},
	} {
		t.Run(src, func(t *testing.T) {
			marked := marker.Parse("FROM a\n" + src + "\n")
			reason := c.reason
			if reason == "" {
				reason = "exit code"
			}
			blame := outcome.Explain(analysis.Parse(marked.Text, nil), outcome.Failure{Step: "RUN", Line: strings.Count(src, "\n") + 2, ExitCode: c.exit, Log: c.log, Reason: reason})
			if got := blame.Finding.Span; got != marked.Ranges[0] {
				t.Errorf("%q is blamed, want %q", got.In(marked.Text), marked.Ranges[0].In(marked.Text))
			}
			if first, _, _ := strings.Cut(blame.Finding.Message, "\n"); first != "Build failed: "+c.says {
				t.Errorf("%s, want %s", first, c.says)
			}
			if strings.Contains(c.says, "is a folder") && len(blame.Finding.Fixes) > 0 {
				t.Errorf("fixes: %+v", blame.Finding.Fixes)
			}
		})
	}
}

// TestMissingAnd offers to put && in front of a line only where the log does not tell another cause.
func TestMissingAnd(t *testing.T) {
	const offered = "Put && in front of "
	for script, c := range map[string]struct{ log, and, hint string }{
		"apt-get update \\\n apt-get install -y jq":                    {"E: The update command takes no arguments", "apt-get", "There is no && in front of apt-get on line 3"},
		"apt-get install -y jq \\\n mkdir /x":                          {"E: Unable to locate package mkdir", "mkdir", "There is no && in front of mkdir on line 3"},
		"curl -fo /x http://a.example \\\n tar xf /x":                  {"curl: (6) Could not resolve host: tar", "tar", "There is no && in front of tar on line 3"},
		"curl -fo /x http://a.example \\\n tar xf /y":                  {"curl: (6) Could not resolve host: a.example", "", "a.example cannot be reached"},
		"apt install foo \\\n rm -rf /x":                               {"E: Command line option 'r' [from -rf] is not understood in combination with the other options.", "rm", "There is no && in front of rm on line 3"},
		"apt install foo \\\n rm --dir /x":                             {"E: Command line option --dir is not understood in combination with the other options", "rm", "There is no && in front of rm on line 3"},
		"apt install -Q foo \\\n rm /x":                                {"E: Command line option 'Q' [from -Q] is not understood in combination with the other options.", "", ""},
		"apt-get clean \\\n rm -rf /x":                                 {"E: Command line option 'r' [from -rf] is not understood in combination with the other options.", "rm", "There is no && in front of rm on line 3"},
		"docker-php-ext-install \\\n curl \\\n zip":                    {"Error: x", "", ""},
		"nix-env -iA \\\n curl \\\n git":                               {"error: x", "", ""},
		"poetry run \\\n python x":                                     {"it did not work", "", ""},
		"poetry run \\\n python y":                                     {"Command not found: python", "", ""},
		"uv run \\\n python x":                                         {"error: x", "", ""},
		"bundle exec \\\n rm x":                                        {"bundler: command not found: rm", "", ""},
		"xvfb-run \\\n npm test":                                       {"x", "", ""},
		"strace -f \\\n python x":                                      {"python: can't open file 'x': No such file or directory", "", ""},
		"retry 3 \\\n curl x":                                          {"x", "", ""},
		"tini -- \\\n python x":                                        {"x", "", ""},
		"docker-compose run \\\n npm test":                             {"x", "", ""},
		"sudo apt-get install -y \\\n curl":                            {"E: Something", "", ""},
		"env DEBIAN_FRONTEND=noninteractive apt-get install \\\n curl": {"W: Failed to fetch http://d/x  Temporary failure resolving 'd.example'\nE: Unable to locate package curl", "", "d.example cannot be reached from the build"},
		"python3 -m pip install \\\n yarn":                             {"ERROR: Something", "", ""},
		"tdnf install \\\n tar":                                        {"Error: x", "", ""},
		"cp $X \\\n rm $Y":                                             {"cp: x\nE: Unable to write (13: Permission denied)", "", ""},
		"useradd -m \\\n git":                                          {"useradd: user 'git' already exists", "", ""},
		"pacman -S \\\n git":                                           {"error: x", "", ""},
		"pnpm add -g \\\n yarn":                                        {"ERR_PNPM_X", "", ""},
		"apt-get install \\\n apt":                                     {"E: Something", "", ""},
		"xargs -0 \\\n rm -f":                                          {"rm: x", "", ""},
		"find / -exec \\\n chmod 1 {} +":                               {"chmod: x", "", ""},
		"cp /a \\\n rm":                                                {"cp: cannot stat '/a': No such file or directory", "", "there is no file /a"},
	} {
		blame := outcome.Explain(analysis.Parse("FROM a\nRUN "+script+"\n", nil), outcome.Failure{Line: 2, ExitCode: 1, Log: c.log, Reason: "exit code"})
		and := ""
		for _, fix := range blame.Finding.Fixes {
			if name, ok := strings.CutPrefix(fix.Title, offered); ok {
				and = name
				if fix.Preferred {
					t.Errorf("%s: %q is preferred", script, fix.Title)
				}
			}
		}
		if and != c.and || !strings.Contains(blame.Finding.Message, c.hint) || c.and == "" && strings.Contains(blame.Finding.Message, "There is no &&") {
			t.Errorf("%s: && is put in front of %q: %s", script, and, blame.Finding.Message)
		}
	}
	blame := outcome.Explain(analysis.Parse("FROM a\nRUN apt-get install -y jq \\\n mkdir /x\n", nil), outcome.Failure{Line: 2, ExitCode: 100, Log: "E: Unable to locate package mkdir", Reason: "exit code"})
	if len(blame.Finding.Fixes) != 2 {
		t.Errorf("another fix is lost: %+v", blame.Finding.Fixes)
	}
}

// TestNotExecutable tells of a copied file that cannot be run only where it is that which is denied, and by whom it can be changed.
func TestNotExecutable(t *testing.T) {
	const asApp = "COPY run.sh /\nUSER app\n"
	for name, c := range map[string]struct {
		steps, log string
		exit       int
		says       string
		fixes      string // their titles
	}{
		"root":                 {"COPY run.sh /\nRUN /run.sh", "/bin/sh: /run.sh: Permission denied", 126, "the file run.sh is not executable in the image: copy it by COPY --chmod=755, or run chmod +x on it first (exit code 126)", "Make /run.sh executable first, Copy it with --chmod=755"},
		"another user":         {asApp + "RUN /run.sh", "/bin/sh: /run.sh: Permission denied", 126, "the file run.sh is not executable in the image: copy it by COPY --chmod=755 (exit code 126)", "Copy it with --chmod=755"},
		"nothing but the code": {asApp + "RUN /run.sh", "", 126, "the file run.sh is not executable in the image: copy it by COPY --chmod=755 (exit code 126)", "Copy it with --chmod=755"},
		"what the file does":   {asApp + "RUN /run.sh", "E: Could not open lock file /var/lib/dpkg/lock - open (13: Permission denied)", 100, "permission denied (exit code 100). It runs as the user app of line 3: do it above that line, or give the user the folder by chown", ""},
		"what a shell reads":   {asApp + "RUN sh /run.sh", "sh: can't open '/run.sh': Permission denied", 2, "permission denied: /run.sh (exit code 2). It runs as the user app of line 3: do it above that line, or give the user the folder by chown", ""},
		"from a stage":         {"COPY --from=b run.sh /\nUSER app\nRUN /run.sh", "/bin/sh: /run.sh: Permission denied", 126, "permission denied: /run.sh (exit code 126). The user app cannot make /run.sh executable, if it is not: copy it by COPY --chmod=755", ""},
		"a file of the image":  {"USER app\nRUN /sbin/x", "/bin/sh: /sbin/x: Permission denied", 126, "permission denied: /sbin/x (exit code 126). It runs as the user app of line 2: do it above that line, or give the user the folder by chown", ""},
	} {
		doc := analysis.Parse("FROM a\n"+c.steps+"\n", nil)
		blame := outcome.Explain(doc, outcome.Failure{Line: strings.Count(c.steps, "\n") + 2, ExitCode: c.exit, Log: c.log, Reason: "exit code"})
		for _, path := range blame.Ran {
			blame.RanFile(path, []byte("#!/bin/sh\n"))
		}
		var titles []string
		for _, fix := range blame.Finding.Fixes {
			titles = append(titles, fix.Title)
		}
		if got, _, _ := strings.Cut(blame.Finding.Message, "\n"); got != "Build failed: "+c.says || strings.Join(titles, ", ") != c.fixes {
			t.Errorf("%s: %s; fixes: %q", name, got, titles)
		}
	}
}

// TestHostFolder shows the paths of an engine as a step sees them, and those of a program as they are.
func TestHostFolder(t *testing.T) {
	const layer, short = "a7b3c9d1a7b3c9d1a7b3c9d1a7b3c9d1a7b3c9d1a7b3c9d1a7b3c9d1a7b3c9d1", "uvw02l9umfwtwkb7as4oyubw1"
	for said, shown := range map[string]string{
		"/var/lib/docker/overlay2/" + short + "/merged/app/src":                           "/app/src",
		"/engine/data/overlay/" + layer + "/merged/etc/x":                                 "/etc/x",
		"/var/lib/containers/storage/vfs/dir/" + layer + "/etc/x":                         "/etc/x",
		"/var/lib/docker/btrfs/subvolumes/" + layer + "/etc/x":                            "/etc/x",
		"/var/lib/docker/zfs/graph/" + layer + "/etc/x":                                   "/etc/x",
		"/var/lib/buildkit/runc-overlayfs/snapshots/snapshots/12/fs/etc/x":                "/etc/x",
		"/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/etc/x": "/etc/x",
		"/var/lib/buildkit/runc-overlayfs/executor/" + short + "/rootfs/etc/x":            "/etc/x",
		"/go/src/x/zfs/module/fs/dir.go":                                                  "/go/src/x/zfs/module/fs/dir.go",
		"/app/src/snapshots/deep/fs/a.js":                                                 "/app/src/snapshots/deep/fs/a.js",
		"/app/overlay/base/merged/a.js":                                                   "/app/overlay/base/merged/a.js",
	} {
		doc := analysis.Parse("FROM a\nRUN b\n", nil)
		blame := outcome.Explain(doc, outcome.Failure{Line: 2, Reason: "it failed: " + said + ": broken"})
		if want := "Build failed: it failed: " + shown + ": broken"; blame.Finding.Message != want {
			t.Errorf("%s: %s", said, blame.Finding.Message)
		}
		blame = outcome.Explain(doc, outcome.Failure{Line: 2, ExitCode: 1, Reason: "exit code: 1", Log: said + ":3: broken"})
		if !strings.HasSuffix(blame.Finding.Message, "\n"+said+":3: broken") {
			t.Errorf("%s: of a program: %s", said, blame.Finding.Message)
		}
	}
}

// TestKeptOut names the line of an ignore file that keeps a file out which a command misses in the image.
func TestKeptOut(t *testing.T) {
	for steps, want := range map[string]string{
		"COPY . /x\nRUN cat /x/conf/app.env":                     "conf/app.env",
		"WORKDIR /app\nCOPY . .\nRUN cat conf/app.env":           "conf/app.env",
		"WORKDIR /app\nCOPY . /x\nRUN cat /x/conf/app.env":       "conf/app.env",
		"COPY . /x\nRUN cat /y/conf/app.env":                     "",
		"COPY --from=b . /x\nCOPY . /x\nRUN cat /x/conf/app.env": "",
	} {
		file := steps[strings.LastIndex(steps, "cat ")+4:]
		blame := outcome.Explain(analysis.Parse("FROM a\n"+steps+"\n", nil), outcome.Failure{Line: strings.Count(steps, "\n") + 2, ExitCode: 1, Log: "cat: can't open '" + file + "': No such file or directory", Reason: "exit code"})
		if blame.Expected != want {
			t.Errorf("%s: %q is expected, want %q", steps, blame.Expected, want)
		}
		if want == "" {
			continue
		}
		blame.KeptOut(".dockerignore", 2, "**/*.env")
		if says := "conf/app.env is kept out of the build context by line 2 of .dockerignore: **/*.env\n"; !strings.Contains(blame.Finding.Message, says) {
			t.Error(blame.Finding.Message)
		}
	}
}

// TestMeant offers to write another source where the file has the one that is missing.
func TestMeant(t *testing.T) {
	for src, fixed := range map[string]string{
		"FROM a\nCOPY a scr /x\n":                                 "FROM a\nCOPY a src /x\n",
		"FROM a\nRUN --mount=type=bind,target=/y,source=scr ls\n": "FROM a\nRUN --mount=type=bind,target=/y,source=src ls\n",
		"FROM a\nRUN --mount=type=bind,source=scr,target=/y ls\n": "FROM a\nRUN --mount=type=bind,source=src,target=/y ls\n",
	} {
		blame := outcome.Explain(analysis.Parse(src, nil), outcome.Failure{Line: 2, Reason: `failed to compute cache key: "/scr": not found`})
		if got := blame.SourceSpan.In(src); got != "scr" {
			t.Errorf("%s: the source is %q", src, got)
		}
		blame.Meant("src")
		if want := "Build failed: scr is not in the build context (did you mean src?)"; blame.Finding.Message != want {
			t.Error(blame.Finding.Message)
		}
		if len(blame.Finding.Fixes) != 1 {
			t.Fatalf("fixes: %+v", blame.Finding.Fixes)
		}
		if got, err := text.Apply(src, blame.Finding.Fixes[0].Edits); err != nil || got != fixed {
			t.Errorf("fixed is %q, %v", got, err)
		}
	}
}

// TestDangling tells where a source that is a link leads.
func TestDangling(t *testing.T) {
	blame := outcome.Explain(analysis.Parse("FROM a\nCOPY link /x\n", nil), outcome.Failure{Line: 2, Reason: `failed to compute cache key: "/link": not found`})
	blame.Dangling("/etc/nope")
	if want := "Build failed: link is a link to /etc/nope, which is not in the build context: a link leads nowhere outside of it"; blame.Finding.Message != want {
		t.Error(blame.Finding.Message)
	}
}
