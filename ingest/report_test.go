package ingest_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// fingerprint is a fingerprint that a word stands for.
func fingerprint(word string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(word))) }

// item is one running instance of an artifact, whose fingerprint is that of its
// name.
func item(name string) string {
	return fmt.Sprintf(`{"digests":{%q:%q},"creationTimestamp":1661158757}`, name, fingerprint(name))
}

// reportOf is a report in which so many items run.
func reportOf(items ...string) string { return `{"artifacts":[` + strings.Join(items, ",") + `]}` }

// observed is a report of what ran so many minutes after the start.
func observed(minute int, items ...string) string {
	at := start.Add(time.Duration(minute) * time.Minute).Format(time.RFC3339)
	return fmt.Sprintf(`{"artifacts":[%s],"observedAt":%q}`, strings.Join(items, ","), at)
}

func TestReport_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	past := start.Add(25 * time.Hour)
	_, expired, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "expired", Role: model.RoleAdmin, ExpiresAt: &past})
	if err != nil {
		t.Fatal(err)
	}
	token, revoked, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "revoked", Role: model.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.RevokeToken(t.Context(), s.org, token.Key); err != nil {
		t.Fatal(err)
	}
	s.db.Now = func() time.Time { return past.Add(time.Minute) }
	// Something runs already, which no refused report may end.
	if got := s.send(t, s.reporting(reportOf(item("runner:16d9990")))); got.Status != http.StatusCreated {
		t.Fatalf("got %d: %s", got.Status, got.raw)
	}

	at := func(path string) call { return call{path: "/api/v2/environments/" + path} }
	body := func(text string) call { return call{body: strings.NewReader(text)} }
	header := func(name, value string) call { return call{header: map[string]string{name: value}} }
	digest := func(digest string) call { return body(`{"artifacts":[{"digests":{"x":` + digest + `}}]}`) }
	started := func(at string) call {
		return body(`{"artifacts":[{"digests":{"x":"` + fingerprint("x") + `"},"creationTimestamp":` + at + `}]}`)
	}
	looked := func(at string) call { return body(`{"artifacts":[],"observedAt":` + at + `}`) }
	const invalid = "Input payload validation failed"
	s.refuse(t, func() call { return s.reporting(reportOf()) }, map[string]refusal{
		"NoToken":             {header("Authorization", ""), 401, "UNAUTHENTICATED", "no API token"},
		"EmptyToken":          {header("Authorization", "Bearer "), 401, "UNAUTHENTICATED", "no API token"},
		"OtherScheme":         {header("Authorization", "Basic "+s.tokens["REPORTER"]), 401, "UNAUTHENTICATED", "no API token"},
		"NoScheme":            {header("Authorization", s.tokens["REPORTER"]), 401, "UNAUTHENTICATED", "no API token"},
		"WrongToken":          {header("Authorization", "Bearer "+model.NewTokenSecret()), 401, "UNAUTHENTICATED", "not valid"},
		"TokenInOtherCase":    {header("Authorization", "Bearer "+strings.ToLower(s.tokens["REPORTER"])), 401, "UNAUTHENTICATED", "not valid"},
		"DryRun":              {header("Authorization", "Bearer DRY_RUN"), 401, "UNAUTHENTICATED", "not valid"},
		"Expired":             {header("Authorization", "Bearer "+expired), 401, "UNAUTHENTICATED", "not valid"},
		"Revoked":             {header("Authorization", "Bearer "+revoked), 401, "UNAUTHENTICATED", "not valid"},
		"OtherOrganization":   {header("Authorization", "Bearer "+s.tokens["globex"]), 403, "FORBIDDEN", `organization "globex" and not to "acme"`},
		"UnknownOrganization": {at("nobody/aws-prod/report/ECS"), 403, "FORBIDDEN", `not to "nobody"`},
		"RoleTooLow":          {header("Authorization", "Bearer "+s.tokens["READER"]), 403, "FORBIDDEN", "role READER, and this needs REPORTER"},

		"UnknownEnvironment":   {at("acme/aws-test/report/ECS"), 404, "NOT_FOUND", "Environment named 'aws-test' does not exist for organization 'acme'"},
		"OthersEnvironment":    {at("acme/globex-prod/report/ECS"), 404, "NOT_FOUND", "Environment named 'globex-prod' does not exist for organization 'acme'"},
		"EnvironmentOfNUL":     {at("acme/aws%00prod/report/ECS"), 400, "INVALID", "not text"},
		"EnvironmentNotUTF8":   {at("acme/aws%ffprod/report/ECS"), 400, "INVALID", "not text"},
		"UnknownKind":          {at("acme/aws-prod/report/nomad"), 400, "INVALID", `"nomad" is not a type of environment`},
		"KindInOtherCase":      {at("acme/aws-prod/report/ecs"), 400, "INVALID", invalid},
		"EnvironmentOfOther":   {at("acme/aws-prod/report/docker"), 400, "INVALID", `environment "aws-prod" is of type ECS, and this is a report of type docker`},
		"LogicalTakesNone":     {at("acme/aws-prod/report/logical"), 400, "INVALID", invalid},
		"IdempotencyKeyLong":   {header("Idempotency-Key", strings.Repeat("k", 201)), 400, "INVALID", "Idempotency-Key"},
		"IdempotencyKeyNoText": {header("Idempotency-Key", "\xff"), 400, "INVALID", "Idempotency-Key"},

		"TooLarge":           {call{body: padded(`{"artifacts":[]}`, ingest.MaxReportBody+1)}, 413, "TOO_LARGE", "16 MiB"},
		"TooLargeIsFirst":    {call{body: padded(``, 2*ingest.MaxReportBody)}, 413, "TOO_LARGE", "16 MiB"},
		"TooManyInstances":   {body(reportOf(strings.Repeat(`{"digests":{}},`, model.MaxReportedInstances) + `{"digests":{}}`)), 413, "TOO_LARGE", "20000"},
		"HundredThousand":    {body(reportOf(strings.Repeat(item("runner:16d9990")+",", 99_999) + item("runner:16d9990"))), 413, "TOO_LARGE", "20000"},
		"CutShort":           {call{body: io.MultiReader(strings.NewReader(`{"artifacts":[`), cutShort{})}, 400, "INVALID", "cut short"},
		"NoBody":             {body(""), 400, "INVALID", invalid},
		"BrokenJSON":         {body(`{"artifacts":[`), 400, "INVALID", invalid},
		"Trailing":           {body(`{"artifacts":[]}{}`), 400, "INVALID", invalid},
		"NotJSON":            {body(`artifacts=`), 400, "INVALID", invalid},
		"Null":               {body(`null`), 400, "INVALID", "artifacts is missing"},
		"Array":              {body(`[]`), 400, "INVALID", invalid},
		"EmptyObject":        {body(`{}`), 400, "INVALID", "artifacts is missing"},
		"ArtifactsNull":      {body(`{"artifacts":null}`), 400, "INVALID", "artifacts is missing"},
		"ArtifactsObject":    {body(`{"artifacts":{}}`), 400, "INVALID", invalid},
		"ItemNull":           {body(`{"artifacts":[null]}`), 400, "INVALID", "digests"},
		"ItemEmpty":          {body(`{"artifacts":[{}]}`), 400, "INVALID", "digests"},
		"ItemNumber":         {body(`{"artifacts":[1]}`), 400, "INVALID", invalid},
		"DigestsNull":        {body(`{"artifacts":[{"digests":null}]}`), 400, "INVALID", "digests"},
		"DigestsList":        {body(`{"artifacts":[{"digests":["` + fingerprint("x") + `"]}]}`), 400, "INVALID", invalid},
		"SecondItem":         {body(reportOf(item("x"), `{"digests":{"y":"latest"}}`)), 400, "INVALID", `the digest of "y" is "latest"`},
		"DigestNumber":       {digest(`1`), 400, "INVALID", invalid},
		"DigestTag":          {digest(`"latest"`), 400, "INVALID", `"latest"`},
		"DigestShort":        {digest(`"` + fingerprint("x")[1:] + `"`), 400, "INVALID", "64 hexadecimal digits"},
		"DigestSHA512":       {digest(`"sha512:` + fingerprint("x") + fingerprint("y") + `"`), 400, "INVALID", "64 hexadecimal digits"},
		"NameEmpty":          {body(`{"artifacts":[{"digests":{"":"` + fingerprint("x") + `"}}]}`), 400, "INVALID", "name has 0 characters"},
		"NameTooLong":        {body(reportOf(item(strings.Repeat("x", 501)))), 400, "INVALID", "name has 501 characters"},
		"NameOfNUL":          {body(`{"artifacts":[{"digests":{"x\u0000":"` + fingerprint("x") + `"}}]}`), 400, "INVALID", "not text"},
		"StartedNegative":    {started("-1"), 400, "INVALID", "creationTimestamp is -1"},
		"StartedInMillis":    {started("1661158757000000"), 400, "INVALID", "creationTimestamp"},
		"StartedHuge":        {started("1e300"), 400, "INVALID", "creationTimestamp"},
		"StartedOverflowing": {started("1e999"), 400, "INVALID", invalid},
		"StartedText":        {started(`"2022-08-22"`), 400, "INVALID", invalid},
		"ObservedInFuture":   {looked(`"2022-08-24T09:00:00Z"`), 400, "INVALID", "observedAt is 2022-08-24T09:00:00Z, which is in the future: it is 2022-08-23T10:01:00Z here"},
		"ObservedNoTime":     {looked(`"yesterday"`), 400, "INVALID", invalid},
		"ObservedNoZone":     {looked(`"2022-08-22T11:39:22"`), 400, "INVALID", invalid},
		"ObservedNumber":     {looked(`1661158757`), 400, "INVALID", invalid},
		"ObservedLongAgo":    {looked(`"0001-01-01T00:00:00Z"`), 400, "INVALID", "observedAt is 0001"},
		"ObservedBefore1970": {looked(`"1970-01-01T00:00:00+14:00"`), 400, "INVALID", "observedAt is 1970"},
	})
	// Where the runtime always tells, no digest may be empty.
	s.refuse(t, func() call { return s.reporting(`{"artifacts":[{"digests":{"x":""}}]}`) }, map[string]refusal{
		"DigestEmpty": {at("acme/build-host/report/docker"), 400, "INVALID", `the digest of "x" is ""`},
	})
}

