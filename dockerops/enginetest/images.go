package enginetest

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// BusyboxImage is the image that every engine starts with: one static program and links to it, no network needed.
const BusyboxImage = "busybox:latest"

// PythonImage is what NeedPython makes.
const PythonImage = "python:3.11-slim"

// applets are the names under which the Busybox image has its program.
var applets = []string{
	"ash", "cat", "chmod", "cp", "dd", "echo", "env", "false", "grep", "head", "id", "kill", "ls", "mkdir", "nc", "ps", "pwd",
	"rm", "sh", "sleep", "tail", "test", "touch", "tr", "true", "wget", "yes",
}

// pythonPackages are what Python needs to run, as Debian 12 names them.
var pythonPackages = []string{"busybox-static", "libc6", "libexpat1", "libpython3.11-minimal", "python3.11-minimal", "zlib1g"}

func (e *Engine) importBusybox() error {
	archive, err := busyboxArchive()
	if err != nil {
		return err
	}
	if err := e.Import(BusyboxImage, archive); err != nil {
		return fmt.Errorf("importing %s: %w", BusyboxImage, err)
	}
	return nil
}

// busyboxArchive is a root file system of the static Busybox of this machine.
func busyboxArchive() ([]byte, error) {
	path, err := exec.LookPath("busybox")
	if err != nil {
		return nil, fmt.Errorf("busybox is missing: apt-get install busybox-static")
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	headers := []*tar.Header{
		{Name: "bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "etc/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "tmp/", Typeflag: tar.TypeDir, Mode: 0o1777},
		{Name: "bin/busybox", Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(program))},
	}
	for _, applet := range applets {
		headers = append(headers, &tar.Header{Name: "bin/" + applet, Typeflag: tar.TypeSymlink, Linkname: "busybox", Mode: 0o777})
	}
	for _, header := range headers {
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if header.Typeflag == tar.TypeReg {
			if _, err := archive.Write(program); err != nil {
				return nil, err
			}
		}
	}
	return buffer.Bytes(), archive.Close()
}

// NeedPython makes PythonImage, once. The first call on a machine downloads Debian packages into the user's cache folder.
func (e *Engine) NeedPython() error {
	e.python.Lock()
	defer e.python.Unlock()
	if err := e.request("GET", "/images/"+PythonImage+"/json", nil, nil); err == nil {
		return nil
	}
	archive, err := pythonArchive()
	if err != nil {
		return fmt.Errorf("making %s: %w", PythonImage, err)
	}
	return e.Import(PythonImage, archive)
}

// pythonArchive reads the archive from the cache, or makes it.
func pythonArchive() ([]byte, error) {
	cache, err := cacheFolder()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(cache, "python-3.11-"+runtime.GOARCH+".tar")
	if archive, err := os.ReadFile(path); err == nil {
		return archive, nil
	}
	work, err := os.MkdirTemp(cache, "python-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := unpackPython(work); err != nil {
		return nil, err
	}
	unfinished := filepath.Join(work, "root.tar")
	if err := run(work, "tar", "-C", "root", "-cf", unfinished, "."); err != nil {
		return nil, err
	}
	if err := os.Rename(unfinished, path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// unpackPython downloads the packages and unpacks them into work/root.
func unpackPython(work string) error {
	// apt's sandbox user cannot write into our folder; without this it warns, and works as root.
	if err := run(work, "apt-get", slices.Concat([]string{"download", "-q", "-o", "APT::Sandbox::User=root"}, pythonPackages)...); err != nil {
		return err
	}
	packages, err := fs.Glob(os.DirFS(work), "*.deb")
	if err != nil {
		return err
	}
	for _, name := range packages {
		if err := run(work, "dpkg", "-x", name, "root"); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(work, "root", "tmp"), 0o1777); err != nil {
		return err
	}
	for link, target := range map[string]string{"usr/bin/python3": "python3.11", "usr/bin/python": "python3.11", "bin/sh": "busybox"} {
		if err := os.Symlink(target, filepath.Join(work, "root", link)); err != nil {
			return err
		}
	}
	return nil
}

func run(dir, program string, arguments ...string) error {
	command := exec.Command(program, arguments...)
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, output)
	}
	return nil
}
