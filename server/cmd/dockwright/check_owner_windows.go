package main

import (
	"io/fs"
	"os"
)

// keepOwner does nothing: a new file has the owner that the folder gives it.
func keepOwner(*os.File, fs.FileInfo) {}