// The very words that agents know, and nothing around them.
func TestReport_UnknownEnvironment(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.reporting(reportOf())
	c.path = "/api/v2/environments/acme/x/report/server"
	got := s.send(t, c)
	if want := "Environment named 'x' does not exist for organization 'acme'"; got.Status != http.StatusNotFound || got.Message != want {
		t.Errorf("got %d %q", got.Status, got.Message)
	}
	get := call{method: http.MethodGet, path: "/api/v2/environments/acme/x", header: c.header, body: strings.NewReader("null")}
	if again := s.send(t, get); again.Status != http.StatusNotFound || again.Message != got.Message {
		t.Errorf("GET: got %d %q", again.Status, again.Message)
	}
}

// step is a report and what is to come of it.
type step struct {
	body    string
	key     string // its Idempotency-Key
	status  int
	outcome string
	number  int
}

func (s *server) reports(t *testing.T, steps []step) {
	t.Helper()
	for i, step := range steps {
		c := s.reporting(step.body)
		c.header["Idempotency-Key"] = step.key
		got := s.send(t, c)
		want := answer{Status: step.status, Message: step.outcome}
		if got.Status != want.Status || got.Message != want.Message || !strings.Contains(string(got.raw), fmt.Sprintf(`"aws-prod#%d"`, step.number)) {
			t.Errorf("report %d: got %d %s, want %d %s and #%d", i+1, got.Status, got.raw, want.Status, want.Message, step.number)
		}
	}
}

