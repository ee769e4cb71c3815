package api_test

import (
	"testing"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

func init() {
	calls["TrustRepository"] = func(t *testing.T, c *api.Client) error {
		_, err := c.TrustRepository(t.Context(), "cyber-dojo/runner", "main")
		return err
	}
	calls["DistrustRepository"] = func(t *testing.T, c *api.Client) error {
		_, err := c.DistrustRepository(t.Context(), "cyber-dojo/runner")
		return err
	}
}
