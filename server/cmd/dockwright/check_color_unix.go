//go:build unix

package main

import "os"

// understandsColor reports whether the terminal f takes escape sequences.
func understandsColor(*os.File) bool { return true }