func TestReport_Outcomes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a, b := item("a:1111111"), item("b:2222222")
	s.reports(t, []step{
		{observed(1), "", 201, "changed", 1}, // empty differs from unknown
		{observed(2, a), "", 201, "changed", 2},
		{observed(3, a), "", 200, "unchanged", 2},
		{observed(4, a, b, b), "", 201, "changed", 3},
		{observed(5, b, a, b), "", 200, "unchanged", 3}, // in another order
		{observed(2, b), "", 200, "stale", 3},
		{observed(6, a, b), "", 201, "changed", 4},
		{reportOf(a, b), "", 200, "unchanged", 4}, // now, a day later
		{observed(7), "", 200, "stale", 4},        // and after that, late
		{reportOf(), "", 201, "changed", 5},
	})

	// Repeated, none of them changes anything but when aws-prod was looked at.
	before := s.dump(t, "environment_heads")
	for _, late := range []string{observed(1), observed(2, a), observed(4, a, b, b), observed(2, b), observed(6, a, b), observed(7)} {
		if got := s.send(t, s.reporting(late)); got.Status != http.StatusOK {
			t.Errorf("%s: got %d %s", late, got.Status, got.raw)
		}
	}
	kept := s.dump(t, "environment_heads")
	for range 2 { // what came late is kept, once
		for _, late := range []string{observed(1), observed(2, a), observed(4, a, b, b), observed(2, b), observed(6, a, b), observed(7)} {
			s.send(t, s.reporting(late))
		}
		s.send(t, s.reporting(reportOf()))
	}
	if diff := cmp.Diff(kept, s.dump(t, "environment_heads")); diff != "" {
		t.Errorf("repeated twice more (-want +got):\n%s", diff)
	}
	others := func(lines []string) (out []string) {
		for _, line := range lines {
			if !strings.HasPrefix(line, "deliveries ") {
				out = append(out, line)
			}
		}
		return out
	}
	if diff := cmp.Diff(others(before), others(kept)); diff != "" {
		t.Errorf("repeated (-want +got):\n%s", diff)
	}
}

