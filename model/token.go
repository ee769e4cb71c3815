package model

import (
	"crypto/rand"
	"crypto/sha256"
	"io"
	"time"
)

// Role is what a caller may do. Each may do what the ones before it may.
type Role string

// The roles, from the least to the most.
const (
	RoleReader   Role = "READER"   // read
	RoleReporter Role = "REPORTER" // and report what runs
	RoleMember   Role = "MEMBER"   // and report what CI knows
	RoleAdmin    Role = "ADMIN"    // and everything else
)

var roleRank = map[Role]int{RoleReader: 1, RoleReporter: 2, RoleMember: 3, RoleAdmin: 4}

// Includes reports whether who has role r may do what asks for the role needed.
func (r Role) Includes(needed Role) bool { return roleRank[r] >= roleRank[needed] && roleRank[r] > 0 }

// MarshalGQL writes the role as a GraphQL enum value.
func (r Role) MarshalGQL(w io.Writer) { writeQuoted(w, string(r)) }

// UnmarshalGQL reads a role from a GraphQL enum value.
func (r *Role) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, r, RoleReader, RoleReporter, RoleMember, RoleAdmin)
}

// Token is what a caller proves itself with; the secret itself is not kept.
type Token struct {
	OrganizationName string
	Key              int
	Name             string
	Role             Role
	Hint             string
	CreatedAt        time.Time
	ExpiresAt        *time.Time
	RevokedAt        *time.Time
}

// IsNode marks what has an ID.
func (*Token) IsNode() {}

// ID is the token's id in the API.
func (t *Token) ID() ID { return NewID("token", t.OrganizationName, IntKey(int64(t.Key))) }

// NewTokenSecret makes a secret that nobody can guess: `lf_` and 130 random bits.
func NewTokenSecret() string { return "lf_" + rand.Text() }

// HashToken is the form in which a token's secret is kept. The secret is random,
// so it needs no salt and no slow hash.
func HashToken(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// TokenHint is the end of a secret, to tell it from others.
func TokenHint(secret string) string { return secret[max(0, len(secret)-4):] }

// Caller is who is asking: a token, a job of CI or a person that was proven, and the
// organization. Of a browser, it has the session too.
type Caller struct {
	Organization *Organization
	TokenKey     int // 0 without an API token
	SessionKey   int // 0 without a session
	TokenName    string
	Role         Role
}

// Viewer is the caller as the API shows it.
type Viewer struct {
	Organization *Organization
	Name         string
	Role         Role
}

// CreateTokenInput says which token to make.
type CreateTokenInput struct {
	Organization string
	Name         string
	Role         Role
	ExpiresAt    *time.Time
}

// CreateTokenPayload holds the token, this once with its secret.
type CreateTokenPayload struct {
	Token  *Token
	Secret string
}

// RevokeTokenInput says which token to revoke.
type RevokeTokenInput struct {
	TokenID ID
}

// RevokeTokenPayload holds the token as it is now.
type RevokeTokenPayload struct {
	Token *Token
}
