package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

const attestationColumns = `
  t.id AS t_id, t.name AS t_name, t.compliant AS t_compliant, t.fingerprint AS t_fingerprint, t.at AS t_at,
  t.url AS t_url, t.description AS t_description, ` + flowColumns

const attestationJoins = `
JOIN flows f ON f.organization_id = $1 AND f.id = t.flow_id
LEFT JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id`

type attestationOfParent struct {
	Parent       int
	TID          int64     `bun:"t_id"`
	TName        string    `bun:"t_name"`
	TCompliant   bool      `bun:"t_compliant"`
	TFingerprint []byte    `bun:"t_fingerprint"`
	TAt          time.Time `bun:"t_at"`
	TURL         *string   `bun:"t_url"`
	TDescription string    `bun:"t_description"`
	flowRow
}

func (r *attestationOfParent) attestation(org *model.Organization) *model.GenericAttestation {
	return &model.GenericAttestation{
		Key: r.TID, Name: r.TName, Compliant: r.TCompliant, Flow: r.flow(org), Fingerprint: model.FingerprintOf(r.TFingerprint),
		At: r.TAt.UTC(), URL: r.TURL, Description: r.TDescription,
	}
}

const attestationsOfArtifacts = `
SELECT a.i AS parent, ` + attestationColumns + fromArtifacts + `
CROSS JOIN LATERAL (
  SELECT t.* FROM (` + digestsOfArtifact + `) d
  CROSS JOIN LATERAL (
    SELECT * FROM attestations t
    WHERE t.organization_id = $1 AND t.fingerprint = d.digest AND t.flow_id = a.flow_id AND (t.at, t.id) < ($5, $6)
    ORDER BY t.at DESC, t.id DESC LIMIT $7) t
  ORDER BY t.at DESC, t.id DESC LIMIT $7) t` + attestationJoins + `
ORDER BY a.i, t.at DESC, t.id DESC`

// AttestationsOfArtifacts returns a page of the evidence of each artifact, newest
// first.
func (db *DB) AttestationsOfArtifacts(ctx context.Context, org *model.Organization, artifacts []*model.Artifact, p model.Page) ([]*model.AttestationConnection, error) {
	at, id, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	fingerprints, flows, keys := artifactKeys(artifacts)
	var rows []attestationOfParent
	err = db.read(ctx, &rows, attestationsOfArtifacts, org.Key, fingerprints, flows, keys, at, id, p.First+1)
	if err != nil {
		return nil, wrap(err, "evidence")
	}
	groups := grouped(rows, len(artifacts), func(r *attestationOfParent) int { return r.Parent })
	return connections(groups, p, func(r *attestationOfParent) model.Attestation { return r.attestation(org) },
		func(a model.Attestation) model.Cursor {
			g := a.(*model.GenericAttestation)
			return model.NewCursor(model.TimeKey(g.At), model.IntKey(g.Key))
		}), nil
}

// Attestation returns evidence by its key. It returns KindNotFound.
func (db *DB) Attestation(ctx context.Context, org *model.Organization, key int64) (*model.GenericAttestation, error) {
	var rows []attestationOfParent
	err := db.read(ctx, &rows, `
SELECT 1 AS parent, `+attestationColumns+` FROM attestations t`+attestationJoins+`
WHERE t.organization_id = $1 AND t.id = $2`, org.Key, key)
	if err != nil {
		return nil, wrap(err, "evidence")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "evidence does not exist")
	}
	return rows[0].attestation(org), nil
}

// ReportAttestation keeps evidence about a fingerprint in a flow; the artifact may
// come later. The same again changes nothing. It returns KindNotFound for an
// unknown flow and KindInvalid for input out of bounds.
func (db *DB) ReportAttestation(ctx context.Context, org *model.Organization, in model.ReportAttestationInput) (attestation *model.GenericAttestation, created bool, err error) {
	if err := in.Validate(); err != nil {
		return nil, false, err
	}
	flow, err := db.Flow(ctx, org, in.Flow)
	if err != nil {
		return nil, false, err
	}
	var key int64
	now := db.now()
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		key, created, err = insertAttestation(ctx, tx, org, flow.Key, in, now)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	attestation, err = db.Attestation(ctx, org, key)
	return attestation, created, err
}

