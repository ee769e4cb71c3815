package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// maxSessionsSwept bounds how many expired sessions are forgotten when one is made:
// more than one, so that they become fewer.
const maxSessionsSwept = 100

const callerBySession = `
SELECT s.id AS session_id, coalesce(s.token_id, 0) AS token_id, coalesce(t.name, s.name) AS token_name, coalesce(t.role, s.role) AS role,
  o.id, o.name, o.public, o.created_at, o.creates_environments
FROM sessions s
JOIN organizations o ON o.id = s.organization_id
LEFT JOIN tokens t ON t.organization_id = s.organization_id AND t.id = s.token_id
WHERE s.hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
  AND (s.token_id IS NULL OR t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2))`

// SessionCaller returns who a session's secret proves to be asking. The session of a
// token may do what the token may now. It returns KindUnauthenticated for a secret
// that is unknown, and for a session that has ended, or whose token has.
func (db *DB) SessionCaller(ctx context.Context, secret string) (*model.Caller, error) {
	var rows []callerRow
	if err := db.read(ctx, &rows, callerBySession, model.HashToken(secret), db.now()); err != nil {
		return nil, wrap(err, "session")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindUnauthenticated, "you are signed out: the session has ended, or the token that began it has. Sign in again")
	}
	return rows[0].model(), nil
}

// CreateSessionOfToken begins a session of who an API token proves, and returns its
// secret, which cannot be read again. It returns KindUnauthenticated for a secret that
// is unknown, revoked or expired.
func (db *DB) CreateSessionOfToken(ctx context.Context, tokenSecret string) (*model.Session, string, error) {
	session, secret, err := db.createSession(ctx, `
		INSERT INTO sessions (hash, created_at, organization_id, token_id, expires_at)
		SELECT ?0, ?1, t.organization_id, t.id, least(t.expires_at, ?2) FROM tokens t
		WHERE t.hash = ?3 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?1)
		RETURNING expires_at`, model.TokenSessionTime, model.HashToken(tokenSecret))
	if model.KindOf(err) == model.KindNotFound {
		return nil, "", unknownToken()
	}
	return session, secret, err
}

// CreateSessionOfPerson begins a session of somebody whom a provider of identities
// proved, and returns its secret, which cannot be read again. It returns KindNotFound
// for an organization that does not exist, and KindInvalid for who cannot be kept.
func (db *DB) CreateSessionOfPerson(ctx context.Context, person model.Person) (*model.Session, string, error) {
	if err := person.Validate(); err != nil {
		return nil, "", err
	}
	org, err := db.Organization(ctx, person.Organization)
	if err != nil {
		return nil, "", err
	}
	return db.createSession(ctx, `
		INSERT INTO sessions (hash, created_at, organization_id, issuer, subject, name, role, expires_at)
		VALUES (?0, ?1, ?3, ?4, ?5, ?6, ?7, ?2)
		RETURNING expires_at`, model.PersonSessionTime, org.Key, person.Issuer, person.Subject, person.Name, string(person.Role))
}

// createSession makes a session by a statement, of which the first arguments are the
// hash of the secret, the time, and when the session ends at the latest. It returns
// KindNotFound if the statement makes none.
func (db *DB) createSession(ctx context.Context, statement string, lasts time.Duration, args ...any) (*model.Session, string, error) {
	session, secret, now := new(model.Session), model.NewSessionSecret(), db.now()
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := sweepSessions(ctx, tx, now); err != nil {
			return err
		}
		args = append([]any{model.HashToken(secret), now, now.Add(lasts)}, args...)
		return wrap(tx.NewRaw(statement, args...).Scan(ctx, &session.ExpiresAt), "session")
	})
	if err != nil {
		return nil, "", err
	}
	session.ExpiresAt = session.ExpiresAt.UTC()
	session.Caller, err = db.SessionCaller(ctx, secret)
	return session, secret, err
}

// sweepSessions forgets sessions that have expired, of all organizations. Those that
// somebody else forgets at this moment are left to them.
func sweepSessions(ctx context.Context, idb bun.IDB, now time.Time) error {
	_, err := idb.NewRaw(`
		DELETE FROM sessions s USING (
		  SELECT e.organization_id, e.id FROM sessions e WHERE e.expires_at <= ?
		  ORDER BY e.expires_at LIMIT ? FOR UPDATE SKIP LOCKED) old
		WHERE s.organization_id = old.organization_id AND s.id = old.id`, now, maxSessionsSwept).Exec(ctx)
	if err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}

// EndSession ends a session at once and for good. To end it again, or one that is not
// known, changes nothing.
func (db *DB) EndSession(ctx context.Context, secret string) error {
	_, err := db.bun.NewRaw(`UPDATE sessions SET ended_at = ? WHERE hash = ? AND ended_at IS NULL`, db.now(), model.HashToken(secret)).Exec(ctx)
	return wrap(err, "session")
}
