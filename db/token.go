package db

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

type tokenRow struct {
	bun.BaseModel `bun:"tokens"`

	OrganizationID int
	ID             int `bun:",autoincrement"`
	Hash           []byte
	Hint           string
	Name           string
	Role           string
	CreatedAt      time.Time
	ExpiresAt      *time.Time
	RevokedAt      *time.Time
}

func newTokenRow(organization int, name string, role model.Role, expires *time.Time, secret string, now time.Time) *tokenRow {
	return &tokenRow{
		OrganizationID: organization, Hash: model.HashToken(secret), Hint: model.TokenHint(secret),
		Name: name, Role: string(role), CreatedAt: now, ExpiresAt: expires,
	}
}

func insertToken(ctx context.Context, idb bun.IDB, row *tokenRow) error {
	_, err := idb.NewInsert().Model(row).Returning("id").Exec(ctx, row)
	return wrap(err, "a token with this secret")
}

func (r *tokenRow) model(org *model.Organization) *model.Token {
	return &model.Token{
		OrganizationName: org.Name, Key: r.ID, Name: r.Name, Role: model.Role(r.Role), Hint: r.Hint,
		CreatedAt: r.CreatedAt.UTC(), ExpiresAt: utc(r.ExpiresAt), RevokedAt: utc(r.RevokedAt),
	}
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

const callerByHash = `
SELECT t.id AS token_id, t.name AS token_name, t.role, o.id, o.name, o.public, o.created_at, o.creates_environments
FROM tokens t
JOIN organizations o ON o.id = t.organization_id
WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)`

// Caller returns who a token's secret proves to be asking. It returns
// KindUnauthenticated for a secret that is unknown, revoked or expired.
func (db *DB) Caller(ctx context.Context, secret string) (*model.Caller, error) {
	var rows []callerRow
	if err := db.read(ctx, &rows, callerByHash, model.HashToken(secret), db.now()); err != nil {
		return nil, wrap(err, "token")
	}
	if len(rows) == 0 {
		return nil, unknownToken()
	}
	return rows[0].model(), nil
}

func unknownToken() error {
	return model.Errorf(model.KindUnauthenticated, "this API token is not valid: it is unknown, revoked or expired")
}

// callerRow is a caller with the organization.
type callerRow struct {
	SessionID int
	TokenID   int
	TokenName string
	Role      string
	ID        int
	Name      string
	Public    bool
	CreatedAt time.Time

	CreatesEnvironments bool
}

func (r *callerRow) model() *model.Caller {
	return &model.Caller{
		Organization: &model.Organization{Key: r.ID, Name: r.Name, Public: r.Public, CreatedAt: r.CreatedAt.UTC(), CreatesEnvironments: r.CreatesEnvironments},
		SessionKey:   r.SessionID, TokenKey: r.TokenID, TokenName: r.TokenName, Role: model.Role(r.Role),
	}
}

// CreateToken makes a token and returns its secret, which cannot be read again.
// It returns KindInvalid for a name that is empty or an expiry that is past.
func (db *DB) CreateToken(ctx context.Context, org *model.Organization, in model.CreateTokenInput) (*model.Token, string, error) {
	if err := model.ValidateText("name", in.Name, 1, 200); err != nil {
		return nil, "", err
	}
	now := db.now()
	if in.ExpiresAt != nil && !in.ExpiresAt.After(now) {
		return nil, "", model.Invalid("expiresAt", "expiresAt is %s, which is past", in.ExpiresAt.Format(time.RFC3339))
	}
	secret := model.NewTokenSecret()
	row := newTokenRow(org.Key, in.Name, in.Role, in.ExpiresAt, secret, now)
	if err := insertToken(ctx, db.bun, row); err != nil {
		return nil, "", err
	}
	return row.model(org), secret, nil
}

// RevokeToken revokes a token at once and for good; revoking it again changes
// nothing. It returns KindNotFound.
func (db *DB) RevokeToken(ctx context.Context, org *model.Organization, key int) (*model.Token, error) {
	row := new(tokenRow)
	err := db.bun.NewUpdate().Model(row).
		Set("revoked_at = coalesce(revoked_at, ?)", db.now()).
		Where("organization_id = ? AND id = ?", org.Key, key).
		Returning("?Columns").Scan(ctx)
	if err != nil {
		return nil, wrap(err, "token")
	}
	return row.model(org), nil
}

// Token returns a token by its key. It returns KindNotFound.
func (db *DB) Token(ctx context.Context, org *model.Organization, key int) (*model.Token, error) {
	row := new(tokenRow)
	err := db.bun.NewSelect().Model(row).Where("organization_id = ? AND id = ?", org.Key, key).Scan(ctx)
	if err != nil {
		return nil, wrap(err, "token")
	}
	return row.model(org), nil
}

// Tokens returns the tokens of an organization, newest first.
func (db *DB) Tokens(ctx context.Context, org *model.Organization, p model.Page) (*model.TokenConnection, error) {
	before, err := numberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []tokenRow
	err = db.bun.NewSelect().Model(&rows).
		Where("organization_id = ? AND id < ?", org.Key, before).
		Order("id DESC").Limit(int64(p.First) + 1).Scan(ctx)
	if err != nil {
		return nil, wrap(err, "tokens")
	}
	tokens := make([]*model.Token, len(rows))
	for i := range rows {
		tokens[i] = rows[i].model(org)
	}
	return model.NewConnection(tokens, p, func(t *model.Token) model.Cursor {
		return model.NewCursor(strconv.Itoa(t.Key))
	}), nil
}