// A report that has a name is taken once, however often and how late it is sent
// again, and whether or not it changed anything the first time.
func TestReport_IdempotencyKey(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a, b := reportOf(item("a:1111111")), reportOf(item("b:2222222"))
	s.reports(t, []step{
		{a, "one", 201, "changed", 1},
		{a, "two", 200, "unchanged", 1},
		{b, "three", 201, "changed", 2},
		{a, "one", 200, "unchanged", 2},
		{a, "two", 200, "unchanged", 2},
		{b, "three", 200, "unchanged", 2},
		{a, "four", 201, "changed", 3},
		{b, "three", 200, "unchanged", 3},
	})
	// Another environment's reports have names of their own.
	c := s.reporting(reportOf(item("a:1111111")))
	c.path, c.header["Idempotency-Key"] = "/api/v2/environments/acme/build-host/report/docker", "one"
	if got := s.send(t, c); got.Status != http.StatusCreated {
		t.Errorf("another environment: got %d %s", got.Status, got.raw)
	}
}

// running is what runs in the newest snapshot of aws-prod: name, replicas and
// first start.
func (s *server) running(t *testing.T) map[string]string {
	t.Helper()
	ref, err := model.ParseSnapshotRef("aws-prod")
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := s.db.Snapshot(t.Context(), s.org, ref)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.db.RunningOfSnapshots(t.Context(), s.org, []*model.Snapshot{snapshot}, model.Page{First: 100})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range page[0].Nodes {
		got[strings.Join(r.Names, " ")] = fmt.Sprintf("%d since %s", r.Replicas, r.RunningSince.Format(time.RFC3339Nano))
	}
	return got
}

