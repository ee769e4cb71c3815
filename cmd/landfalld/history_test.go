package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// historyDir has the true history of four repositories, beside the project.
const historyDir = "../../../shared/data/cyber-dojo"

// historicCommit is a commit of that history.
type historicCommit struct {
	SHA         string   `json:"sha"`
	Parents     []string `json:"parents"`
	CommittedAt string   `json:"committedAt"`
	Subject     string   `json:"subject"`
}

func readHistory(t *testing.T, path string) []historicCommit {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var commits []historicCommit
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		var c historicCommit
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		commits = append(commits, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return commits
}

// historyServer is a whole server over an empty database, for one organization.
type historyServer struct {
	t       *testing.T
	handler http.Handler
	token   string
	secret  string
}

func (s *historyServer) do(r *http.Request, into any) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s answers %d: %s", r.URL, w.Code, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			s.t.Fatal(err)
		}
	}
}

// push sends commits as GitHub does: without their parents.
func (s *historyServer) push(repository, delivery string, commits []historicCommit) {
	s.t.Helper()
	said := make([]map[string]any, len(commits))
	for i, c := range commits {
		said[i] = map[string]any{"id": c.SHA, "message": c.Subject, "timestamp": c.CommittedAt, "author": map[string]string{"name": "somebody"}}
	}
	body, err := json.Marshal(map[string]any{
		"ref": "refs/heads/main", "after": commits[len(commits)-1].SHA, "commits": said, "head_commit": said[len(said)-1],
		"repository": map[string]string{"full_name": repository, "html_url": "https://github.com/" + repository},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write(body)
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/webhooks/cyber-dojo/github", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-GitHub-Event", "push")
	r.Header.Set("X-GitHub-Delivery", delivery)
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	s.do(r, nil)
}

// ask sends a query and unpacks its data. It returns the messages of errors by
// the last part of their path.
func (s *historyServer) ask(query string, variables map[string]any, into any) map[string]string {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.token)
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message string
			Path    []any
		}
	}
	s.do(r, &answer)
	errors := map[string]string{}
	for _, e := range answer.Errors {
		errors[fmt.Sprint(e.Path[len(e.Path)-1])] = e.Message
	}
	if len(answer.Errors) == 0 {
		if err := json.Unmarshal(answer.Data, into); err != nil {
			s.t.Fatal(err)
		}
	}
	return errors
}

// reportCommits tells of the parents too, as CI does.
func (s *historyServer) reportCommits(repository string, commits []historicCommit) int {
	s.t.Helper()
	said := make([]map[string]any, len(commits))
	for i, c := range commits {
		said[i] = map[string]any{"sha": c.SHA, "parents": c.Parents, "subject": c.Subject, "committedAt": c.CommittedAt}
	}
	var out struct{ ReportCommits struct{ Added int } }
	errors := s.ask(`mutation ($input: ReportCommitsInput!) { reportCommits(input: $input) { added } }`,
		map[string]any{"input": map[string]any{"organization": "cyber-dojo", "repository": repository, "commits": said}}, &out)
	if len(errors) > 0 {
		s.t.Fatal(errors)
	}
	return out.ReportCommits.Added
}

// commitAnswer is what a prefix leads to.
type commitAnswer struct {
	Type       string `json:"__typename"`
	SHA        string
	Parents    []string
	Summary    string
	Candidates []struct{ SHA string }
}

// resolve asks for many prefixes at once, in one repository or, if that is empty,
// in all of them.
func (s *historyServer) resolve(repository string, prefixes []string) map[string]commitAnswer {
	s.t.Helper()
	const fields = `{ __typename ... on Commit { sha parents } ... on AmbiguousCommit { summary candidates { sha } } }`
	var selection strings.Builder
	for _, p := range prefixes {
		fmt.Fprintf(&selection, "p%s: commit(ref: %q) %s\n", p, p, fields)
	}
	query := fmt.Sprintf("{ organization(name: \"cyber-dojo\") { %s } }", selection.String())
	if repository != "" {
		query = fmt.Sprintf("{ organization(name: \"cyber-dojo\") { repository(name: %q) { %s } } }", repository, selection.String())
	}
	var out struct{ Organization json.RawMessage }
	if errors := s.ask(query, nil, &out); len(errors) > 0 {
		s.t.Fatal(errors)
	}
	raw := out.Organization
	if repository != "" {
		var inner struct{ Repository json.RawMessage }
		if err := json.Unmarshal(raw, &inner); err != nil {
			s.t.Fatal(err)
		}
		raw = inner.Repository
	}
	var answers map[string]commitAnswer
	if err := json.Unmarshal(raw, &answers); err != nil {
		s.t.Fatal(err)
	}
	return answers
}

