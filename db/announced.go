package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// applyForgeDeployment keeps that a forge deploys a commit, and announces it for
// every artifact of the commit that is there.
func applyForgeDeployment(ctx context.Context, tx bun.Tx, org *model.Organization, repository *model.Repository, d *model.ForgeDeployment, now time.Time) (outcome, error) {
	_, err := tx.NewRaw(`
		INSERT INTO forge_deployments AS d (organization_id, repository_id, id, created_at, commit_sha, environment, url)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT forge_deployments_pkey DO UPDATE SET url = greatest(d.url COLLATE "C", excluded.url COLLATE "C")
		WHERE excluded.url IS NOT NULL`,
		org.Key, repository.Key, d.ID, d.CreatedAt, d.CommitSHA.Bytes(), d.Environment, d.URL).Exec(ctx)
	if err != nil {
		return outcome{}, wrap(err, fmt.Sprintf("deployment %d", d.ID))
	}
	if s := d.Status; s != nil {
		_, err := tx.NewRaw(`
			INSERT INTO forge_deployment_statuses (organization_id, repository_id, deployment_id, id, at, compliant, description, url)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT forge_deployment_statuses_pkey DO NOTHING`,
			org.Key, repository.Key, d.ID, s.ID, s.At, s.Compliant, s.Description, s.URL).Exec(ctx)
		if err != nil {
			return outcome{}, wrap(err, fmt.Sprintf("status of deployment %d", d.ID))
		}
	}
	if err := announce(ctx, tx, org, announcement{repository: &repository.Key, deployment: &d.ID}, now); err != nil {
		return outcome{}, err
	}
	o := outcome{state: model.DeliveryApplied}
	o.reason, err = whatItWaitsFor(ctx, tx, org, repository, d)
	return o, err
}

// whatItWaitsFor says why a deployment of a forge has been announced for no
// artifact yet; it is empty if it has been.
func whatItWaitsFor(ctx context.Context, idb bun.IDB, org *model.Organization, repository *model.Repository, d *model.ForgeDeployment) (string, error) {
	var found []struct{ Environment, Archived, Artifact bool }
	err := idb.NewRaw(`
		SELECT en.id IS NOT NULL AS environment, en.archived_at IS NOT NULL AS archived,
		       EXISTS (SELECT FROM artifacts WHERE organization_id = ? AND repository_id = ? AND commit_ref BETWEEN left(?, 7) AND ? AND starts_with(?, commit_ref)) AS artifact
		FROM (VALUES (1)) AS always
		LEFT JOIN environment_names n ON n.organization_id = ? AND n.name = ?
		LEFT JOIN environments en ON en.organization_id = n.organization_id AND en.id = n.environment_id`,
		org.Key, repository.Key, string(d.CommitSHA), string(d.CommitSHA), string(d.CommitSHA), org.Key, d.Environment).Scan(ctx, &found)
	switch {
	case err != nil:
		return "", wrap(err, "deployment")
	case !found[0].Environment:
		return fmt.Sprintf("waits for an environment called %s", d.Environment), nil
	case found[0].Archived:
		return fmt.Sprintf("waits for environment %s to be restored, which is archived", d.Environment), nil
	case !found[0].Artifact:
		return fmt.Sprintf("waits for an artifact of commit %s", d.CommitSHA[:12]), nil
	}
	return "", nil
}

// announcement says which deployments of forges may have found what they waited
// for: one of them, those of an artifact, or those to an environment.
type announcement struct {
	repository  *int
	deployment  *int64
	artifact    *int64
	environment *int
}

// announce makes deployments and evidence of what forges tell of the deployment of
// commits: of every artifact of the commit, because which of them is not told. An
// artifact counts only if what was said of its commit fits no other. Rows are
// locked until the end of the transaction: of those that have to meet here, artifact,
// deployment and environment, who comes last sees the others.
func announce(ctx context.Context, tx bun.Tx, org *model.Organization, a announcement, now time.Time) error {
	if a.environment == nil {
		if err := lockOrganization(ctx, tx, org, "SHARE"); err != nil {
			return err
		}
	}
	if a.repository != nil {
		if err := lockRepository(ctx, tx, org, *a.repository, "NO KEY UPDATE"); err != nil {
			return err
		}
	}
	if err := announceDeployments(ctx, tx, org, a, now); err != nil {
		return err
	}
	return announceStatuses(ctx, tx, org, a, now)
}

