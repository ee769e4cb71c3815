package agent

import (
	"context"
	"strings"
)

// ImageName is the name of an artifact that a container runs, by how the container
// names its image: without a digest, which is what the artifact is known by and
// not part of its name. A bare digest or image id has no name and comes out empty.
func ImageName(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	if hex, ok := strings.CutPrefix(name, "sha256:"); ok || IsDigest(hex) {
		return ""
	}
	return strings.TrimPrefix(name, "docker-pullable://")
}

// IsDigest reports whether a text is a SHA-256 as reports have it: 64 hexadecimal
// digits in lower case.
func IsDigest(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}

// ImageResolver finds what an image was built as, where a runtime shows only which
// manifest it took for its platform.
type ImageResolver interface {
	// Built returns the digest of the index that the image's name leads to, if that
	// lists the digest that the runtime shows. Otherwise, and if the registry does
	// not answer, it returns the digest that it was given. Both are bare hexadecimal.
	Built(ctx context.Context, image, digest string) string
}
