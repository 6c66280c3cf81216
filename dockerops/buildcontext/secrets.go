package buildcontext

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// sniffed is how many bytes of a file are looked at for a secret.
const sniffed = 16 << 10

// sign is what gives a secret away: a name, and where the name alone does not say it, the beginning of the content. One without a
// why is of files that look like a secret and hold none.
type sign struct {
	pattern string         // of the base name, or of the last two names of the path; a star can stand at either end
	content *regexp.Regexp // nil: the name is enough
	why     string
}

var (
	privateKey = regexp.MustCompile(`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File`)
	password   = regexp.MustCompile(`(?i)password`)
)

// signs, the most special first; names are in lower case.
var signs = []sign{
	{".aws/credentials", nil, "AWS credentials"},
	{".docker/config.json", regexp.MustCompile(`"(?:auth|identitytoken|registrytoken)"\s*:\s*"[^"]`), "registry credentials"},
	{".dockercfg", regexp.MustCompile(`"auth"`), "registry credentials"},
	{".kube/config", regexp.MustCompile(`client-key-data|token:|password:`), "Kubernetes credentials"},
	{"*kubeconfig*", regexp.MustCompile(`client-key-data|token:|password:`), "Kubernetes credentials"},
	{".env.example", nil, ""},
	{".env.sample", nil, ""},
	{".env.template", nil, ""},
	{".env.dist", nil, ""},
	{".env", nil, "environment variables, which often hold passwords"},
	{".env.*", nil, "environment variables, which often hold passwords"},
	{".git-credentials", nil, "Git credentials"},
	{".htpasswd", nil, "password hashes"},
	{".netrc", password, "passwords"},
	{"_netrc", password, "passwords"},
	{".npmrc", regexp.MustCompile(`_authToken|_auth\s*=|_password`), "npm credentials"},
	{".pgpass", nil, "database passwords"},
	{".pypirc", password, "PyPI credentials"},
	{".yarnrc.yml", regexp.MustCompile(`npmAuthToken|npmAuthIdent`), "npm credentials"},
	{"id_dsa", nil, "private SSH key"},
	{"id_ecdsa", nil, "private SSH key"},
	{"id_ed25519", nil, "private SSH key"},
	{"id_rsa", nil, "private SSH key"},
	{"*.jks", nil, "key store"},
	{"*.kdbx", nil, "password safe"},
	{"*.p12", nil, "key store"},
	{"*.pfx", nil, "key store"},
	{"*.ppk", privateKey, "private key"},
	{"*.pem", privateKey, "private key"},
	{"*.key", privateKey, "private key"},
	{"*.asc", privateKey, "private key"},
	{"*_rsa", privateKey, "private key"},
	{"*_ed25519", privateKey, "private key"},
	{"*key*", privateKey, "private key"},
	{"*credential*", regexp.MustCompile(`"private_key"|"client_secret"`), "cloud credentials"},
	{"*account*", regexp.MustCompile(`"private_key"`), "cloud credentials"},
	{"terraform.tfstate", nil, "Terraform state, which holds passwords in the clear"},
}

// LooksSecret says why a file of a context should not leave this machine, by its name and its beginning; "" if nothing speaks against it.
func LooksSecret(contextDir, name string) string {
	where := filepath.Join(contextDir, filepath.FromSlash(name))
	info, err := os.Lstat(where)
	if err != nil || info.IsDir() {
		return ""
	}
	return betrayed(file{name: name, path: where, info: info}, beginning)
}

// betrayed says what makes a file look like a secret, "" if nothing does. begin reads the beginning of the file, or nothing.
func betrayed(found file, begin func(file) string) string {
	name := strings.ToLower(found.name)
	base := path.Base(name)
	pair := path.Join(path.Base(path.Dir(name)), base)
	for _, each := range signs {
		subject := base
		if strings.Contains(each.pattern, "/") {
			subject = pair
		}
		if !each.matches(subject) {
			continue
		}
		if each.why == "" || each.content == nil || each.content.MatchString(begin(found)) {
			return each.why
		}
	}
	// A private key can have any name; most files without an extension are small texts.
	if path.Ext(base) == "" && found.info.Size() < sniffed && privateKey.MatchString(begin(found)) {
		return "private key"
	}
	return ""
}

// matches compares without path.Match, which takes ten times as long: it is asked for each file and each sign.
func (s sign) matches(name string) bool {
	word := strings.Trim(s.pattern, "*")
	switch before, after := strings.HasPrefix(s.pattern, "*"), strings.HasSuffix(s.pattern, "*"); {
	case before && after:
		return strings.Contains(name, word)
	case before:
		return strings.HasSuffix(name, word)
	case after:
		return strings.HasPrefix(name, word)
	}
	return name == word
}

// beginning is what a file begins with, "" of one that cannot be read.
func beginning(found file) string {
	if !found.info.Mode().IsRegular() {
		return ""
	}
	opened, err := os.Open(found.path)
	if err != nil {
		return ""
	}
	defer func() { _ = opened.Close() }()
	content, _ := io.ReadAll(io.LimitReader(opened, sniffed))
	return string(content)
}