// newestAttestation is what counts of a name; it has no key if there is none.
type newestAttestation struct {
	ID          int64
	Compliant   bool
	Description string
	URL         *string
}

func (n *newestAttestation) says(in model.ReportAttestationInput) bool {
	return n.ID != 0 && n.Compliant == in.Evidence.Generic.Compliant && n.Description == in.Description &&
		(n.URL == nil) == (in.URL == nil) && (n.URL == nil || *n.URL == *in.URL)
}

// insertAttestation adds evidence that was not there before, and returns the key
// of what is there now.
func insertAttestation(ctx context.Context, idb bun.IDB, org *model.Organization, flow int, in model.ReportAttestationInput, now time.Time) (key int64, created bool, err error) {
	var newest []newestAttestation
	err = idb.NewRaw(`
		SELECT id, compliant, description, url FROM attestations
		WHERE organization_id = ? AND fingerprint = ? AND flow_id = ? AND name = ?
		ORDER BY at DESC, compliant, id LIMIT 1`,
		org.Key, in.Fingerprint.Bytes(), flow, in.Name).Scan(ctx, &newest)
	if err != nil {
		return 0, false, wrap(err, "evidence")
	}
	newest = append(newest, newestAttestation{})
	if in.At == nil && in.IdempotencyKey == nil && newest[0].says(in) {
		return newest[0].ID, false, nil
	}
	return addAttestation(ctx, idb, org, newAttestation{
		flow: flow, fingerprint: in.Fingerprint.Bytes(), name: in.Name, at: orNow(in.At, now), compliant: in.Evidence.Generic.Compliant,
		description: in.Description, url: in.URL, source: attestationSource(in, newest[0].ID),
	}, now)
}

// newAttestation is evidence that is to be added, if it is not there: source tells.
type newAttestation struct {
	flow        int
	fingerprint []byte
	name        string
	at          time.Time
	compliant   bool
	description string
	url         *string
	source      string
}

// addAttestation adds evidence and the event that tells of it, and returns the key
// of what is there now.
func addAttestation(ctx context.Context, idb bun.IDB, org *model.Organization, t newAttestation, now time.Time) (key int64, created bool, err error) {
	var inserted []int64
	err = idb.NewRaw(`
		INSERT INTO attestations (organization_id, flow_id, at, recorded_at, compliant, fingerprint, name, kind, description, url, source)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'GENERIC', ?, ?, ?)
		ON CONFLICT ON CONSTRAINT attestations_source_key DO NOTHING RETURNING id`,
		org.Key, t.flow, t.at, now, t.compliant, t.fingerprint, t.name, t.description, t.url, t.source).
		Scan(ctx, &inserted)
	if err != nil {
		return 0, false, wrap(err, "evidence")
	}
	if len(inserted) == 0 {
		err = idb.NewRaw(`SELECT id FROM attestations WHERE organization_id = ? AND flow_id = ? AND source = ?`, org.Key, t.flow, t.source).Scan(ctx, &key)
		return key, false, wrap(err, "evidence")
	}
	compliant := 0
	if t.compliant {
		compliant = 1
	}
	return inserted[0], true, insertEvent(ctx, idb, org, eventRow{
		At: t.at, RecordedAt: now, FlowID: &t.flow, Kind: model.EventAttestationReceived.Code(),
		Fingerprint: t.fingerprint, Name: &t.name, After: &compliant,
	})
}

// attestationSource is what makes a repetition the same evidence: the caller's
// key, or else all that is said with its time. Where there is no time either, it
// is new evidence after the newest that there is.
func attestationSource(in model.ReportAttestationInput, newest int64) string {
	subject := string(in.Fingerprint) + " " + in.Name
	if in.IdempotencyKey != nil {
		return digest("key", subject, *in.IdempotencyKey)
	}
	url := ""
	if in.URL != nil {
		url = *in.URL
	}
	said := []string{subject, fmt.Sprint(in.Evidence.Generic.Compliant), in.Description, url}
	if in.At != nil {
		return digest(append([]string{"at", in.At.UTC().Format(time.RFC3339Nano)}, said...)...)
	}
	return digest(append([]string{"after", fmt.Sprint(newest)}, said...)...)
}

// digest tells lists of strings apart, in a length that an index can keep.
func digest(parts ...string) string {
	raw, err := json.Marshal(parts)
	if err != nil {
		panic("a list of strings has no JSON: " + err.Error())
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
