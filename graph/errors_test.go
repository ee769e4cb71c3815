package graph_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// rowCounts says how many rows each table has.
func rowCounts(t testing.TB, url string) map[string]int {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	rows, err := pool.QueryContext(t.Context(), `
		SELECT relname, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', relname), false, true, '')))[1]::text::int
		FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var table string
		var n int
		if err := rows.Scan(&table, &n); err != nil {
			t.Fatal(err)
		}
		counts[table] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return counts
}

// newServerURL is a server whose database can be looked into.
func newServerURL(t testing.TB) (*server, string) {
	t.Helper()
	d, url := dbtest.NewURL(t)
	d.Now = func() time.Time { return start.Add(24 * time.Hour) }
	return serve(t, d), url
}

// Every wrong input gets its code and a sentence that says what to do, and leaves
// nothing behind.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s, url := newServerURL(t)
	s.fill(2)
	tokens := map[string]string{"admin": s.token, "other": model.NewTokenSecret()}
	s.newOrganization("globex", tokens["other"])
	for _, role := range []model.Role{model.RoleReader, model.RoleReporter, model.RoleMember} {
		_, secret, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: string(role), Role: role})
		if err != nil {
			t.Fatal(err)
		}
		tokens[string(role)] = secret
	}
	before := rowCounts(t, url)

	report := func(fields string) string {
		return `mutation { reportArtifact(input: {organization: "acme", flow: "flow-0", name: "x:1234567", fingerprint: "` + strings.Repeat("a", 64) + `" ` + fields + `}) { created } }`
	}
	for name, tt := range map[string]struct {
		token   string // of the administrator if empty
		query   string
		code    string
		message string // a part of it
	}{
		"AnotherOrganization":       {"other", `{ organization(name: "acme") { name } }`, "NOT_FOUND", `organization "acme" does not exist, or you may not read it: you belong to organization "globex"`},
		"NoSuchOrganization":        {"other", `{ organization(name: "initech") { name } }`, "NOT_FOUND", `organization "initech" does not exist, or you may not read it: you belong to organization "globex"`},
		"AnotherOrganizationsWrite": {"other", report(""), "FORBIDDEN", `you belong to organization "globex"`},
		"AnotherOrganizationsNode":  {"other", `{ node(id: "` + string(model.NewID("flow", "acme", "flow-0")) + `") { id } }`, "NOT_FOUND", "you may not read it"},
		"ReaderWrites":              {"READER", report(""), "FORBIDDEN", "you have the role READER, and this needs MEMBER"},
		"ReporterWrites":            {"REPORTER", report(""), "FORBIDDEN", "needs MEMBER"},
		"MemberMakesTokens":         {"MEMBER", `mutation { createToken(input: {organization: "acme", name: "x", role: ADMIN}) { secret } }`, "FORBIDDEN", "needs ADMIN"},
		"MemberMakesWebhooks":       {"MEMBER", `mutation { createWebhook(input: {organization: "acme", forge: GITHUB}) { secret } }`, "FORBIDDEN", "needs ADMIN"},
		"MemberReadsTokens":         {"MEMBER", `{ organization(name: "acme") { tokens { nodes { name } } } }`, "FORBIDDEN", "needs ADMIN"},
		"MemberReadsATokenById":     {"MEMBER", `{ node(id: "` + string(model.NewID("token", "acme", "1")) + `") { id } }`, "FORBIDDEN", "needs ADMIN"},

		"UnknownFlow":         {"", `{ organization(name: "acme") { flow(name: "nope") { name } } }`, "NOT_FOUND", `flow "nope" does not exist in organization "acme"; there are: flow-0, flow-1`},
		"UnknownFlowOfRef":    {"", `{ organization(name: "acme") { artifact(ref: "nope:1234567") { __typename } } }`, "NOT_FOUND", "there are: flow-0, flow-1"},
		"UnknownFlowReported": {"", strings.Replace(report(""), "flow-0", "nope", 1), "NOT_FOUND", `flow "nope" does not exist`},
		"UnknownArtifact":     {"", `{ organization(name: "acme") { artifact(ref: "flow-0:fffff") { __typename } } }`, "NOT_FOUND", `flow "flow-0" has no artifact built from a commit that begins with fffff`},
		"UnknownFingerprint":  {"", `{ organization(name: "acme") { artifact(ref: "flow-0@ffffff") { __typename } } }`, "NOT_FOUND", "has no artifact whose fingerprint begins with ffffff"},
		"UnknownCommit":       {"", `{ organization(name: "acme") { commit(ref: "fffff") { __typename } } }`, "NOT_FOUND", "no commit of organization acme begins with fffff"},
		"UnknownEnvironment":  {"", `{ organization(name: "acme") { environment(name: "nope") { name } } }`, "NOT_FOUND", "there are: all-0, all-1, env-0, env-1"},
		"SnapshotTooHigh":     {"", `{ organization(name: "acme") { snapshot(ref: "env-0#3") { number } } }`, "NOT_FOUND", "env-0#3: env-0 has snapshots 1 to 2"},
		"SnapshotTooHighDiff": {"", `{ organization(name: "acme") { diff(from: "env-0#1", to: "env-1#99") { empty } } }`, "NOT_FOUND", "env-1 has snapshots 1 to 2"},
		"UnknownRepository":   {"", `{ organization(name: "acme") { repository(name: "acme/nope") { name } } }`, "NOT_FOUND", `repository "acme/nope" does not exist`},
		"RefOfAnotherFlow":    {"", `{ organization(name: "acme") { flow(name: "flow-0") { artifact(ref: "flow-1:1000000") { __typename } } } }`, "INVALID", "names another flow"},

		"NoFingerprint":       {"", strings.Replace(report(""), strings.Repeat("a", 64), "abc", 1), "INVALID", `"abc" is not a fingerprint: it must be a SHA-256, 64 hexadecimal digits`},
		"ShortCommit":         {"", report(`commit: "16d9990"`), "INVALID", `"16d9990" is not a full commit SHA`},
		"NoTime":              {"", report(`at: "yesterday"`), "INVALID", `"yesterday" is not a time`},
		"NoURL":               {"", report(`buildUrl: "javascript:alert(1)"`), "INVALID", "must be an absolute http or https URL"},
		"NoRepository":        {"", report(`repository: "runner"`), "INVALID", "write it with its owner"},
		"NoSnapshotRef":       {"", `{ organization(name: "acme") { snapshot(ref: "env-0#x") { number } } }`, "INVALID", "is not a reference to a snapshot: write aws-prod"},
		"NoArtifactRef":       {"", `{ organization(name: "acme") { artifact(ref: "flow-0") { __typename } } }`, "INVALID", "is not a reference to an artifact: write runner:16d9990"},
		"TooShortAPrefix":     {"", `{ organization(name: "acme") { commit(ref: "1234") { __typename } } }`, "NOT_FOUND", "A commit can be said by a SHA or 5 digits or more of one"},
		"NoCommitRef":         {"", `{ organization(name: "acme") { commit(ref: "main~1") { __typename } } }`, "INVALID", "is not a reference to a commit"},
		"NoEndOfRange":        {"", `{ organization(name: "acme") { commitRange(from: "branch-0^", to: "1000000") { __typename } } }`, "INVALID", "is not a reference to a commit"},
		"UnknownEndOfRange":   {"", `{ organization(name: "acme") { commitRange(from: "1000000", to: "fffff") { __typename } } }`, "NOT_FOUND", "begins with fffff, and no branch or tag is named so"},
		"NoPatchID":           {"", `mutation { reportCommits(input: {organization: "acme", repository: "acme/x", commits: [{sha: "` + strings.Repeat("a", 40) + `", parents: [], subject: "x", committedAt: "2022-08-22T09:00:00Z", patchId: "abc"}]}) { added } }`, "INVALID", `"abc" is not a full commit SHA`},
		"EmailTooLong":        {"", `{ organization(name: "acme") { commits(filter: {authorEmail: "` + strings.Repeat("a", 321) + `"}) { nodes { sha } } } }`, "INVALID", "321 characters"},
		"CommitsOfNowhere":    {"", `{ organization(name: "acme") { commits(filter: {repository: "acme/nope"}) { nodes { sha } } } }`, "NOT_FOUND", `repository "acme/nope" does not exist`},
		"FirstTooLarge":       {"", `{ organization(name: "acme") { flows(first: 101) { nodes { name } } } }`, "INVALID", "first is 101, and must be from 1 to 100"},
		"FirstZero":           {"", `{ organization(name: "acme") { flows(first: 0) { nodes { name } } } }`, "INVALID", "first is 0"},
		"FirstNegative":       {"", `{ organization(name: "acme") { flows(first: -6148914691236517206) { nodes { name } } } }`, "INVALID", "must be from 1 to 100"},
		"NoCursor":            {"", `{ organization(name: "acme") { flows(after: "x") { nodes { name } } } }`, "INVALID", "after is not a cursor of this list"},
		"CursorOfAnotherList": {"", `{ organization(name: "acme") { artifacts(after: "` + string(model.NewCursor("flow-0")) + `") { nodes { name } } } }`, "INVALID", "after is not a cursor of this list"},
		"NoID":                {"", `{ node(id: "flow_!") { id } }`, "INVALID", "is not an id of this API"},
		"NameWithSpace":       {"", `mutation { createFlow(input: {organization: "acme", name: "my flow"}) { created } }`, "INVALID", `"my flow" cannot be the name of a flow`},
		"NameAsSnapshotRef":   {"", `mutation { createEnvironment(input: {organization: "acme", name: "prod~1", type: ECS}) { created } }`, "INVALID", "ends as a reference to an older snapshot does"},
		"ControlCharacters":   {"", `mutation { createFlow(input: {organization: "acme", name: "x", description: "a\u0000b"}) { created } }`, "INVALID", "characters that are not text"},
		"EvidenceOfNothing":   {"", `mutation { reportAttestation(input: {organization: "acme", flow: "flow-0", fingerprint: "` + strings.Repeat("a", 64) + `", name: "x", evidence: {}}) { created } }`, "GRAPHQL_VALIDATION_FAILED", "must specify exactly one key"},
		"ExpiredToken":        {"", `mutation { createToken(input: {organization: "acme", name: "x", role: READER, expiresAt: "2020-01-01T00:00:00Z"}) { secret } }`, "INVALID", "which is past"},
		"ShortWebhookSecret":  {"", `mutation { createWebhook(input: {organization: "acme", forge: GITHUB, secret: "short"}) { secret } }`, "INVALID", "secret has 5 characters"},
		"NoCommits":           {"", `mutation { reportCommits(input: {organization: "acme", repository: "acme/x", commits: []}) { added } }`, "INVALID", "from 1 to 1000"},

		"FlowSaysSomethingElse":        {"", `mutation { createFlow(input: {organization: "acme", name: "flow-0", description: "another"}) { created } }`, "CONFLICT", "change it by updateFlow"},
		"EnvironmentSaysSomethingElse": {"", `mutation { createEnvironment(input: {organization: "acme", name: "env-0", type: K8S}) { created } }`, "CONFLICT", "is there already, of type ECS"},
		"EnvironmentOfFormerName":      {"", `mutation { createEnvironment(input: {organization: "acme", name: "old-0", type: SERVER}) { created } }`, "CONFLICT", `has the name "old-0-1" now`},
		"EnvironmentOfTakenName":       {"", `mutation { updateEnvironment(input: {organization: "acme", environment: "env-0", name: "old-0"}) { environment { name } } }`, "CONFLICT", `environment "old-0-1" has or had it`},
		"MemberIsLogical":              {"", `mutation { updateEnvironment(input: {organization: "acme", environment: "all-0", addMembers: ["all-1"]}) { environment { name } } }`, "INVALID", "all-1 is a logical environment itself"},
		"MemberIsUnknown":              {"", `mutation { updateEnvironment(input: {organization: "acme", environment: "all-0", members: ["nope"]}) { environment { name } } }`, "NOT_FOUND", `environment "nope" does not exist`},
		"MembersOfOther":               {"", `mutation { updateEnvironment(input: {organization: "acme", environment: "env-0", members: []}) { environment { name } } }`, "INVALID", "only a logical environment has members"},
		"TagTooLong":                   {"", `mutation { updateEnvironment(input: {organization: "acme", environment: "env-0", tags: [{key: "a b", value: "x"}]}) { environment { name } } }`, "INVALID", `"a b" cannot be the key of a tag`},
		"SilenceOfUnion":               {"", `mutation { updateEnvironment(input: {organization: "acme", environment: "all-0", silentAfterSeconds: 60}) { environment { name } } }`, "INVALID", "as silent as its members"},
		"FilterTooLong":                {"", `{ organization(name: "acme") { environments(filter: {name: "` + strings.Repeat("n", 129) + `"}) { nodes { name } } } }`, "INVALID", "129 characters"},
		"AmbiguousDeployment":          {"", `mutation { reportDeployment(input: {organization: "acme", artifact: "flow-0:10000", environment: "env-0"}) { created } }`, "AMBIGUOUS", "flow-0:10000 fits 2 artifacts: flow-0@"},
		"DeploymentToNowhere":          {"", `mutation { reportDeployment(input: {organization: "acme", artifact: "flow-0:1000000", environment: "nope"}) { created } }`, "NOT_FOUND", "there are: all-0, all-1, env-0, env-1"},
		"DeploymentOfNoFlow":           {"", `mutation { reportDeployment(input: {organization: "acme", artifact: ":1000000", environment: "env-0"}) { created } }`, "INVALID", "names no flow"},

		"UnknownField": {"", `{ organization(name: "acme") { nope } }`, "GRAPHQL_VALIDATION_FAILED", "Cannot query field"},
		"NoQuery":      {"", `{ organization(`, "GRAPHQL_PARSE_FAILED", "Expected"},
		"TooCostly": {
			"", `{ organization(name: "acme") { flows(first: 100) { nodes { artifacts(first: 100) { nodes { history(first: 100) { nodes { summary } } } } } } } }`,
			"COMPLEXITY_LIMIT_EXCEEDED", "100000",
		},
		"TooCostlyByWrapping": {
			"", `{ organization(name: "acme") { a: flows(first: 6148914691236517206) { nodes { artifacts(first: 6148914691236517206) { nodes { history(first: 6148914691236517206) { nodes { id at summary } } } } } } } }`,
			"COMPLEXITY_LIMIT_EXCEEDED", "100000",
		},
	} {
		t.Run(name, func(t *testing.T) {
			token := tokens["admin"]
			if tt.token != "" {
				token = tokens[tt.token]
			}
			got := s.ask(token, tt.query)
			if diff := cmp.Diff([]string{tt.code}, got.codes()); diff != "" {
				t.Fatalf("codes (-want +got):\n%s%+v", diff, got.Errors)
			}
			if !strings.Contains(got.Errors[0].Message, tt.message) {
				t.Errorf("the message is %q, want it to say %q", got.Errors[0].Message, tt.message)
			}
		})
	}
	if diff := cmp.Diff(before, rowCounts(t, url)); diff != "" {
		t.Errorf("rows (-before +after):\n%s", diff)
	}
}

// What is wrong before GraphQL begins has the same shape.
func TestRefusals_Request(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, revoked, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "x", Role: model.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := s.db.Caller(t.Context(), revoked)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.RevokeToken(t.Context(), s.org, caller.TokenKey); err != nil {
		t.Fatal(err)
	}
	secretBody := `{"query": "{ viewer { name } }", "password": "hunter2"`
	for name, tt := range map[string]struct {
		token   string
		body    string
		status  int
		code    string
		message string
	}{
		"NoToken":      {"", `{"query": "{ viewer { name } }"}`, 401, "UNAUTHENTICATED", "no API token: send it as the header"},
		"UnknownToken": {"lf_nobody", `{"query": "{ viewer { name } }"}`, 401, "UNAUTHENTICATED", "this API token is not valid"},
		"DryRun":       {"DRY_RUN", `{}`, 401, "UNAUTHENTICATED", "this API token is not valid"},
		"RevokedToken": {revoked, `{"query": "{ viewer { name } }"}`, 401, "UNAUTHENTICATED", "unknown, revoked or expired"},
		"BrokenJSON":   {s.token, secretBody, 400, "INVALID", "the request body is not JSON"},
		"TooLarge":     {s.token, `{"query": "` + strings.Repeat(" ", 3<<20) + `"}`, 413, "TOO_LARGE", "over 2 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := s.post(tt.token, strings.NewReader(tt.body))
			var got response
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%s: %v", w.Body, err)
			}
			if w.Code != tt.status || len(got.Errors) != 1 || got.Errors[0].Extensions.Code != tt.code || !strings.Contains(got.Errors[0].Message, tt.message) {
				t.Errorf("got %d %s, want %d %s %q", w.Code, w.Body, tt.status, tt.code, tt.message)
			}
			if bytes.Contains(w.Body.Bytes(), []byte("hunter2")) {
				t.Error("the body came back in the answer")
			}
		})
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query={__typename}", nil)
	if err != nil {
		t.Fatal(err)
	}
	if w := s.do(r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET answers %d", w.Code)
	}
}

// What goes wrong inside is told to the log, and not to the caller.
func TestInternalErrorsStayInside(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	if err := s.db.Rollback(t.Context()); err != nil { // no tables any more
		t.Fatal(err)
	}
	w := s.post(s.token, strings.NewReader(`{"query": "{ viewer { name } }"}`))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "pq:") || strings.Contains(w.Body.String(), "tokens") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if !strings.Contains(s.log.String(), "pq:") {
		t.Errorf("the log has no cause: %s", s.log)
	}
	if strings.Contains(s.log.String(), s.token) {
		t.Error("the log has the token")
	}
}

// A public organization can be read by any signed-in caller, and changed only by
// its own.
func TestPublicOrganization(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	other := model.NewTokenSecret()
	s.newOrganization("globex", other)
	read := `{ organization(name: "acme") { visibility flows { nodes { name visibility } } } }`
	if got := s.ask(other, read); len(got.Errors) == 0 {
		t.Fatalf("a private organization can be read: %s", got.Data)
	}
	s.must(`mutation { updateOrganization(input: {organization: "acme", visibility: PUBLIC}) { organization { visibility } } }`, nil)
	got := s.ask(other, read)
	want := `{"organization":{"visibility":"PUBLIC","flows":{"nodes":[{"name":"flow-0","visibility":"PUBLIC"},{"name":"flow-1","visibility":"PUBLIC"}]}}}`
	if len(got.Errors) > 0 || string(got.Data) != want {
		t.Errorf("got %s %+v, want %s", got.Data, got.Errors, want)
	}
	for _, query := range []string{
		`mutation { updateOrganization(input: {organization: "acme", visibility: PRIVATE}) { organization { name } } }`,
		`mutation { createFlow(input: {organization: "acme", name: "mine"}) { created } }`,
		`{ organization(name: "acme") { tokens { nodes { name } } } }`,
	} {
		if got := s.ask(other, query); fmt.Sprint(got.codes()) != "[FORBIDDEN]" {
			t.Errorf("%s: got %v", query, got.codes())
		}
	}
}

// Two organizations that have everything in common but who they are, down to
// fingerprints and SHAs, never see anything of each other, whatever they ask.
func TestTenantsSeeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	s.whereabouts()
	other := *s
	other.token = model.NewTokenSecret()
	other.org = s.newOrganization("globex", other.token)
	other.fill(2)
	other.whereabouts()
	for name, query := range everyPath(schema(), 2, 3) {
		for _, tenant := range []struct {
			*server
			own, foreign string
		}{{s, "acme", "globex"}, {&other, "globex", "acme"}} {
			got := string(tenant.ask(tenant.token, strings.ReplaceAll(query, "acme", tenant.own)).Data)
			if strings.Contains(got, tenant.foreign) {
				t.Errorf("%s of %s tells of %s: %s", name, tenant.own, tenant.foreign, got)
			}
			got = string(tenant.ask(tenant.token, strings.ReplaceAll(query, "acme", tenant.foreign)).Data)
			if got != `{"organization":null}` {
				t.Errorf("%s of %s, asked by %s, is %s", name, tenant.foreign, tenant.own, got)
			}
		}
	}
	// The answers do name repositories, so the one who is asked would be told of.
	got := string(other.ask(other.token, `{ organization(name: "globex") { artifacts { nodes { commit { url } } } } }`).Data)
	if !strings.Contains(got, "https://github.com/globex/flow-0/commit/") {
		t.Errorf("nothing in an answer tells whose it is: %s", got)
	}
}
