package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/ancestry/ancestrytest"
)

// The histories in which commits are looked for: one of the size of the Linux kernel's,
// and one a thousand times smaller. Of both, as many versions ran in as many
// environments, and were made within as many commits.
const (
	kernelCommits  = 1_400_000
	smallCommits   = 1_400
	kernelVersions = 20
	everywhere     = 100 // environments
	commitsAtOnce  = 1000
	reporters      = 4
)

// whereACommitIs is the name of what is measured here.
const whereACommitIs = "where a commit is"

// tracked is a repository whose commits are looked for.
type tracked struct {
	name    string // kernel
	commits int
	offset  int // of the numbers of its commits, so that names differ
	history ancestrytest.History

	environments []string
}

func (r *tracked) sha(i int) string { return hex.EncodeToString(ancestrytest.Name(r.offset + i)) }

// measureHistory measures how fast commits are taken, and how fast one is found again.
func (p *parts) measureHistory(ctx context.Context) error {
	kernel := &tracked{name: "kernel", commits: kernelCommits, history: ancestrytest.KernelLike(rand.New(rand.NewPCG(1, 1)), kernelCommits)}
	small := &tracked{name: "small", commits: smallCommits, offset: 1 << 24, history: ancestrytest.KernelLike(rand.New(rand.NewPCG(1, 1)), smallCommits)}
	fmt.Println()
	for _, r := range []*tracked{small, kernel} {
		took, err := p.tell(ctx, r)
		if err != nil {
			return err
		}
		fmt.Printf("%d commits of %s reported in %s, %.0f a second\n", r.commits, r.name, took.Round(10*time.Millisecond), float64(r.commits)/took.Seconds())
		if err := p.fillVersions(ctx, r); err != nil {
			return err
		}
	}
	if _, err := p.sql.ExecContext(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	for _, r := range []*tracked{small, kernel} {
		begin := time.Now()
		if err := p.find(ctx, r, r.sha(r.commits-1)); err != nil {
			return err
		}
		fmt.Printf("the first answer about %s, for which its history is read: %s; the server has %d MB of memory then\n",
			r.name, time.Since(begin).Round(time.Millisecond), p.resident())
	}
	repositories := []*tracked{small, kernel}
	took, err := p.timeFinding(ctx, repositories)
	if err != nil {
		return err
	}
	medians := make([]time.Duration, len(took))
	for i, r := range repositories {
		medians[i] = took[i][len(took[i])/2]
		fmt.Printf(whereACommitIs+" of %s, for %d environments: median %s, 9 of 10 within %s\n",
			r.name, everywhere, medians[i].Round(10*time.Microsecond), took[i][len(took[i])*9/10].Round(10*time.Microsecond))
	}
	fmt.Printf("%d commits beside %d: %.2f times as long\n", kernelCommits, smallCommits, float64(medians[1])/float64(medians[0]))
	return p.findNew(ctx, kernel)
}

// tell reports all commits of a repository through the server, the oldest first, and
// returns how long it takes.
func (p *parts) tell(ctx context.Context, r *tracked) (time.Duration, error) {
	batches := make(chan []byte, reporters)
	go func() {
		defer close(batches)
		for i := 0; i < r.commits && ctx.Err() == nil; i += commitsAtOnce {
			batches <- reportOf(r, i, min(i+commitsAtOnce, r.commits))
		}
	}()
	begin := time.Now()
	var reporting sync.WaitGroup
	errs := make([]error, reporters)
	for n := range reporters {
		reporting.Go(func() {
			for body := range batches {
				if _, err := p.post(ctx, body); err != nil && errs[n] == nil {
					errs[n] = err
				}
			}
		})
	}
	reporting.Wait()
	return time.Since(begin), errors.Join(errs...)
}

// reportOf reports the commits from one up to another.
func reportOf(r *tracked, from, to int) []byte {
	type commit struct {
		SHA         string    `json:"sha"`
		Parents     []string  `json:"parents"`
		Subject     string    `json:"subject"`
		AuthorName  string    `json:"authorName"`
		CommittedAt time.Time `json:"committedAt"`
	}
	commits := make([]commit, 0, to-from)
	for i := from; i < to; i++ {
		c := commit{r.sha(i), []string{}, "a change of which number " + strconv.Itoa(i) + " tells", "somebody", ancestrytest.At(i)}
		for _, parent := range r.history[i] {
			c.Parents = append(c.Parents, r.sha(parent))
		}
		commits = append(commits, c)
	}
	return document(`mutation Report($commits: [CommitInput!]!) { reportCommits(input: {organization: "bench", repository: "bench/`+r.name+`", commits: $commits}) { added } }`,
		map[string]any{"commits": commits})
}

func document(query string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return body
}

// post sends a GraphQL operation, and returns the answer to it.
func (p *parts) post(ctx context.Context, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors"`))) {
		err = fmt.Errorf("the server answers %s: %.500s", answer.Status, text)
	}
	return text, err
}

