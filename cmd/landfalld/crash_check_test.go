package main

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// settle waits until nothing waits in the inbox any more. All that had leased a
// delivery have ended or are idle: their leases are ended too, because nobody
// wants to wait two minutes for that here.
func (s *stream) settle(pool *sql.DB) {
	s.t.Helper()
	if _, err := pool.ExecContext(s.t.Context(), `UPDATE deliveries SET due_at = now() WHERE state = 'waiting'`); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if s.waiting(pool) == 0 {
			return
		}
	}
	s.t.Errorf("%d deliveries still wait", s.waiting(pool))
}

// waiting is how many deliveries wait in the inbox.
func (s *stream) waiting(pool *sql.DB) (n int) {
	s.t.Helper()
	if err := pool.QueryRowContext(s.t.Context(), `SELECT count(*) FROM deliveries WHERE state = 'waiting'`).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// streamCheck compares what a query returns with what the stories of a stream
// should have made.
type streamCheck struct {
	what, query string
	want        func(sender, n int) []string
}

// check looks at the tables for all that was acknowledged: it has to be there, once,
// and nothing else.
func (s *stream) check(pool *sql.DB) {
	s.t.Helper()
	deployed, reports := 0, 0
	checks := []streamCheck{
		{"inbox", `SELECT concat_ws(' ', source, key, state, CASE WHEN state <> 'applied' THEN reason END) FROM deliveries WHERE source <> 'report'`, func(sender, n int) []string {
			var kept []string
			for _, one := range s.story(sender, n) {
				if one.inbox != "" {
					kept = append(kept, one.inbox+" applied")
				}
			}
			return kept
		}},
		{"inbox of named reports", `SELECT row_number() OVER ()::text FROM deliveries WHERE source = 'report'`, func(sender, _ int) []string {
			if sender%2 > 0 {
				return nil
			}
			reports++
			return []string{fmt.Sprint(reports)}
		}},
		{"commits", `SELECT encode(sha, 'hex') FROM commits`, func(sender, n int) []string { return []string{crashSHA(sender, n)} }},
		{"builds", `SELECT concat_ws(' ', run_id, attempt, state, encode(commit_sha, 'hex'), finished_at - started_at) FROM builds`, func(sender, n int) []string {
			return []string{fmt.Sprintf("%d 1 %d %s 00:00:02", streamNumber(sender, n), model.BuildSucceeded.Rank(), crashSHA(sender, n))}
		}},
		{"artifacts", `SELECT concat_ws(' ', f.name, encode(a.fingerprint, 'hex'), a.commit_ref) FROM artifacts a JOIN flows f ON f.id = a.flow_id`, s.artifacts},
		{"claims", `SELECT concat_ws(' ', f.name, encode(a.fingerprint, 'hex'), c.commit_ref) FROM artifact_claims c JOIN artifacts a ON a.id = c.artifact_id JOIN flows f ON f.id = a.flow_id`, s.artifacts},
		{"events of artifacts", events(model.EventArtifactCreated), func(sender, n int) []string {
			made := []string{streamImage(sender, n)}
			if hasHub(n) {
				made = append(made, hexDigest("hub "+hubTag(sender, n)))
			}
			return made
		}},
		{"deployments of GitHub's", `SELECT concat_ws(' ', d.id, encode(commit_sha, 'hex'), s.id, s.compliant) FROM forge_deployments d LEFT JOIN forge_deployment_statuses s ON s.deployment_id = d.id`, func(sender, n int) []string {
			return []string{fmt.Sprintf("%d %s %d t", streamNumber(sender, n), crashSHA(sender, n), streamNumber(sender, n))}
		}},
		{"deployments", `SELECT concat_ws(' ', e.name, encode(a.fingerprint, 'hex')) FROM deployments d JOIN artifacts a ON a.id = d.artifact_id JOIN environments e ON e.id = d.environment_id`, func(sender, n int) []string {
			return []string{fmt.Sprintf("env-%d %s", sender, streamImage(sender, n))}
		}},
		{"numbers of deployments", `SELECT number::text FROM deployments`, func(int, int) []string { deployed++; return []string{fmt.Sprint(deployed)} }},
		{"events of deployments", events(model.EventDeploymentCreated), func(sender, n int) []string { return []string{streamImage(sender, n)} }},
		{"evidence", `SELECT concat_ws(' ', name, encode(fingerprint, 'hex'), compliant) FROM attestations`, func(sender, n int) []string {
			return []string{fmt.Sprintf("deployed-to-env-%d %s t", sender, streamImage(sender, n))}
		}},
		{"events of evidence", events(model.EventAttestationReceived), func(sender, n int) []string { return []string{streamImage(sender, n)} }},
		{"snapshots", `SELECT concat_ws(' ', e.name, s.number, r.name, encode(r.fingerprint, 'hex')) FROM snapshots s JOIN environments e ON e.id = s.environment_id
			LEFT JOIN runs r ON r.environment_id = s.environment_id AND r.since <= s.number AND (r.till IS NULL OR r.till > s.number)`, s.snapshots},
		{"runs", `SELECT concat_ws(' ', e.name, r.since, r.name, encode(r.fingerprint, 'hex')) FROM runs r JOIN environments e ON e.id = r.environment_id`, s.snapshots},
		{"events of starts", events(model.EventStartedRunning), func(sender, n int) []string { return []string{streamImage(sender, n)} }},
		{"events of ends", events(model.EventStoppedRunning), func(sender, n int) []string {
			if n == s.units[sender]-1 {
				return nil // it still runs
			}
			return []string{streamImage(sender, n)}
		}},
	}
	for _, c := range checks {
		s.compare(pool, c)
	}
}

func events(kind model.EventKind) string {
	return fmt.Sprintf(`SELECT encode(fingerprint, 'hex') FROM events WHERE kind = %d`, kind.Code())
}

// artifacts are what a story makes artifacts.
func (s *stream) artifacts(sender, n int) []string {
	made := []string{fmt.Sprintf("runner %s %s", streamImage(sender, n), crashSHA(sender, n))}
	if hasHub(n) {
		made = append(made, "hub "+hexDigest("hub "+hubTag(sender, n)))
	}
	return made
}

// snapshots are what the report of a story makes: each says that another one runs.
func (s *stream) snapshots(sender, n int) []string {
	return []string{fmt.Sprintf("env-%d %d %s %s", sender, n+1, runs(sender, n), streamImage(sender, n))}
}

// compare says what is lost, what is there more often than it should be, and what
// nobody asked for.
func (s *stream) compare(pool *sql.DB, c streamCheck) {
	s.t.Helper()
	missing := map[string]int{}
	s.told(func(sender, n int) {
		for _, want := range c.want(sender, n) {
			missing[want]++
		}
	})
	rows, err := pool.QueryContext(s.t.Context(), c.query)
	if err != nil {
		s.t.Fatalf("%s: %v", c.what, err)
	}
	defer rows.Close()
	for rows.Next() {
		var got string
		if err := rows.Scan(&got); err != nil {
			s.t.Fatal(err)
		}
		missing[got]--
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	var lost, more []string
	for what, n := range missing {
		switch {
		case n > 0:
			lost = append(lost, what)
		case n < 0:
			more = append(more, what)
		}
	}
	if len(lost)+len(more) > 0 {
		s.t.Errorf("%s: %d are not as acknowledged, such as %.300q; %d are there and should not be, or not so often, such as %.300q", c.what, len(lost), first(lost), len(more), first(more))
	}
}

func first(of []string) string { return strings.Join(of[:min(len(of), 3)], ", ") }

// checkAPI asks a server for the newest story of each sender, as a user does.
func (s *stream) checkAPI(p *process) {
	s.t.Helper()
	type nodes[T any] struct{ Nodes []T }
	var inbox struct {
		Organization struct {
			Deliveries nodes[struct{ SourceID, State, Reason string }]
		}
	}
	p.ask(`{ organization(name: "acme") { deliveries(filter: {states: [WAITING, FAILED, IGNORED, STALE]}) { nodes { sourceId state reason } } } }`, &inbox)
	if left := inbox.Organization.Deliveries.Nodes; len(left) > 0 {
		s.t.Errorf("not applied: %v", left)
	}
	for sender, units := range s.units {
		if units == 0 {
			s.t.Errorf("sender %d told nothing", sender)
			continue
		}
		var got struct {
			Organization struct {
				Commit struct {
					Builds    nodes[struct{ RunID, State string }]
					Artifacts nodes[struct {
						Fingerprint  string
						Attestations nodes[struct {
							Name      string
							Compliant bool
						}]
						Deployments nodes[struct{ Environment struct{ Name string } }]
						RunningIn   nodes[struct{ Name string }]
						History     nodes[struct {
							Typename string `json:"__typename"`
						}]
					}]
				}
				Snapshot struct{ Ref string }
			}
		}
		p.ask(fmt.Sprintf(`{ organization(name: "acme") {
			commit(ref: %q) { ... on Commit {
				builds { nodes { runId state } }
				artifacts { nodes { fingerprint attestations { nodes { name compliant } } deployments { nodes { environment { name } } } runningIn { nodes { name } } history { nodes { __typename } } } }
			} }
			snapshot(ref: "env-%d") { ref }
		} }`, crashSHA(sender, units-1), sender), &got)
		want := fmt.Sprintf("{{[{%d SUCCEEDED}]} {[{%s {[{deployed-to-env-%d true}]} {[{{env-%d}}]} {[{%s}]} {[{ArtifactCreated} {AttestationReceived} {DeploymentCreated} {StartedRunning}]}}]}} {env-%d#%d}",
			streamNumber(sender, units-1), streamImage(sender, units-1), sender, sender, runs(sender, units-1), sender, units)
		if said := fmt.Sprintf("%v %v", got.Organization.Commit, got.Organization.Snapshot); said != want {
			s.t.Errorf("the newest of sender %d is\n%s\nwant\n%s", sender, said, want)
		}
	}
}
