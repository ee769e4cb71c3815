package api_test

import (
	"testing"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

func init() {
	all := api.DeliveryFilter{
		Sources: []string{"GITHUB"}, States: []string{"FAILED"}, Events: []string{"push"}, Repository: "cyber-dojo/shas",
		SourceID: "6d2c1f8e-22d5-11ed-8f0e-3f4b1b7d9a10", Since: &apitest.Now, Until: &apitest.Now,
	}
	calls["Deliveries"] = func(t *testing.T, c *api.Client) error {
		_, err := c.Deliveries(t.Context(), all, 0)
		return err
	}
	calls["Delivery"] = func(t *testing.T, c *api.Client) error {
		if _, err := c.Delivery(t.Context(), "GITHUB", all.SourceID); err != nil {
			return err
		}
		_, err := c.Delivery(t.Context(), "", "delivery_one")
		return err
	}
	calls["DeliveryBody"] = func(t *testing.T, c *api.Client) error {
		_, err := c.DeliveryBody(t.Context(), "delivery_one")
		return err
	}
	calls["ReplayDelivery"] = func(t *testing.T, c *api.Client) error {
		_, err := c.ReplayDelivery(t.Context(), "delivery_one")
		return err
	}
	calls["ReplayDeliveries"] = func(t *testing.T, c *api.Client) error {
		_, err := c.ReplayDeliveries(t.Context(), all)
		return err
	}
	calls["PruneDeliveries"] = func(t *testing.T, c *api.Client) error {
		_, err := c.PruneDeliveries(t.Context(), apitest.Now, []string{"FAILED"})
		return err
	}
	calls["RotateWebhookSecret"] = func(t *testing.T, c *api.Client) error {
		_, err := c.RotateWebhookSecret(t.Context(), api.RotateWebhookSecretInput{Forge: "GITHUB", Secret: "0123456789abcdef", OverlapSeconds: 60})
		return err
	}
}
