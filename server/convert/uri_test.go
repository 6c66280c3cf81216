package convert

import "testing"

func TestURIToPath(t *testing.T) {
	for _, c := range []struct {
		uri, unix, windows string // empty: names no file
	}{
		{"file:///srv/app/Dockerfile", "/srv/app/Dockerfile", `\srv\app\Dockerfile`},
		{"file:///srv/a%20b%2Bc/Dockerfile", "/srv/a b+c/Dockerfile", `\srv\a b+c\Dockerfile`},
		{"file:///srv/100%/Dockerfile", "/srv/100%/Dockerfile", `\srv\100%\Dockerfile`},
		{"file:///c%3A/app/Dockerfile", "/c:/app/Dockerfile", `C:\app\Dockerfile`},
		{"file:///C:/app/Dockerfile", "/C:/app/Dockerfile", `C:\app\Dockerfile`},
		{"FILE:///a/b", "/a/b", `\a\b`},
		{"file://localhost/a/b", "/a/b", `\a\b`},
		{"file:/a/b", "/a/b", `\a\b`},
		{"file://wsl$/Ubuntu/home/D", "", `\\wsl$\Ubuntu\home\D`},
		{"file://wsl%24/Ubuntu/home/D", "", `\\wsl$\Ubuntu\home\D`},
		{"file:///a/%00b", "", ""},
		{"untitled:Untitled-1", "", ""},
		{"git:/a/Dockerfile?%7B%22ref%22%3A%22HEAD%22%7D", "", ""},
		{"Dockerfile", "", ""},
		{"", "", ""},
	} {
		for windows, want := range map[bool]string{false: c.unix, true: c.windows} {
			got, ok := uriToPath(c.uri, windows)
			if ok != (want != "") || got != want {
				t.Errorf("uriToPath(%q, windows %v) = %q, %v, want %q", c.uri, windows, got, ok, want)
			}
		}
	}
}

func TestPathToURIAndBack(t *testing.T) {
	for _, path := range []string{"/srv/app/Dockerfile", "/srv/a b/ü#1?/Dockerfile", "/100%/Dockerfile"} {
		if got, ok := uriToPath(PathToURI(path), false); !ok || got != path {
			t.Errorf("%q comes back as %q", path, got)
		}
	}
}

func TestURIToName(t *testing.T) {
	for u, want := range map[string]string{
		"file:///a/Dockerfile": "Dockerfile", "untitled:Dockerfile": "Dockerfile", "untitled:a%2FContainerfile": "Containerfile",
		"git:/a/web.Dockerfile?x=/y": "web.Dockerfile", "file:///a/": "",
	} {
		if got := URIToName(u); got != want {
			t.Errorf("URIToName(%q) = %q, want %q", u, got, want)
		}
	}
}

func TestURIInFolder(t *testing.T) {
	for _, c := range []struct {
		uri, folder string
		want        bool
	}{
		{"file:///a/b/D", "file:///a", true}, {"file:///a/b/D", "file:///a/", true}, {"file:///ab/D", "file:///a", false}, {"file:///a", "file:///a", true},
	} {
		if got := URIInFolder(c.uri, c.folder); got != c.want {
			t.Errorf("URIInFolder(%q, %q) = %v", c.uri, c.folder, got)
		}
	}
}
