package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// input is something that reaches the server. What must come in order is of one
// lane: the reports of an environment, which their time tells apart, and the
// deployments of a flow, which are numbered as they come. An input may need
// another one to have come: CI cannot deploy what it has not reported.
type input struct {
	name  string
	lane  string
	needs string
	send  func(ctx context.Context, d *db.DB, org *model.Organization) error
}

// month is what happens to three flows and two environments: enough for every
// kind of input to meet every other.
func month(random *rand.Rand) []input {
	var inputs []input
	add := func(name, lane, needs string, send func(context.Context, *db.DB, *model.Organization) error) {
		inputs = append(inputs, input{name, lane, needs, send})
	}
	at := func(minute int) *time.Time { t := start.Add(time.Duration(minute) * time.Minute); return &t }
	running := map[string]int{}
	for minute := range 24 {
		flow := fmt.Sprintf("flow-%d", random.IntN(3))
		repository := "cyber-dojo/" + flow
		commit := sha(fmt.Sprintf("%07x", 0xa000000+minute))
		name := flow + ":" + string(commit[:7])
		url := fmt.Sprintf("https://github.com/%s/actions/runs/%d", repository, 1000+minute)

		add("push "+name, "", "", func(ctx context.Context, d *db.DB, org *model.Organization) error {
			return receive(ctx, d, org, "push "+name, "push", &model.Facts{
				Repository: model.Repository{Forge: model.ForgeGitHub, Name: repository, URL: "https://forge.example/" + repository},
				Commits: []*model.Commit{{
					SHA: commit, Subject: name, AuthorName: "Ada", AuthorEmail: "ada@example.com", IssueKeys: []string{"PROJ-1"}, CommittedAt: *at(minute),
				}},
			})
		})
		// One run of git tells the whole message, and another, of another version, what it
		// changes.
		message, patch := "PROJ-1: "+name+"\n\nand OPS-2", sha(fmt.Sprintf("%05x", 0xb0000+random.IntN(3)))
		for i, in := range []*model.CommitInput{
			{SHA: commit, Parents: []model.CommitSHA{sha("0")}, ParentsComplete: true, Subject: name, Message: &message, AuthorEmail: "Ada@Example.com", CommittedAt: *at(minute)},
			{SHA: commit, Subject: name, PatchID: &patch, CommittedAt: *at(minute)},
		} {
			add(fmt.Sprint("commits ", name, i), "", "", func(ctx context.Context, d *db.DB, org *model.Organization) error {
				_, err := d.ReportCommits(ctx, org, model.ReportCommitsInput{Repository: repository, Commits: []*model.CommitInput{in}})
				return err
			})
		}
		for _, state := range []model.BuildState{model.BuildQueued, model.BuildRunning, []model.BuildState{model.BuildSucceeded, model.BuildFailed}[random.IntN(2)]} {
			add(fmt.Sprintf("build %s %s", name, state), "", "", func(ctx context.Context, d *db.DB, org *model.Organization) error {
				b := &model.Build{System: model.GitHubActions, Run: int64(1000 + minute), Attempt: 1, Workflow: "CI", URL: url, State: state, CommitSHA: commit}
				if state != model.BuildQueued {
					b.StartedAt = at(minute)
				}
				if state.Final() {
					b.FinishedAt = at(minute + 1)
				}
				return receive(ctx, d, org, fmt.Sprintf("build %s %s", name, state), "workflow_run", &model.Facts{
					Repository: model.Repository{Forge: model.ForgeGitHub, Name: repository, URL: "https://forge.example/" + repository}, Builds: []*model.Build{b},
				})
			})
		}
		said := []*model.CommitSHA{&commit, nil}[random.IntN(2)] // or only the tag tells
		add("artifact "+name, "", "", func(ctx context.Context, d *db.DB, org *model.Organization) error {
			_, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: flow, Fingerprint: fingerprint(name), Name: name, Commit: said, BuildURL: &url, At: at(minute + 1)})
			return err
		})
		compliant := random.IntN(4) > 0
		for i := range 2 {
			add(fmt.Sprintf("evidence %s %d", name, i), "", "", func(ctx context.Context, d *db.DB, org *model.Organization) error {
				_, _, err := d.ReportAttestation(ctx, org, model.ReportAttestationInput{
					Flow: flow, Fingerprint: fingerprint(name), Name: "tests", At: at(minute + i), Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{Compliant: compliant != (i == 0)}},
				})
				return err
			})
		}
		for _, environment := range []string{"beta", "prod"} {
			add("deployment "+name+" "+environment, "deployments of "+flow, "artifact "+name, func(ctx context.Context, d *db.DB, org *model.Organization) error {
				_, _, err := d.ReportDeployment(ctx, org, model.ReportDeploymentInput{
					Artifact: model.ArtifactRef{Flow: flow, ByFingerprint: true, Prefix: string(fingerprint(name))}, Environment: environment, At: at(minute + 2),
				})
				return err
			})
			running[name] = 1 + random.IntN(3)
			for old := range running {
				if random.IntN(4) == 0 && old != name {
					delete(running, old)
				}
			}
			now := map[string]int{}
			for k, v := range running {
				now[k] = v
			}
			add("report of "+environment, "reports of "+environment, "", func(ctx context.Context, d *db.DB, org *model.Organization) error {
				_, err := apply(ctx, d, org, environment, at(minute+3), now)
				return err
			})
		}
	}
	return inputs
}

