package convert

import (
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"go.lsp.dev/uri"
)

// URIToPath is the path of the file that u names on this machine, and false if u names no file (untitled:, git: and
// whatever else an editor opens).
func URIToPath(u string) (string, bool) { return uriToPath(u, runtime.GOOS == "windows") }

// PathToURI is the URI of the file at an absolute path.
func PathToURI(path string) string { return string(uri.File(path)) }

// URIToName is the last segment of the path in u, decoded: the file's name, whatever the scheme.
func URIToName(u string) string {
	_, rest, _ := strings.Cut(u, ":")
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = strings.ReplaceAll(unescape(rest), `\`, "/")
	return rest[strings.LastIndexByte(rest, '/')+1:]
}

// URIInFolder reports whether the file u lies in folder or below it. Both must be canonical, as package uri makes them.
func URIInFolder(u, folder string) bool {
	rest, ok := strings.CutPrefix(u, strings.TrimSuffix(folder, "/"))
	return ok && (rest == "" || rest[0] == '/')
}

func uriToPath(u string, windows bool) (string, bool) {
	scheme, rest, found := strings.Cut(u, ":")
	if !found || !strings.EqualFold(scheme, "file") || !strings.HasPrefix(rest, "/") {
		return "", false
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	host, path := "", rest
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		host, path, _ = strings.Cut(after, "/")
		host, path = unescape(host), "/"+path
	}
	path = unescape(path)
	if path == "/" && host == "" || strings.IndexByte(path, 0) >= 0 {
		return "", false
	}
	if host == "localhost" {
		host = ""
	}
	if !windows {
		if host != "" { // another machine's file, or wsl$ seen from inside: nothing that we can open
			return "", false
		}
		return filepath.Clean(path), true
	}
	if host != "" {
		return `\\` + host + strings.ReplaceAll(path, "/", `\`), true
	}
	if len(path) >= 3 && path[2] == ':' {
		path = strings.ToUpper(path[1:2]) + path[2:]
	}
	return strings.ReplaceAll(path, "/", `\`), true
}

// unescape decodes percent-encoding; what is not valid stays as it is.
func unescape(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}