// fillVersions makes a flow of a repository, whose versions were built from commits of
// the last part of its history and ran in all environments one after another.
func (p *parts) fillVersions(ctx context.Context, r *tracked) error {
	for e := range everywhere {
		r.environments = append(r.environments, fmt.Sprintf("%s-%d", r.name, e))
	}
	var numbers []int64
	var shas []string
	for v := range kernelVersions {
		i := r.commits - 1 - (kernelVersions-1-v)*smallCommits/kernelVersions
		numbers, shas = append(numbers, int64(i)), append(shas, r.sha(i))
	}
	if _, err := p.sql.ExecContext(ctx, makeEnvironments(r.name+"-", everywhere)); err != nil {
		return err
	}
	for _, statement := range []string{
		`INSERT INTO flows (organization_id, repository_id, name, description, required_evidence, created_at)
			SELECT organization_id, id, $1, '', '{}', now() FROM repositories WHERE name = 'bench/' || $1 AND $2::bigint[] IS NOT NULL AND $3::text[] IS NOT NULL`,
		`INSERT INTO artifacts (organization_id, flow_id, created_at, repository_id, fingerprint, commit_ref, name)
			SELECT f.organization_id, f.id, $4::timestamptz + v.i * interval '1 minute', f.repository_id, sha256(v.sha::bytea), v.sha, 'bench/' || $1 || ':' || left(v.sha, 7)
			FROM flows f, unnest($2::bigint[], $3::text[]) AS v(i, sha) WHERE f.name = $1`,
		`INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
			SELECT 1, e.id, v.n, 1, 1, $4::timestamptz + (v.i + 30) * interval '1 minute', $4::timestamptz, ''
			FROM environments e, unnest($2::bigint[], $3::text[]) WITH ORDINALITY AS v(i, sha, n) WHERE e.name LIKE $1 || '-%' ORDER BY v.n, e.id`,
		`INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts)
			SELECT 1, e.id, v.n, CASE WHEN v.n < cardinality($2::bigint[]) THEN v.n + 1 END, 1, $4::timestamptz, sha256(v.sha::bytea), $1 || ':' || left(v.sha, 7), ARRAY[$4::timestamptz]
			FROM environments e, unnest($2::bigint[], $3::text[]) WITH ORDINALITY AS v(i, sha, n) WHERE e.name LIKE $1 || '-%' ORDER BY v.n, e.id`,
		`UPDATE environment_heads h SET number = cardinality($2::bigint[]), replicas = 1, observed_at = s.observed_at, reported_at = s.observed_at
			FROM environments e JOIN snapshots s ON s.environment_id = e.id
			WHERE e.id = h.environment_id AND e.name LIKE $1 || '-%' AND s.number = cardinality($2::bigint[]) AND $3::text[] IS NOT NULL AND $4::timestamptz IS NOT NULL`,
	} {
		args := []any{r.name, pq.Array(numbers), pq.Array(shas), ancestrytest.Start}
		if !strings.Contains(statement, "$4") {
			args = args[:3]
		}
		if _, err := p.sql.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("%w in %s", err, statement)
		}
	}
	return nil
}

// find asks where a commit is, and refuses an answer that does not tell of all
// environments.
func (p *parts) find(ctx context.Context, r *tracked, sha string) error {
	text, err := p.post(ctx, document(`query Where($ref: CommitRef!, $environments: [String!]) { organization(name: "bench") { commit(ref: $ref) { ... on Commit {
		whereabouts(filter: {environments: $environments}, first: 100) { nodes { state summary environment { name } snapshot { ref } running { replicas }
			... on CommitRunning { since firstAt } ... on CommitIncluded { since firstAt commitsLater } ... on CommitNotYet { commitsBehind progress } ... on CommitUnknown { reason } } } } } } }`,
		map[string]any{"ref": sha, "environments": r.environments}))
	if err != nil {
		return err
	}
	if n := bytes.Count(text, []byte(`"state"`)); n != everywhere || bytes.Contains(text, []byte("ANCESTRY_INCOMPLETE")) {
		return fmt.Errorf("%d answers, want %d: %.500s", n, everywhere, text)
	}
	return nil
}

// timeFinding asks for random commits of the last part of histories, one after another
// and in turn, and returns how long each takes of each history, the shortest first.
func (p *parts) timeFinding(ctx context.Context, repositories []*tracked) ([][]time.Duration, error) {
	random := rand.New(rand.NewPCG(2, 2))
	took := make([][]time.Duration, len(repositories))
	for i := range 250 {
		for n, r := range repositories {
			sha, begin := r.sha(r.commits-1-random.IntN(smallCommits)), time.Now()
			if err := p.find(ctx, r, sha); err != nil {
				return nil, err
			}
			if i >= 50 { // until then, statements are prepared and pages are read
				took[n] = append(took[n], time.Since(begin))
			}
		}
	}
	for _, t := range took {
		slices.Sort(t)
	}
	return took, nil
}

// findNew reports a commit and asks for it at once, again and again.
func (p *parts) findNew(ctx context.Context, r *tracked) error {
	var took []time.Duration
	for range 50 {
		r.history = append(r.history, []int{len(r.history) - 1})
		r.commits = len(r.history)
		begin := time.Now()
		if _, err := p.post(ctx, reportOf(r, r.commits-1, r.commits)); err != nil {
			return err
		}
		if err := p.find(ctx, r, r.sha(r.commits-1)); err != nil {
			return err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	fmt.Printf("a new commit of %s reported and found: median %s\n", r.name, took[len(took)/2].Round(10*time.Microsecond))
	return nil
}

// resident is how much memory the server has, in MB; 0 where that cannot be told.
func (p *parts) resident() int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.server.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if kilobytes, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(kilobytes)[0])
			return n >> 10
		}
	}
	return 0
}
