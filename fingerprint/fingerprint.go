// Package fingerprint computes what artifacts are known by: the SHA-256 of a
// file, of a directory, or the digest of a container image.
//
// All fingerprints are 64 hexadecimal digits in lower case.
package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// File returns the SHA-256 of the content of a file, which is what sha256sum
// prints of it. It follows a symbolic link, and refuses what is not a file.
func File(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("fingerprint a file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("fingerprint a file: %s is %s", path, kindOf(info.Mode()))
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("fingerprint a file: %w", err)
	}
	defer f.Close()
	sum, err := sumOf(f)
	if err != nil {
		return "", fmt.Errorf("fingerprint a file: %w", err)
	}
	return sum, nil
}

// sumOf is the SHA-256 of all that a reader gives, of which little is in memory
// at a time.
func sumOf(r io.Reader) (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// sumOfBytes is the SHA-256 of what is in memory.
func sumOfBytes(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// kindOf says in words what is neither a file nor a symbolic link.
func kindOf(mode os.FileMode) string {
	switch {
	case mode.IsDir():
		return "a directory"
	case mode&os.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&os.ModeSocket != 0:
		return "a socket"
	case mode&os.ModeDevice != 0:
		return "a device"
	default:
		return "no file"
	}
}
