package dockerops

import "time"

// FileKind is what a path in a container is.
type FileKind string

// The kinds of files.
const (
	FileRegular FileKind = "file"
	FileDir     FileKind = "dir"
	FileLink    FileKind = "link"
	FileOther   FileKind = "other" // devices, sockets, pipes
)

// FileInfo describes one path in a container.
type FileInfo struct {
	Path     string    `json:"path"` // absolute, with slashes
	Name     string    `json:"name"`
	Kind     FileKind  `json:"kind"`
	Size     int64     `json:"size"` // bytes, of regular files
	Mode     string    `json:"mode"` // -rwxr-xr-x
	Modified time.Time `json:"modified"`
	Target   string    `json:"target,omitempty"` // of a link
}

// FileList is what a folder of a container holds.
type FileList struct {
	Path      string     `json:"path"`
	Files     []FileInfo `json:"files"`               // by name
	Truncated bool       `json:"truncated,omitempty"` // the folder is too large to see all of it
}

// ListFilesOptions bounds a list of files. The engine sends all that the folder holds, at any depth, to have it listed.
type ListFilesOptions struct {
	MaxBytes int64 // that the engine may send; 0: 256 MiB
	MaxFiles int   // 0: 10,000
}

// FileContent is a file of a container.
type FileContent struct {
	Info      FileInfo `json:"info"`
	Data      []byte   `json:"data"`
	Truncated bool     `json:"truncated,omitempty"` // there is more than the limit
}

// CopyResult is what a copy moved.
type CopyResult struct {
	Path    string   `json:"path"`              // where the copy is
	Files   int      `json:"files"`             // regular files and links
	Bytes   int64    `json:"bytes"`             // of regular files
	Skipped []string `json:"skipped,omitempty"` // paths of devices, sockets and pipes
}
