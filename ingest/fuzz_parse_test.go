package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
)

func FuzzParseGitHub(f *testing.F)    { fuzzParse(f, "github", "github", parseGitHub) }
func FuzzParseGitLab(f *testing.F)    { fuzzParse(f, "gitlab", "gitlab", parseGitLab) }
func FuzzParseGitea(f *testing.F)     { fuzzParse(f, "gitea", "gitea", parseGitea) }
func FuzzParseBitbucket(f *testing.F) { fuzzParse(f, "bitbucket", "bitbucket", parseBitbucket) }
func FuzzParseDockerHub(f *testing.F) { fuzzParse(f, "docker", "dockerhub", parseDockerHub) }

// fuzzParse gives a parser whatever comes up. It may refuse it, in words for
// people, and what it lets in is what the database can keep.
func fuzzParse(f *testing.F, library, own string, parse func(string, []byte) (*model.Facts, error)) {
	wants := libraryWants[library].examples
	for file, raw := range libraryExamples(f, library) {
		if event := wants[file]; event.want != "" { // of the others nothing is read
			f.Add(event.event, raw)
		}
	}
	events := map[string]bool{"": true, "push": true, "star\x00\xff": true}
	for _, example := range wants {
		events[example.event] = true
	}
	for file, raw := range jsonFiles(f, "testdata/"+own) {
		event := ownEvents[own+"/"+file]
		if event == "" {
			event = file
		}
		f.Add(event, raw)
		events[event] = true
	}
	for event := range events {
		for _, raw := range []string{"", "null", "[]", "{}", `{"commits":[null],"head_commit":{"id":""},"push":{"changes":[null]},"builds":[null]}`} {
			f.Add(event, []byte(raw))
		}
	}
	f.Fuzz(func(t *testing.T, event string, raw []byte) {
		facts, err := parse(event, raw)
		if err != nil {
			if model.KindOf(err) != model.KindInvalid || facts != nil {
				t.Errorf("got %v, %v", facts, err)
			}
			return
		}
		checkFacts(t, facts)
	})
}

// ownEvents are the events of payloads of testdata that are not named after them.
var ownEvents = map[string]string{
	"gitlab/push": "Push Hook", "gitlab/pipeline": "Pipeline Hook", "gitlab/job": "Job Hook", "gitlab/deployment": "Deployment Hook",
	"gitlab/merge_request": "Merge Request Hook",
	"bitbucket/push":       "repo:push", "bitbucket/commit_status": "repo:commit_status_updated", "bitbucket/pull_request": "pullrequest:updated",
}

// checkFacts fails the test unless facts say something, and all of it can be kept.
func checkFacts(t *testing.T, f *model.Facts) {
	t.Helper()
	isText(t, "ignored", f.Ignored, 0, 1000)
	isText(t, "note", f.Note, 0, 1000)
	if f.Ignored != "" {
		return
	}
	if f.Repository.Name != "" {
		isValid(t, model.ValidateRepositoryName(f.Repository.Name))
		isURL(t, f.Repository.URL)
	} else if f.Image == nil {
		t.Error("it is about no repository, and no image")
	}
	if len(f.Commits)+len(f.RefMoves)+len(f.Builds)+len(f.Jobs) == 0 && f.PullRequest == nil && f.Release == nil && f.Image == nil && f.Deployment == nil {
		t.Error("it is to be applied, and says nothing")
	}
	checkHistory(t, f)
	checkRuns(t, f)
	checkRest(t, f)
}

// checkHistory checks commits and moves of branches and tags.
func checkHistory(t *testing.T, f *model.Facts) {
	t.Helper()
	known := map[model.CommitSHA]bool{}
	for _, c := range f.Commits {
		isSHA(t, string(c.SHA))
		if known[c.SHA] {
			t.Errorf("commit %s is told twice", c.SHA)
		}
		known[c.SHA] = true
		isLine(t, "subject", c.Subject, 500)
		isLine(t, "author", c.AuthorName, 200)
		isTime(t, "committedAt", c.CommittedAt)
		if len(c.Paths) > 0 && !c.PathsKnown || len(c.Paths) > model.MaxCommitPaths {
			t.Errorf("commit %s touches %d files, known: %t", c.SHA, len(c.Paths), c.PathsKnown)
		}
	}
	for _, m := range f.RefMoves {
		isText(t, "ref", m.Ref, 5, 1000)
		isTime(t, "at", m.At)
		for _, sha := range []string{m.Before, m.After} {
			if sha != "" {
				isSHA(t, sha)
			}
		}
	}
}

