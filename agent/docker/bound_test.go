package docker

import (
	"io"
	"strings"
	"testing"
)

func TestBoundedBody(t *testing.T) {
	t.Parallel()
	const text = "four"
	for name, tt := range map[string]struct {
		left int
		fits bool
	}{
		"Smaller":  {5, true},
		"Too long": {3, false},
		"Nothing":  {0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := io.ReadAll(&boundedBody{ReadCloser: io.NopCloser(strings.NewReader(text)), left: tt.left})
			if want := text[:min(tt.left, len(text))]; string(got) != want {
				t.Errorf("%q is read, want %q", got, want)
			}
			if tt.fits != (err == nil) || !tt.fits && !strings.Contains(err.Error(), "choose fewer containers") {
				t.Errorf("err = %v", err)
			}
		})
	}
}
