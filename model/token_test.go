package model_test

import (
	"crypto/sha256"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestTokenSecret(t *testing.T) {
	t.Parallel()
	one, other := model.NewTokenSecret(), model.NewTokenSecret()
	if !regexp.MustCompile(`^lf_[A-Z2-7]{26}$`).MatchString(one) || one == other {
		t.Errorf("got the secrets %s and %s", one, other)
	}
	want := sha256.Sum256([]byte(one))
	if diff := cmp.Diff(want[:], model.HashToken(one)); diff != "" {
		t.Errorf("hash (-want +got):\n%s", diff)
	}
	for secret, want := range map[string]string{"lf_ABCDWXYZ": "WXYZ", "abc": "abc", "": ""} {
		if got := model.TokenHint(secret); got != want {
			t.Errorf("the hint of %q is %q, want %q", secret, got, want)
		}
	}
}
