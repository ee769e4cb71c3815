package graph

import (
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of answers to mutations, and of what is for members only.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"Delivery": {
			"body": filled(fillDeliveryBodies, nil),
		},
		"Webhook": {
			"deliveries": pages((*db.DB).DeliveriesOfWebhooks),
		},
		"Notification":              {"history": filled(fillNotificationHistory, nil)},
		"CreateNotificationPayload": {"notification": inline(func(p *model.CreateNotificationPayload) any { return p.Notification })},
		"TestNotificationPayload":   {"notification": inline(func(p *model.TestNotificationPayload) any { return p.Notification })},

		"CreateWebhookPayload":       {"webhook": inline(func(p *model.CreateWebhookPayload) any { return p.Webhook })},
		"RotateWebhookSecretPayload": {"webhook": inline(func(p *model.RotateWebhookSecretPayload) any { return p.Webhook })},

		"Viewer":                    {"organization": inline(func(v *model.Viewer) any { return v.Organization })},
		"UpdateOrganizationPayload": {"organization": inline(func(p *model.UpdateOrganizationPayload) any { return p.Organization })},
		"CreateFlowPayload":         {"flow": inline(func(p *model.CreateFlowPayload) any { return p.Flow })},
		"UpdateFlowPayload":         {"flow": inline(func(p *model.UpdateFlowPayload) any { return p.Flow })},
		"CreateEnvironmentPayload":  {"environment": inline(func(p *model.CreateEnvironmentPayload) any { return p.Environment })},
		"CreateExpectationPayload":  {"expectation": inline(func(p *model.CreateExpectationPayload) any { return p.Expectation })},
		"RemoveExpectationPayload":  {"expectation": inline(func(p *model.RemoveExpectationPayload) any { return p.Expectation })},
		"UpdateEnvironmentPayload":  {"environment": inline(func(p *model.UpdateEnvironmentPayload) any { return p.Environment })},
		"ArchiveEnvironmentPayload": {"environment": inline(func(p *model.ArchiveEnvironmentPayload) any { return p.Environment })},
		"ReportCommitsPayload":      {"repository": inline(func(p *model.ReportCommitsPayload) any { return p.Repository })},
		"ReportArtifactPayload":     {"artifact": inline(func(p *model.ReportArtifactPayload) any { return p.Artifact })},
		"ReportDeploymentPayload":   {"deployment": inline(func(p *model.ReportDeploymentPayload) any { return p.Deployment })},
		"TrustRepositoryPayload":    {"repository": inline(func(p *model.TrustRepositoryPayload) any { return p.Repository })},
		"DistrustRepositoryPayload": {"repository": inline(func(p *model.DistrustRepositoryPayload) any { return p.Repository })},
		"ReplayDeliveryPayload":     {"delivery": inline(func(p *model.ReplayDeliveryPayload) any { return p.Delivery })},
		"ReportAttestationPayload":  {"attestation": inline(func(p *model.ReportAttestationPayload) any { return p.Attestation })},
	})
}