// checkRuns checks builds and jobs, each of which has its build beside it.
func checkRuns(t *testing.T, f *model.Facts) {
	t.Helper()
	type key struct {
		system  model.CISystem
		run     int64
		attempt int
	}
	builds := map[key]bool{}
	for _, b := range f.Builds {
		builds[key{b.System, b.Run, b.Attempt}] = true
		if b.Run < 1 || b.Attempt < 1 || b.Attempt > 10_000 || b.Version < 0 {
			t.Errorf("got %+v", b)
		}
		isSHA(t, string(b.CommitSHA))
		isLine(t, "workflow", b.Workflow, 200)
		isRun(t, b.URL, b.State, b.StartedAt, b.FinishedAt)
	}
	for _, j := range f.Jobs {
		if !builds[key{j.System, j.Run, j.Attempt}] || j.Key < 1 || j.Version < 0 {
			t.Errorf("got %+v", j)
		}
		isLine(t, "name", j.Name, 200)
		isRun(t, j.URL, j.State, j.StartedAt, j.FinishedAt)
	}
}

func isRun(t *testing.T, url string, state model.BuildState, started, finished *time.Time) {
	t.Helper()
	isURL(t, url)
	if state.Rank() == 0 || started != nil && state == model.BuildQueued || finished != nil && !state.Final() {
		t.Errorf("it is %s, began at %v and ended at %v", state, started, finished)
	}
	isTimeOrNil(t, "startedAt", started)
	isTimeOrNil(t, "finishedAt", finished)
}

// checkRest checks what there is at most one of.
func checkRest(t *testing.T, f *model.Facts) {
	t.Helper()
	if p := f.PullRequest; p != nil {
		isSHA(t, string(p.HeadSHA))
		if p.MergeSHA != nil {
			isSHA(t, string(*p.MergeSHA))
		}
		if merged := p.State == model.PullRequestMerged; p.Number < 1 || p.Number > 1<<31-1 || p.State.Rank() == 0 || !merged && (p.MergeSHA != nil || p.MergedAt != nil) {
			t.Errorf("got %+v", p)
		}
		isURL(t, p.URL)
		isLine(t, "title", p.Title, 500)
		isLine(t, "author", p.AuthorLogin, 200)
		isTime(t, "createdAt", p.CreatedAt)
		isTime(t, "updatedAt", p.UpdatedAt)
		isTimeOrNil(t, "mergedAt", p.MergedAt)
	}
	if r := f.Release; r != nil {
		if r.Key < 1 || r.State.Rank() == 0 {
			t.Errorf("got %+v", r)
		}
		isText(t, "tag", r.Tag, 1, 500)
		isLine(t, "name", r.Name, 500)
		isURL(t, r.URL)
		isTime(t, "updatedAt", r.UpdatedAt)
		isTimeOrNil(t, "publishedAt", r.PublishedAt)
	}
	if i := f.Image; i != nil {
		isText(t, "name", i.Name, 3, 255)
		isText(t, "tag", i.Tag, 1, 128)
		isTime(t, "at", i.At)
		if i.Fingerprint != "" && len(i.Fingerprint.Bytes()) != 32 || i.CommitRef != "" && !hexRef.MatchString(i.CommitRef) {
			t.Errorf("got %+v", i)
		}
	}
	if d := f.Deployment; d != nil {
		checkForgeDeployment(t, d)
	}
}

func checkForgeDeployment(t *testing.T, d *model.ForgeDeployment) {
	t.Helper()
	isSHA(t, string(d.CommitSHA))
	isText(t, "environment", d.Environment, 1, 255)
	isTime(t, "createdAt", d.CreatedAt)
	urls := []*string{d.URL}
	if s := d.Status; s != nil {
		isTime(t, "at", s.At)
		isLine(t, "description", s.Description, 500)
		urls = append(urls, s.URL)
		if s.ID < 1 {
			t.Errorf("the status has the id %d", s.ID)
		}
	}
	for _, url := range urls {
		if url != nil {
			isURL(t, *url)
		}
	}
	if d.ID < 1 {
		t.Errorf("it has the id %d", d.ID)
	}
}

func isValid(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func isURL(t *testing.T, url string) {
	t.Helper()
	isValid(t, model.ValidateURL("url", url))
}

func isText(t *testing.T, what, s string, least, most int) {
	t.Helper()
	isValid(t, model.ValidateText(what, s, least, most))
}

func isLine(t *testing.T, what, s string, most int) {
	t.Helper()
	isText(t, what, s, 0, most)
	if strings.ContainsAny(s, "\n\t") {
		t.Errorf("%s has lines in %q", what, s)
	}
}

func isSHA(t *testing.T, s string) {
	t.Helper()
	if sha, err := model.ParseCommitSHA(s); err != nil || string(sha) != s {
		t.Errorf("commit %q: %v", s, err)
	}
}

func isTime(t *testing.T, what string, at time.Time) {
	t.Helper()
	if at.Location() != time.UTC || at.Year() < 1970 || at.Year() > 9999 || at.Nanosecond()%1000 != 0 {
		t.Errorf("%s is %s", what, at)
	}
}

func isTimeOrNil(t *testing.T, what string, at *time.Time) {
	t.Helper()
	if at != nil {
		isTime(t, what, *at)
	}
}
