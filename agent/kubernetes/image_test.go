package kubernetes

import (
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/agent"
)

func TestDigestOf(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0123456789abcdef", 4)
	tests := map[string]struct {
		imageID string
		digest  string
		local   bool
	}{
		"Containerd":       {"ghcr.io/acme/web@sha256:" + sum, sum, false},
		"WithTag":          {"ghcr.io/acme/web:1.0@sha256:" + sum, sum, false},
		"WithPort":         {"registry:5000/web@sha256:" + sum, sum, false},
		"Docker":           {"docker-pullable://ghcr.io/acme/web@sha256:" + sum, sum, false},
		"DockerLocal":      {"docker://sha256:" + sum, sum, true},
		"ContainerdLocal":  {"sha256:" + sum, sum, true},
		"CRIOLocal":        {sum, sum, true},
		"Empty":            {"", "", false},
		"TagOnly":          {"ghcr.io/acme/web:1.0", "", false},
		"UpperCase":        {"web@sha256:" + strings.ToUpper(sum), "", false},
		"OtherAlgorithm":   {"web@sha512:" + sum + sum, "", false},
		"NoAlgorithm":      {"web@" + sum, "", false},
		"CutShort":         {"web@sha256:" + sum[:63], "", false},
		"TextAfterwards":   {"web@sha256:" + sum + " ", "", false},
		"NothingAfterHost": {"docker://", "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			digest, local := digestOf(tt.imageID)
			if digest != tt.digest || local != tt.local {
				t.Errorf("digestOf(%q) = %q, %v, want %q, %v", tt.imageID, digest, local, tt.digest, tt.local)
			}
		})
	}
}

func FuzzDigestOf(f *testing.F) {
	sum := strings.Repeat("a", 64)
	for _, seed := range []string{"", "sha256:" + sum, "a@sha256:" + sum, "docker-pullable://a/b@sha256:" + sum, "x://y://z@@" + sum} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, imageID string) {
		digest, local := digestOf(imageID)
		switch {
		case digest == "" && local:
			t.Errorf("digestOf(%q) knows no digest, but that it is local", imageID)
		case digest != "" && !agent.IsDigest(digest):
			t.Errorf("digestOf(%q) = %q, which is no digest", imageID, digest)
		case !strings.HasSuffix(imageID, digest):
			t.Errorf("digestOf(%q) = %q, which it does not end with", imageID, digest)
		}
	})
}
