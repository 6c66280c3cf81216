package outcome

// ofBash is said of commands that bash has and other shells have not.
const ofBash = `sh does not know it, bash does: write SHELL ["/bin/bash", "-c"] above, if the image has bash`

// advice is what helps where a command is not found, by its name.
var advice = map[string]string{
	"[[":      ofBash + ", or [ in place of [[",
	"apk":     "apk is of Alpine: images on Debian and Ubuntu have apt-get, those on Fedora and RHEL dnf or microdnf",
	"apt":     "apt is of Debian and Ubuntu: images on Alpine have apk, those on Fedora and RHEL dnf or microdnf",
	"apt-get": "apt-get is of Debian and Ubuntu: images on Alpine have apk, those on Fedora and RHEL dnf or microdnf",
	"dnf":     "dnf is of Fedora and RHEL: images on Debian and Ubuntu have apt-get, those on Alpine apk, small ones of RHEL microdnf",
	"popd":    ofBash,
	"pushd":   ofBash,
	"python":  "Some images have it as python3 only",
	"shopt":   ofBash,
	"source":  ofBash + ", or . in place of source",
	"yum":     "yum is of Fedora and RHEL: images on Debian and Ubuntu have apt-get, those on Alpine apk, small ones of RHEL microdnf",
}
