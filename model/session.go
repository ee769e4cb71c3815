package model

import (
	"crypto/rand"
	"time"
)

// How long a session lasts, whatever is done with it: one that a token began, which
// never outlives that, and one that a provider of identities began, which does not
// tell when somebody has left.
const (
	TokenSessionTime  = 7 * 24 * time.Hour
	PersonSessionTime = 12 * time.Hour
)

// Session is a browser that somebody signed in with.
type Session struct {
	Caller    *Caller
	ExpiresAt time.Time
}

// Person is somebody whom a provider of identities knows, and what they may do in an
// organization.
type Person struct {
	Organization string
	Issuer       string // the provider
	Subject      string // its key of the person
	Name         string
	Role         Role
}

// Validate returns KindInvalid for what cannot be kept.
func (p Person) Validate() error {
	for field, value := range map[string]string{"issuer": p.Issuer, "subject": p.Subject, "name": p.Name} {
		if err := ValidateText(field, value, 1, 500); err != nil {
			return err
		}
	}
	if !p.Role.Includes(RoleReader) {
		return Invalid("role", "%q is not a role", p.Role)
	}
	return nil
}

// NewSessionSecret makes a secret that nobody can guess: `lfs_` and 130 random bits.
// It proves a session and nothing else: it is no API token.
func NewSessionSecret() string { return "lfs_" + rand.Text() }
