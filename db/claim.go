package db

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// claim is what one source says of an artifact.
type claim struct {
	flow        int
	fingerprint model.Fingerprint
	digests     []model.Fingerprint
	name        string
	commitRef   string // empty if not told
	repository  *int
	buildURL    *string
	at          time.Time
}

// said is a hash of what the claim says, but for its time: the same said again is
// the same claim.
func (c *claim) said() []byte {
	repository, url := "", ""
	if c.repository != nil {
		repository = fmt.Sprint(*c.repository)
	}
	if c.buildURL != nil {
		url = *c.buildURL
	}
	sum := sha256.Sum256([]byte(digest(c.name, c.commitRef, repository, url)))
	return sum[:]
}

// claimArtifact makes an artifact known, and reports whether it was not before. Of
// one that is known more may be told: its row follows from all claims, whatever
// their order.
func claimArtifact(ctx context.Context, tx bun.Tx, org *model.Organization, c claim, now time.Time) (created bool, err error) {
	if c.repository != nil {
		// As announce does, and before anything else is locked.
		if err := lockRepository(ctx, tx, org, *c.repository, "NO KEY UPDATE"); err != nil {
			return false, err
		}
	}
	key, created, err := insertArtifact(ctx, tx, org, c)
	if err != nil {
		return false, err
	}
	changed, err := insertClaim(ctx, tx, org, key, c)
	if err != nil {
		return false, err
	}
	earlier := created
	if changed && !created {
		if earlier, err = deriveArtifact(ctx, tx, org, key); err != nil {
			return false, err
		}
	}
	if err := insertDigests(ctx, tx, org, key, c.digests); err != nil {
		return false, err
	}
	if earlier {
		// Of several such events the one with the artifact's own time counts: history
		// is not rewritten when somebody tells of an earlier time later.
		err := insertEvent(ctx, tx, org, eventRow{
			At: c.at, RecordedAt: now, FlowID: &c.flow, Kind: model.EventArtifactCreated.Code(), Fingerprint: c.fingerprint.Bytes(),
		})
		if err != nil {
			return false, err
		}
	}
	if !created && !changed {
		return false, nil
	}
	if err := becameKnown(ctx, tx, org, key, created, now); err != nil {
		return false, err
	}
	return created, announce(ctx, tx, org, announcement{repository: c.repository, artifact: &key}, now)
}

// insertArtifact adds an artifact as one claim has it, or locks the one that is
// there.
func insertArtifact(ctx context.Context, idb bun.IDB, org *model.Organization, c claim) (key int64, created bool, err error) {
	var keys []int64
	err = idb.NewRaw(`
		INSERT INTO artifacts (organization_id, flow_id, created_at, repository_id, fingerprint, commit_ref, name, build_url)
		VALUES (?, ?, ?, ?, ?, nullif(?, ''), ?, ?)
		ON CONFLICT ON CONSTRAINT artifacts_fingerprint_key DO NOTHING RETURNING id`,
		org.Key, c.flow, c.at, c.repository, c.fingerprint.Bytes(), c.commitRef, c.name, c.buildURL).Scan(ctx, &keys)
	if err == nil && len(keys) == 0 {
		err = idb.NewRaw(`SELECT id FROM artifacts WHERE organization_id = ? AND fingerprint = ? AND flow_id = ? FOR NO KEY UPDATE`,
			org.Key, c.fingerprint.Bytes(), c.flow).Scan(ctx, &key)
		return key, false, wrap(err, fmt.Sprintf("artifact %q", c.name))
	}
	if err != nil {
		return 0, false, wrap(err, fmt.Sprintf("artifact %q", c.name))
	}
	return keys[0], true, nil
}

// insertClaim keeps what was said, once, with the time at which it was said first.
func insertClaim(ctx context.Context, idb bun.IDB, org *model.Organization, artifact int64, c claim) (changed bool, err error) {
	res, err := idb.NewRaw(`
		INSERT INTO artifact_claims AS c (organization_id, artifact_id, at, repository_id, said, name, commit_ref, build_url)
		VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), ?)
		ON CONFLICT ON CONSTRAINT artifact_claims_pkey DO UPDATE SET at = excluded.at WHERE excluded.at < c.at`,
		org.Key, artifact, c.at, c.repository, c.said(), c.name, c.commitRef, c.buildURL).Exec(ctx)
	if err != nil {
		return false, wrap(err, fmt.Sprintf("artifact %q", c.name))
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// deriveArtifact makes an artifact's row what follows from all that was said of it:
// what was said first goes before, but for a whole SHA, which goes before a prefix.
// It reports whether the artifact is now known to be older.
func deriveArtifact(ctx context.Context, idb bun.IDB, org *model.Organization, artifact int64) (earlier bool, err error) {
	err = idb.NewRaw(`
		WITH claims AS (SELECT * FROM artifact_claims WHERE organization_id = ?0 AND artifact_id = ?1),
		before AS (SELECT created_at FROM artifacts WHERE organization_id = ?0 AND id = ?1)
		UPDATE artifacts a SET
		  created_at = (SELECT min(at) FROM claims),
		  name = (SELECT name FROM claims ORDER BY at, name LIMIT 1),
		  commit_ref = (SELECT commit_ref FROM claims WHERE commit_ref IS NOT NULL ORDER BY length(commit_ref) < 40, at, commit_ref LIMIT 1),
		  repository_id = (SELECT repository_id FROM claims WHERE repository_id IS NOT NULL ORDER BY at, repository_id LIMIT 1),
		  build_url = (SELECT build_url FROM claims WHERE build_url IS NOT NULL ORDER BY at, build_url LIMIT 1)
		FROM before WHERE a.organization_id = ?0 AND a.id = ?1
		RETURNING a.created_at < before.created_at`, org.Key, artifact).Scan(ctx, &earlier)
	return earlier, wrap(err, "artifact")
}

// insertDigests keeps the other digests by which an artifact is known.
func insertDigests(ctx context.Context, idb bun.IDB, org *model.Organization, artifact int64, digests []model.Fingerprint) error {
	if len(digests) == 0 {
		return nil
	}
	hex := make([]string, len(digests))
	for i, d := range digests {
		hex[i] = string(d)
	}
	_, err := idb.NewRaw(`
		INSERT INTO artifact_digests (organization_id, artifact_id, digest)
		SELECT ?, ?, decode(digest, 'hex') FROM unnest(?::text[]) AS digest ORDER BY digest
		ON CONFLICT ON CONSTRAINT artifact_digests_pkey DO NOTHING`, org.Key, artifact, pgArray(hex)).Exec(ctx)
	return wrap(err, "digests")
}