// shuffled puts inputs in a random order that keeps lanes and needs, and repeats
// some of them later.
func shuffled(random *rand.Rand, inputs []input) []input {
	place := make([]float64, len(inputs))
	newest, byName := map[string]float64{}, map[string]float64{}
	for i := range inputs {
		place[i] = random.Float64()
	}
	for i, in := range inputs { // causes are listed before what needs them
		place[i] = max(place[i], byName[in.needs]+1e-9)
		if in.lane != "" {
			place[i] = max(place[i], newest[in.lane]+1e-9)
			newest[in.lane] = place[i]
		}
		byName[in.name] = place[i]
	}
	order := make([]int, len(inputs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case place[a] < place[b]:
			return -1
		case place[a] > place[b]:
			return 1
		}
		return 0
	})
	var out []input
	for _, i := range order {
		out = append(out, inputs[i])
		for random.IntN(4) == 0 {
			out = append(out, out[random.IntN(len(out))])
		}
	}
	return out
}

// canonical is all that a database holds, without what depends on when and in
// which order it was told: keys and times of arrival, and the events (14) that tell
// what was found out of something that ran already.
func canonical(t testing.TB, url string) string {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var dump strings.Builder
	for _, query := range []string{
		`SELECT name, url, forge FROM repositories`,
		`SELECT r.name, c.sha, c.parents, c.parents_complete, c.subject, c.author_name, c.author_email, c.issue_keys, c.patch_id, c.committed_at FROM commits c JOIN repositories r ON r.id = c.repository_id`,
		`SELECT r.name, b.run_id, b.attempt, b.state, b.commit_sha, b.workflow, b.url, b.started_at, b.finished_at FROM builds b JOIN repositories r ON r.id = b.repository_id`,
		`SELECT f.name, f.deployments, f.required_evidence FROM flows f`,
		`SELECT f.name, a.fingerprint, a.name, a.commit_ref, a.build_url, a.created_at, r.name FROM artifacts a JOIN flows f ON f.id = a.flow_id LEFT JOIN repositories r ON r.id = a.repository_id`,
		`SELECT f.name, t.fingerprint, t.name, t.compliant, t.at, t.source FROM attestations t JOIN flows f ON f.id = t.flow_id`,
		`SELECT f.name, d.number, e.name, a.fingerprint, d.created_at FROM deployments d JOIN flows f ON f.id = d.flow_id JOIN environments e ON e.id = d.environment_id JOIN artifacts a ON a.id = d.artifact_id`,
		`SELECT e.name, h.number, h.observed_at, h.content FROM environment_heads h JOIN environments e ON e.id = h.environment_id`,
		`SELECT e.name, s.number, s.replicas, s.changes, s.observed_at, s.content FROM snapshots s JOIN environments e ON e.id = s.environment_id`,
		`SELECT e.name, r.since, r.till, r.replicas, r.started_at, r.fingerprint, r.name, r.starts FROM runs r JOIN environments e ON e.id = r.environment_id`,
		`SELECT v.kind, v.at, e.name, f.name, v.number, v.before, v.after, v.fingerprint, v.name FROM events v LEFT JOIN environments e ON e.id = v.environment_id LEFT JOIN flows f ON f.id = v.flow_id WHERE v.kind <> 14`,
		`SELECT source, key, event, state FROM deliveries`,
	} {
		var lines sql.NullString
		if err := pool.QueryRowContext(t.Context(), `SELECT string_agg(line, E'\n' ORDER BY line) FROM (SELECT x::text AS line FROM (`+query+`) x) y`).Scan(&lines); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		fmt.Fprintf(&dump, "-- %s\n%s\n", query, lines.String)
	}
	return dump.String()
}

// send replays inputs into an empty database and returns what it holds then.
func send(t *testing.T, inputs []input) string {
	t.Helper()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	for i := range 3 {
		newFlow(t, d, org, fmt.Sprintf("flow-%d", i), "tests")
	}
	newEnvironment(t, d, org, "beta")
	newEnvironment(t, d, org, "prod")
	for _, in := range inputs {
		if err := in.send(t.Context(), d, org); err != nil {
			t.Fatalf("%s: %v", in.name, err)
		}
	}
	return canonical(t, url)
}

// The same inputs in any order, some of them repeated, end in the same state.
func TestAnyOrderEndsInTheSameState(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			inputs := month(rand.New(rand.NewPCG(seed, 1)))
			want := send(t, inputs)
			for section := range strings.SplitSeq(want[3:], "\n-- ") {
				if query, lines, _ := strings.Cut(section, "\n"); strings.TrimSpace(lines) == "" {
					t.Fatalf("nothing is there of %s: the property says nothing of it", query)
				}
			}
			for order := range uint64(2) {
				random := rand.New(rand.NewPCG(seed, 2+order))
				if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(send(t, shuffled(random, inputs)), "\n")); diff != "" {
					t.Errorf("order %d (-in order +shuffled):\n%s", order, diff)
				}
			}
		})
	}
}

// receive is a delivery of GitHub that is applied.
func receive(ctx context.Context, d *db.DB, org *model.Organization, id, event string, facts *model.Facts) error {
	receipt, err := d.ReceiveDelivery(ctx, org, &model.Delivery{
		Source: model.ForgeGitHub.Source(), SourceID: id, Event: event, Body: []byte(id), Repository: facts.Repository.Name,
	}, facts)
	if err == nil && receipt.Fresh && receipt.State != model.DeliveryApplied {
		err = fmt.Errorf("delivery %s is %s: %s", id, receipt.State, receipt.Reason)
	}
	return err
}