// Replicas are the items that carry a digest, whatever else they carry.
func TestReport_Replicas(t *testing.T) {
	t.Parallel()
	runs := func(at string, digests ...string) string {
		return `{"digests":{` + strings.Join(digests, ",") + `},"creationTimestamp":` + at + `}`
	}
	named := func(name, word string) string { return fmt.Sprintf("%q:%q", name, fingerprint(word)) }
	for name, tt := range map[string]struct {
		items []string
		want  map[string]string
	}{
		"Items": {
			[]string{runs("1661158760", named("runner:16d9990", "r")), runs("1661158757", named("runner:16d9990", "r")), runs("1661158770", named("runner:16d9990", "r"))},
			map[string]string{"runner:16d9990": "3 since 2022-08-22T08:59:17Z"},
		},
		"SeveralDigestsInOne": {
			[]string{runs("1661158757", named("runner:16d9990", "r"), named("proxy:1", "p")), runs("1661158760", named("proxy:1", "p"))},
			map[string]string{"runner:16d9990": "1 since 2022-08-22T08:59:17Z", "proxy:1": "2 since 2022-08-22T08:59:17Z"},
		},
		"TwoNamesInOne": {
			[]string{runs("1661158757", named("runner:16d9990", "r"), named("runner:latest", "r"))},
			map[string]string{"runner:16d9990": "1 since 2022-08-22T08:59:17Z"},
		},
		"TwoNamesInTwo": {
			[]string{runs("1661158757", named("runner:latest", "r")), runs("1661158760", named("runner:16d9990", "r"))},
			map[string]string{"runner:16d9990 runner:latest": "2 since 2022-08-22T08:59:17Z"},
		},
		"HiddenDigests": {
			[]string{runs("1661158757", `"a":""`, `"b":""`), runs("1661158760", `"b":""`)},
			map[string]string{"a": "1 since 2022-08-22T08:59:17Z", "b": "2 since 2022-08-22T08:59:17Z"},
		},
		"FractionOfASecond": {[]string{runs("1661158757.123457", named("a", "a"))}, map[string]string{"a": "1 since 2022-08-22T08:59:17.123457Z"}},
		"Exponent":          {[]string{runs("1.661158757e9", named("a", "a"))}, map[string]string{"a": "1 since 2022-08-22T08:59:17Z"}},
		"StartNotTold":      {[]string{runs("0", named("a", "a"))}, map[string]string{"a": "1 since 2022-08-22T10:00:00Z"}},
		"StartLeftOut":      {[]string{`{"digests":{` + named("a", "a") + `}}`}, map[string]string{"a": "1 since 2022-08-22T10:00:00Z"}},
		"NoArtifactInItem":  {[]string{`{"digests":{}}`}, map[string]string{}},
		"NameOfManySigns": {
			[]string{runs("1661158757", `"ä 'q' \"dq\" \\ ? {1,2} NULL":"`+fingerprint("a")+`"`)},
			map[string]string{`ä 'q' "dq" \ ? {1,2} NULL`: "1 since 2022-08-22T08:59:17Z"},
		},
		"DigestInUpperCase": {[]string{runs("1661158757", `"a":"`+strings.ToUpper(fingerprint("a"))+`"`)}, map[string]string{"a": "1 since 2022-08-22T08:59:17Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			if got := s.send(t, s.reporting(observed(60, tt.items...))); got.Status != http.StatusCreated {
				t.Fatalf("got %d %s", got.Status, got.raw)
			}
			if diff := cmp.Diff(tt.want, s.running(t)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Every kind of report is taken as its agents send it, with all that is of no use
// here.
// What is said twice is defined: an item is an instance, a name that an item has twice
// counts as it is said last, and one fingerprint of an item is one instance whatever
// names it has.
func TestReport_Duplicates(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	x, y := fingerprint("x"), fingerprint("y")
	s.send(t, s.reporting(reportOf(
		item("twice"), item("twice"),
		`{"digests":{"name":"`+x+`","name":"`+y+`"}}`,
		`{"digests":{"alias-1":"`+x+`","alias-2":"`+x+`"}}`,
	)))
	want := map[string]string{"twice": "2", "name": "1", "alias-1": "1"}
	got := map[string]string{}
	for name, replicas := range s.running(t) {
		got[name], _, _ = strings.Cut(replicas, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReport_Kinds(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	digests := `"digests":{"x:16d9990":"` + fingerprint("x") + `"},"creationTimestamp":1661158757`
	for kind, body := range map[string]string{
		"server": `{"artifacts":[{` + digests + `}]}`,
		"docker": `{"artifacts":[{` + digests + `}]}`,
		"S3":     `{"artifacts":[{` + digests + `}]}`,
		"lambda": `{"artifacts":[{` + digests + `}]}`,
		"K8S": `{"artifacts":[{` + digests + `,"podName":"x-7d","namespace":"prod","owners":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"x","uid":"u","controller":true}]},
			{` + digests + `,"podName":"x-7e","namespace":"prod","owners":null}]}`,
		"ECS":        `{"artifacts":[{` + digests + `,"taskArn":"arn:aws:ecs:x","cluster_name":"c","service_name":"s"}]}`,
		"azure-apps": `{"artifacts":[{"digests":{"x":""},"creationTimestamp":0,"app_name":"a","app_kind":"linux","digests_source":"logs"}]}`,
		"cloud-run":  `{"type":"cloud-run","artifacts":[{` + digests + `,"kind":"service","serviceName":"s","revisionName":"r"},{"digests":{"y":""},"kind":"job","jobName":"j"}]}`,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			parsed, err := model.ParseEnvironmentType(kind)
			if err != nil {
				t.Fatal(err)
			}
			s.newEnvironment(t, "env-"+kind, parsed)
			for _, extra := range []string{"", `,"newerThanThis":{"a":[1,null]},"observedAt":null`} {
				c := s.reporting(strings.TrimSuffix(body, "}") + extra + "}")
				c.path = "/api/v2/environments/acme/env-" + kind + "/report/" + kind
				want := map[string]int{"": http.StatusCreated}[extra]
				if want == 0 {
					want = http.StatusOK
				}
				if got := s.send(t, c); got.Status != want {
					t.Errorf("%s: got %d %s, want %d", extra, got.Status, got.raw, want)
				}
			}
		})
	}
}

// Who sends it, and what is said about the form of the body, changes nothing.
func TestReport_Headers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.reports(t, []step{{reportOf(item("a")), "", 201, "changed", 1}})
	for name, headers := range map[string]map[string]string{
		"OtherAgent": {"User-Agent": "curl/8.5.0"}, "NoAgent": {"User-Agent": ""}, "NoContentType": {"Content-Type": ""}, "OtherContentType": {"Content-Type": "text/plain"},
		"Member": bearer(s.tokens["MEMBER"]), "Admin": bearer(s.tokens["ADMIN"]),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := s.send(t, s.reporting(reportOf(item("a"))).merged(call{header: headers})); got.Status != http.StatusOK || got.Message != "unchanged" {
				t.Errorf("got %d %s", got.Status, got.raw)
			}
		})
	}
}

// A body of exactly the size that is taken is taken.
func TestReport_Largest(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.reporting("")
	c.body = padded(reportOf(item("a")), ingest.MaxReportBody)
	if got := s.send(t, c); got.Status != http.StatusCreated {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	many := make([]string, model.MaxReportedInstances)
	for i := range many {
		many[i] = item("a")
	}
	s.reports(t, []step{{reportOf(many...), "", 201, "changed", 2}})
	if diff := cmp.Diff(map[string]string{"a": "20000 since 2022-08-22T08:59:17Z"}, s.running(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is remembered of callers and bodies proves nothing: a token that was good
// for a report is no longer when it is revoked or expires, and a report of the
// future is one until its time has come.
func TestReport_Remembered(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	at := start.Add(48 * time.Hour)
	s.db.Now = func() time.Time { return at }
	expires := at.Add(time.Hour)
	token, revoked, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "revoked", Role: model.RoleReporter})
	if err != nil {
		t.Fatal(err)
	}
	_, expired, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "expired", Role: model.RoleReporter, ExpiresAt: &expires})
	if err != nil {
		t.Fatal(err)
	}
	early := fmt.Sprintf(`{"artifacts":[%s],"observedAt":%q}`, item("a"), at.Add(time.Hour).Format(time.RFC3339))
	send := func(token, body string) int {
		t.Helper()
		return s.send(t, s.reporting(body).merged(call{header: bearer(token)})).Status
	}
	for _, secret := range []string{revoked, revoked, expired, expired} {
		if got := send(secret, reportOf(item("a"))); got != http.StatusCreated && got != http.StatusOK {
			t.Fatalf("got %d", got)
		}
	}
	for range 2 {
		if got := send(revoked, early); got != http.StatusBadRequest {
			t.Errorf("an hour early: got %d", got)
		}
	}
	before := s.dump(t, "tokens")
	if _, err := s.db.RevokeToken(t.Context(), s.org, token.Key); err != nil {
		t.Fatal(err)
	}
	at = at.Add(time.Hour)
	for name, secret := range map[string]string{"revoked": revoked, "expired": expired} {
		for _, body := range []string{reportOf(item("a")), reportOf(item("b")), early, `{`, strings.Repeat(" ", ingest.MaxReportBody+1)} {
			if got := send(secret, body); got != http.StatusUnauthorized {
				t.Errorf("%s: got %d for %.60q", name, got, body)
			}
		}
	}
	if diff := cmp.Diff(before, s.dump(t, "tokens")); diff != "" {
		t.Errorf("something was left behind (-before +after):\n%s", diff)
	}
	if got := send(s.tokens["REPORTER"], early); got != http.StatusOK {
		t.Errorf("when its time has come: got %d", got)
	}
}

// Who reports for another organization writes nothing there, even if both have an
// environment of the same name.
func TestReport_Tenants(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.reports(t, []step{{reportOf(item("a")), "", 201, "changed", 1}})
	before := s.running(t)
	c := s.reporting(reportOf(item("b"))).merged(call{header: bearer(s.tokens["globex"])})
	if got := s.send(t, c); got.Status != http.StatusForbidden {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	c.path = "/api/v2/environments/globex/aws-prod/report/ECS"
	c.body = strings.NewReader(reportOf(item("b")))
	if got := s.send(t, c); got.Status != http.StatusNotFound {
		t.Errorf("before globex has an aws-prod: got %d %s", got.Status, got.raw)
	}
	put := call{method: http.MethodPut, path: "/api/v2/environments/globex", header: c.header, body: strings.NewReader(`{"name":"aws-prod","type":"ECS"}`)}
	if got := s.send(t, put); got.Status != http.StatusCreated {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	c.body = strings.NewReader(reportOf(item("b")))
	if got := s.send(t, c); got.Status != http.StatusCreated {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	if diff := cmp.Diff(before, s.running(t)); diff != "" {
		t.Errorf("in acme (-before +after):\n%s", diff)
	}
}
