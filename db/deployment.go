package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

const deploymentColumns = `
  d.number AS d_number, d.created_at AS d_created_at, d.url AS d_url, da.fingerprint AS d_fingerprint,
  ` + flowColumns + `, ` + environmentColumns

const deploymentJoins = `
JOIN artifacts da ON da.organization_id = $1 AND da.id = d.artifact_id
JOIN flows f ON f.organization_id = $1 AND f.id = d.flow_id
LEFT JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id
JOIN environments en ON en.organization_id = $1 AND en.id = d.environment_id
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = d.environment_id`

type deploymentOfParent struct {
	Parent       int
	DNumber      int       `bun:"d_number"`
	DCreatedAt   time.Time `bun:"d_created_at"`
	DURL         *string   `bun:"d_url"`
	DFingerprint []byte    `bun:"d_fingerprint"`
	flowRow
	environmentRow
}

func (r *deploymentOfParent) deployment(org *model.Organization) *model.Deployment {
	return &model.Deployment{
		Number: r.DNumber, Flow: r.flow(org), Environment: r.environment(org), CreatedAt: r.DCreatedAt.UTC(), URL: r.DURL,
		Fingerprint: model.FingerprintOf(r.DFingerprint),
	}
}

const deploymentsOfArtifacts = `
SELECT p.i AS parent, ` + deploymentColumns + `
FROM unnest($2::bigint[]) WITH ORDINALITY AS p(artifact_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM deployments d
  WHERE d.organization_id = $1 AND d.artifact_id = p.artifact_id AND d.number < $3
  ORDER BY d.number DESC LIMIT $4) d` + deploymentJoins + `
ORDER BY p.i, d.number DESC`

// DeploymentsOfArtifacts returns a page of the deployments of each artifact,
// newest first.
func (db *DB) DeploymentsOfArtifacts(ctx context.Context, org *model.Organization, artifacts []*model.Artifact, p model.Page) ([]*model.DeploymentConnection, error) {
	before, err := numberBefore(p)
	if err != nil {
		return nil, err
	}
	keys := make([]int64, len(artifacts))
	for i, a := range artifacts {
		keys[i] = a.Key
	}
	var rows []deploymentOfParent
	if err := db.read(ctx, &rows, deploymentsOfArtifacts, org.Key, pq.Array(keys), before, p.First+1); err != nil {
		return nil, wrap(err, "deployments")
	}
	groups := grouped(rows, len(artifacts), func(r *deploymentOfParent) int { return r.Parent })
	return connections(groups, p, func(r *deploymentOfParent) *model.Deployment { return r.deployment(org) },
		func(d *model.Deployment) model.Cursor { return model.NewCursor(model.IntKey(int64(d.Number))) }), nil
}

// Deployment returns a deployment of a flow by number. It returns KindNotFound.
func (db *DB) Deployment(ctx context.Context, org *model.Organization, flow string, number int) (*model.Deployment, error) {
	var rows []deploymentOfParent
	err := db.read(ctx, &rows, `
SELECT 1 AS parent, `+deploymentColumns+` FROM deployments d`+deploymentJoins+`
WHERE d.organization_id = $1 AND f.name = $2 AND d.number = $3`, org.Key, flow, number)
	if err != nil {
		return nil, wrap(err, "deployment")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "deployment #%d of flow %q does not exist", number, flow)
	}
	return rows[0].deployment(org), nil
}