// The true history of four repositories is pushed and reported, and every prefix
// of 7 digits in it leads to its commit, or to an answer that lists all it fits.
func TestEveryShortSHAOfARealHistory(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(historyDir + "/*.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Skipf("the history is not at %s, beside the project", historyDir)
	}
	d := dbtest.New(t)
	s := &historyServer{t: t, token: model.NewTokenSecret(), handler: new(config).routes(d, &ingest.Inbox{Store: d, Log: d.Log}, nil, nil, slog.New(slog.DiscardHandler), "http://landfall.example")}
	if _, err := d.Bootstrap(t.Context(), "cyber-dojo", s.token); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "cyber-dojo")
	if err != nil {
		t.Fatal(err)
	}
	if s.secret, _, err = d.CreateWebhook(t.Context(), org, model.CreateWebhookInput{Forge: model.ForgeGitHub}); err != nil {
		t.Fatal(err)
	}

	history := map[string][]historicCommit{}
	everywhere := map[string][]string{} // by 7 digits, of all repositories
	total := 0
	for _, file := range files {
		repository := "cyber-dojo/" + strings.TrimSuffix(filepath.Base(file), ".jsonl.gz")
		history[repository] = readHistory(t, file)
		for i, chunk := range slices.Collect(slices.Chunk(history[repository], 1000)) {
			s.push(repository, fmt.Sprintf("%s-%d", repository, i), chunk)
			if added := s.reportCommits(repository, chunk); added != 0 {
				t.Errorf("%d commits of %s were new after they had been pushed", added, repository)
			}
		}
		for _, c := range history[repository] {
			everywhere[c.SHA[:7]] = append(everywhere[c.SHA[:7]], c.SHA)
			total++
		}
	}
	if total != 7682 {
		t.Errorf("the history has %d commits, want 7682", total)
	}

	for repository, commits := range history {
		here := map[string][]string{}
		for _, c := range commits {
			here[c.SHA[:7]] = append(here[c.SHA[:7]], c.SHA)
		}
		for chunk := range slices.Chunk(commits, 400) {
			prefixes := make([]string, len(chunk))
			for i, c := range chunk {
				prefixes[i] = c.SHA[:7]
			}
			within, across := s.resolve(repository, prefixes), s.resolve("", prefixes)
			for _, c := range chunk {
				got := within["p"+c.SHA[:7]]
				checkAnswer(t, got, here[c.SHA[:7]])
				if got.Type == "Commit" && !slices.Equal(got.Parents, c.Parents) {
					t.Errorf("%s in %s has the parents %v, want %v", c.SHA[:7], repository, got.Parents, c.Parents)
				}
				checkAnswer(t, across["p"+c.SHA[:7]], everywhere[c.SHA[:7]])
			}
		}
	}
	// 7b759 is in the histories of runner and differ.
	several := s.resolve("", []string{"7b759"})["p7b759"]
	checkAnswer(t, several, []string{"7b759a05d2c2cb3e67e872fd2933eedf22d6fb59", "7b7597fc6d6ae55e823a0d9a2ef3fee8374e356f"})
	for _, said := range []string{"cyber-dojo/runner@7b7597fc6d6a", "cyber-dojo/differ@7b759a05d2c2"} {
		if !strings.Contains(several.Summary, said) {
			t.Errorf("the summary does not say %s: %s", said, several.Summary)
		}
	}
}

// checkAnswer compares an answer with the commits that a prefix fits.
func checkAnswer(t *testing.T, got commitAnswer, want []string) {
	t.Helper()
	found := []string{got.SHA}
	if got.Type == "AmbiguousCommit" {
		found = nil
		for _, c := range got.Candidates {
			found = append(found, c.SHA)
		}
	}
	want = slices.Clone(want)
	slices.Sort(found)
	slices.Sort(want)
	if !slices.Equal(found, want) {
		t.Errorf("got %v, want %v", found, want)
	}
}