// announcedFrom and announcedWhere join deployments of forges with the artifacts
// and the environment that they are about, by any name that it has or had. One that
// is archived takes none.
const announcedFrom = `
FROM forge_deployments fd
JOIN environment_names n ON n.organization_id = fd.organization_id AND n.name = fd.environment
JOIN environments en ON en.organization_id = n.organization_id AND en.id = n.environment_id AND en.archived_at IS NULL
CROSS JOIN LATERAL (SELECT encode(fd.commit_sha, 'hex') COLLATE "C" AS hex) c
JOIN artifacts a ON a.organization_id = fd.organization_id AND a.repository_id = fd.repository_id
  AND a.commit_ref BETWEEN left(c.hex, 7) AND c.hex AND starts_with(c.hex, a.commit_ref)`

const announcedWhere = `
WHERE fd.organization_id = ?0 AND (?1::int IS NULL OR fd.repository_id = ?1) AND (?2::bigint IS NULL OR fd.id = ?2)
  AND (?3::bigint IS NULL OR a.id = ?3) AND (?4::int IS NULL OR en.id = ?4)
  AND NOT EXISTS (SELECT FROM commits o WHERE o.organization_id = fd.organization_id AND o.repository_id = fd.repository_id
    AND o.sha BETWEEN prefix_low(a.commit_ref) AND prefix_high(a.commit_ref) AND o.sha <> fd.commit_sha)`

// announcedSource and statusSource are what makes what was announced the same.
const (
	announcedSource = `concat_ws(' ', 'forge', fd.repository_id, fd.id, encode(a.fingerprint, 'hex'))`
	statusSource    = `concat_ws(' ', 'forge', fd.repository_id, fd.id, s.id, encode(a.fingerprint, 'hex'))`
)

func announceDeployments(ctx context.Context, tx bun.Tx, org *model.Organization, a announcement, now time.Time) error {
	var rows []struct {
		Artifact, Flow, Environment int
		Fingerprint                 []byte
		CreatedAt                   time.Time
		URL                         *string
		Source                      string
	}
	err := tx.NewRaw(`
		SELECT a.id AS artifact, a.flow_id AS flow, en.id AS environment, a.fingerprint, fd.created_at, fd.url, `+announcedSource+` AS source`+
		announcedFrom+announcedWhere+`
		  AND NOT EXISTS (SELECT FROM deployments d WHERE d.organization_id = fd.organization_id AND d.flow_id = a.flow_id AND d.source = `+announcedSource+`)
		ORDER BY a.flow_id, fd.created_at, fd.id, a.fingerprint`,
		org.Key, a.repository, a.deployment, a.artifact, a.environment).Scan(ctx, &rows)
	if err != nil {
		return wrap(err, "deployments")
	}
	for _, r := range rows {
		d := newDeployment{
			flow: r.Flow, environment: r.Environment, artifact: int64(r.Artifact), fingerprint: r.Fingerprint, at: r.CreatedAt, url: r.URL, source: r.Source,
		}
		if _, _, err := addDeployment(ctx, tx, org, d, now); err != nil {
			return err
		}
	}
	return nil
}

func announceStatuses(ctx context.Context, tx bun.Tx, org *model.Organization, a announcement, now time.Time) error {
	var rows []struct {
		Flow        int
		Fingerprint []byte
		Environment string
		At          time.Time
		Compliant   bool
		Description string
		URL         *string
		Source      string
	}
	err := tx.NewRaw(`
		SELECT a.flow_id AS flow, a.fingerprint, fd.environment, s.at, s.compliant, s.description, s.url, `+statusSource+` AS source`+
		announcedFrom+`
		JOIN forge_deployment_statuses s ON s.organization_id = fd.organization_id AND s.repository_id = fd.repository_id AND s.deployment_id = fd.id`+
		announcedWhere+`
		  AND NOT EXISTS (SELECT FROM attestations t WHERE t.organization_id = fd.organization_id AND t.flow_id = a.flow_id AND t.source = `+statusSource+`)
		ORDER BY a.flow_id, s.at, s.id, a.fingerprint`,
		org.Key, a.repository, a.deployment, a.artifact, a.environment).Scan(ctx, &rows)
	if err != nil {
		return wrap(err, "statuses of deployments")
	}
	for _, r := range rows {
		t := newAttestation{
			flow: r.Flow, fingerprint: r.Fingerprint, name: "deployed-to-" + r.Environment, at: r.At, compliant: r.Compliant,
			description: r.Description, url: r.URL, source: r.Source,
		}
		if _, _, err := addAttestation(ctx, tx, org, t, now); err != nil {
			return err
		}
	}
	return nil
}