// ReportDeployment announces that an artifact is to run in an environment, under
// the next number of its flow. The same again changes nothing. It returns
// KindNotFound for an unknown artifact or environment, KindConflict for an
// environment that is archived, KindAmbiguous for a reference that fits several, and
// KindInvalid for input out of bounds.
func (db *DB) ReportDeployment(ctx context.Context, org *model.Organization, in model.ReportDeploymentInput) (deployment *model.Deployment, created bool, err error) {
	if err := in.Validate(); err != nil {
		return nil, false, err
	}
	result, err := db.ArtifactByRef(ctx, org, in.Artifact)
	if err != nil {
		return nil, false, err
	}
	artifact, ok := result.(*model.Artifact)
	if !ok {
		return nil, false, &model.Error{Kind: model.KindAmbiguous, Field: "artifact", Message: result.(*model.AmbiguousArtifact).Summary()}
	}
	environment, err := db.Environment(ctx, org, in.Environment)
	if err != nil {
		return nil, false, err
	}
	var number int
	now := db.now()
	d := newDeployment{
		flow: artifact.Flow.Key, environment: environment.Key, artifact: artifact.Key, fingerprint: artifact.Fingerprint.Bytes(),
		at: orNow(in.At, now), url: in.URL, source: deploymentSource(in, artifact.Fingerprint, environment.Key),
	}
	if environment.Archived() {
		d.refused = model.EnvironmentIsArchived(environment.Name)
	}
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		number, created, err = addDeployment(ctx, tx, org, d, now)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	deployment, err = db.Deployment(ctx, org, artifact.Flow.Name, number)
	if err == nil {
		deployment.Artifact = artifact
	}
	return deployment, created, err
}

// newDeployment is a deployment that is to be added, if it is not there: source
// tells.
type newDeployment struct {
	flow, environment int
	artifact          int64
	fingerprint       []byte
	at                time.Time
	url               *string
	source            string
	refused           error // what a new one gets; one that is there is found all the same
}

// addDeployment adds a deployment under the next number, which the flow's row
// counts, and the event that tells of it. The row is locked first: who waited for
// it sees what others added.
func addDeployment(ctx context.Context, idb bun.IDB, org *model.Organization, d newDeployment, now time.Time) (number int, created bool, err error) {
	var newest int
	err = idb.NewRaw(`SELECT deployments FROM flows WHERE organization_id = ? AND id = ? FOR NO KEY UPDATE`, org.Key, d.flow).Scan(ctx, &newest)
	if err != nil {
		return 0, false, wrap(err, "flow")
	}
	var there []int
	err = idb.NewRaw(`SELECT number FROM deployments WHERE organization_id = ? AND flow_id = ? AND source = ?`, org.Key, d.flow, d.source).Scan(ctx, &there)
	if err != nil {
		return 0, false, wrap(err, "deployment")
	}
	if len(there) > 0 {
		return there[0], false, nil
	}
	if d.refused != nil {
		return 0, false, d.refused
	}
	number = newest + 1
	_, err = idb.NewRaw(`
		WITH counted AS (UPDATE flows SET deployments = ? WHERE organization_id = ? AND id = ?)
		INSERT INTO deployments (organization_id, flow_id, number, environment_id, artifact_id, created_at, url, source)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		number, org.Key, d.flow,
		org.Key, d.flow, number, d.environment, d.artifact, d.at, d.url, d.source).Exec(ctx)
	if err != nil {
		return 0, false, wrap(err, "deployment")
	}
	return number, true, insertEvent(ctx, idb, org, eventRow{
		At: d.at, RecordedAt: now, FlowID: &d.flow, EnvironmentID: &d.environment,
		Kind: model.EventDeploymentCreated.Code(), Number: &number, Fingerprint: d.fingerprint,
	})
}

// deploymentSource is what makes a repetition the same deployment.
func deploymentSource(in model.ReportDeploymentInput, fingerprint model.Fingerprint, environment int) string {
	subject := fmt.Sprintf("%s %d", fingerprint, environment)
	switch {
	case in.IdempotencyKey != nil:
		return digest("key", subject, *in.IdempotencyKey)
	case in.At != nil:
		return digest("at", subject, in.At.UTC().Format(time.RFC3339Nano))
	case in.URL != nil:
		return digest("url", subject, *in.URL)
	default:
		return digest("once", subject)
	}
}
