package db_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { return now }
	const admin = "lf_admin_of_acme"
	if _, err := d.Bootstrap(t.Context(), "acme", admin); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	soon := now.Add(time.Hour)
	token, secretOfToken, err := d.CreateToken(t.Context(), org, model.CreateTokenInput{Name: "for an hour", Role: model.RoleReader, ExpiresAt: &soon})
	if err != nil {
		t.Fatal(err)
	}
	create := func(tokenSecret string) (*model.Session, string) {
		t.Helper()
		session, secret, err := d.CreateSessionOfToken(t.Context(), tokenSecret)
		if err != nil {
			t.Fatal(err)
		}
		return session, secret
	}
	wantCaller := func(secret, want string) *model.Caller {
		t.Helper()
		got := "nobody"
		caller, err := d.SessionCaller(t.Context(), secret)
		if err == nil {
			got = caller.TokenName + " " + string(caller.Role) + " of " + caller.Organization.Name
		} else if model.KindOf(err) != model.KindUnauthenticated {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("the session is of %s, want %s", got, want)
		}
		return caller
	}

	long, secretOfLong := create(admin)
	if !long.ExpiresAt.Equal(now.Add(7*24*time.Hour)) || !strings.HasPrefix(secretOfLong, "lfs_") {
		t.Errorf("the session ends at %s, secret %.4s", long.ExpiresAt, secretOfLong)
	}
	caller := wantCaller(secretOfLong, "bootstrap ADMIN of acme")
	if caller.SessionKey == 0 || caller.TokenKey == 0 || caller.SessionKey != long.Caller.SessionKey {
		t.Errorf("the caller is %+v", caller)
	}
	short, secretOfShort := create(secretOfToken)
	if !short.ExpiresAt.Equal(soon) {
		t.Errorf("the session outlives its token until %s", short.ExpiresAt)
	}

	// What proves a session proves no caller otherwise, and the other way round.
	wantCaller(admin, "nobody")
	for _, secret := range []string{secretOfLong, "lf_unknown", ""} {
		if _, err := d.Caller(t.Context(), secret); model.KindOf(err) != model.KindUnauthenticated {
			t.Errorf("%q is an API token: %v", secret, err)
		}
		if _, _, err := d.CreateSessionOfToken(t.Context(), secret); model.KindOf(err) != model.KindUnauthenticated {
			t.Errorf("%q begins a session: %v", secret, err)
		}
	}

	person := model.Person{Organization: "acme", Issuer: "https://id.example", Subject: "7", Name: "Ada", Role: model.RoleMember}
	session, secretOfPerson, err := d.CreateSessionOfPerson(t.Context(), person)
	if err != nil || !session.ExpiresAt.Equal(now.Add(12*time.Hour)) {
		t.Fatalf("session %+v, %v", session, err)
	}
	if caller := wantCaller(secretOfPerson, "Ada MEMBER of acme"); caller.TokenKey != 0 {
		t.Errorf("a person has token %d", caller.TokenKey)
	}
	for kind, change := range map[model.Kind]func(*model.Person){
		model.KindNotFound: func(p *model.Person) { p.Organization = "other" },
		model.KindInvalid:  func(p *model.Person) { p.Subject = "\x00" },
	} {
		other := person
		change(&other)
		if _, _, err := d.CreateSessionOfPerson(t.Context(), other); model.KindOf(err) != kind {
			t.Errorf("got %v, want %s", err, kind)
		}
	}

	// A session ends by itself, with its token, or because somebody ends it.
	if _, err := d.RevokeToken(t.Context(), org, token.Key); err != nil {
		t.Fatal(err)
	}
	wantCaller(secretOfShort, "nobody")
	for range 2 {
		if err := d.EndSession(t.Context(), secretOfPerson); err != nil {
			t.Error(err)
		}
	}
	wantCaller(secretOfPerson, "nobody")
	if err := d.EndSession(t.Context(), "lfs_unknown"); err != nil {
		t.Error(err)
	}
	now = now.Add(7*24*time.Hour - time.Second)
	wantCaller(secretOfLong, "bootstrap ADMIN of acme")
	now = now.Add(time.Second)
	wantCaller(secretOfLong, "nobody")

	// Who signs in sweeps what has expired.
	create(admin)
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var left, secrets int
	err = pool.QueryRowContext(t.Context(), `SELECT count(*), count(*) FILTER (WHERE sessions::text LIKE '%lfs_%') FROM sessions`).Scan(&left, &secrets)
	if err != nil || left != 1 || secrets != 0 {
		t.Errorf("%d sessions are left, %d with a secret, %v", left, secrets, err)
	}
}

// A session is of a token or of a person, and never of both or of nobody.
func TestSessions_Rules(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	if _, err := d.Bootstrap(t.Context(), "acme", "lf_admin_of_acme"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Bootstrap(t.Context(), "other", "lf_admin_of_other"); err != nil {
		t.Fatal(err)
	}
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for values, want := range map[string]string{
		`null::int, null, null, null, null`: "sessions_who_check",
		`1, 'i', 's', 'n', 'ADMIN'`:         "sessions_who_check",
		`null::int, 'i', 's', 'n', null`:    "sessions_who_check",
		`1, null, null, null, 'ADMIN'`:      "sessions_who_check",
		`null::int, 'i', 's', 'n', 'OWNER'`: "sessions_role_check",
		`2, null, null, null, null`:         "sessions_token_fkey", // of the other organization
		`null::int, 'i', 's', 'n', 'ADMIN'`: "",
		`1, null, null, null, null`:         "",
	} {
		_, err := pool.ExecContext(t.Context(), `
			INSERT INTO sessions (organization_id, hash, token_id, issuer, subject, name, role, created_at, expires_at)
			SELECT o.id, sha256(random()::text::bytea), v.*, now(), now() + interval '1 hour'
			FROM organizations o, (VALUES (`+values+`)) v (token_id, issuer, subject, name, role) WHERE o.name = 'acme'`)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", values, err, want)
		}
	}
}
