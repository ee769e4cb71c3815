package ingest

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// request is a delivery as the library for webhooks takes it. It has been proven,
// and its size is bounded: the library is asked to parse it, and nothing else.
func request(header, event string, body []byte) *http.Request {
	return &http.Request{Method: http.MethodPost, Header: http.Header{header: {event}}, Body: io.NopCloser(bytes.NewReader(body))}
}

// notUsed are the facts of an event that nothing here is made of.
func notUsed(event string) *model.Facts {
	return &model.Facts{Ignored: fmt.Sprintf("events of kind %q are not used", model.CleanText(event, 100))}
}

// notUnderstood is the error for a body that is not what its event promises.
func notUnderstood(forge model.Forge, event string, err error) error {
	return &model.Error{Kind: model.KindInvalid, Message: fmt.Sprintf("the delivery is not a %s event of %s's in JSON", model.CleanText(event, 100), forge.Title()), Err: err}
}

// beside reads of a body what the library for webhooks leaves out.
func beside(forge model.Forge, event string, body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return notUnderstood(forge, event, err)
	}
	return nil
}

// factsOf begins the facts about a repository.
func factsOf(forge model.Forge, name, url string) (*model.Facts, error) {
	if err := model.ValidateRepositoryName(name); err != nil {
		return nil, err
	}
	if err := model.ValidateURL("html_url", url); err != nil {
		return nil, err
	}
	return &model.Facts{Repository: model.Repository{Forge: forge, Name: name, URL: strings.TrimSuffix(url, "/")}}, nil
}

// author is who made a commit, as git knows it.
type author struct{ name, email string }

// newCommit reads a commit. What it touches is known if any of the lists of files
// was sent, be it empty.
func newCommit(sha, message string, by author, at time.Time, files ...[]string) (*model.Commit, error) {
	id, err := model.ParseCommitSHA(sha)
	if err != nil {
		return nil, err
	}
	committedAt := orNil(at)
	if committedAt == nil {
		return nil, model.Invalid("timestamp", "the time of commit %s is no time", id)
	}
	c := &model.Commit{
		SHA: id, Subject: model.Subject(message), AuthorName: model.CleanText(by.name, 200), AuthorEmail: model.CleanEmail(by.email),
		IssueKeys: model.IssueKeys(message), CommittedAt: *committedAt,
	}
	if slices.ContainsFunc(files, func(list []string) bool { return list != nil }) {
		c.Paths, c.PathsKnown = model.CommitPaths(files...)
	}
	return c, nil
}

// addCommits adds commits, each once: pushes name the newest one twice.
func addCommits(f *model.Facts, commits ...*model.Commit) {
	known := make(map[model.CommitSHA]bool, len(f.Commits)+len(commits))
	for _, c := range f.Commits {
		known[c.SHA] = true
	}
	for _, c := range commits {
		if !known[c.SHA] {
			known[c.SHA] = true
			f.Commits = append(f.Commits, c)
		}
	}
}

// newest is the time of the newest commit; the zero time if there is none.
func newest(commits []*model.Commit) time.Time {
	var at time.Time
	for _, c := range commits {
		if c.CommittedAt.After(at) {
			at = c.CommittedAt
		}
	}
	return at
}

// addRefMove adds that a branch or a tag moved. It adds nothing if the forge does
// not tell when: without its moment a move has no place among the others.
func addRefMove(f *model.Facts, move model.RefMove, at time.Time) error {
	moment := orNil(at)
	if moment == nil {
		return nil
	}
	move.At = *moment
	if err := model.ValidateText("ref", move.Ref, 1, 1000); err != nil {
		return err
	}
	if !strings.HasPrefix(move.Ref, "refs/") {
		return model.Invalid("ref", "%q is not a ref in full, such as refs/heads/main", model.CleanText(move.Ref, 100))
	}
	var err error
	if move.Before, err = shaOrNone(move.Before); err != nil {
		return err
	}
	if move.After, err = shaOrNone(move.After); err != nil {
		return err
	}
	f.RefMoves = append(f.RefMoves, &move)
	return nil
}

// isNoSHA reports whether a SHA stands for no commit: it is empty, or all zeros.
func isNoSHA(sha string) bool { return strings.Trim(sha, "0") == "" }

// shaOrNone is a full SHA in lower case, and empty for one that stands for none.
func shaOrNone(sha string) (string, error) {
	if isNoSHA(sha) {
		return "", nil
	}
	id, err := model.ParseCommitSHA(sha)
	return string(id), err
}

// fullRef is the ref of a branch or a tag with a name; it reports false for
// another kind of ref.
func fullRef(kind, name string) (string, bool) {
	switch kind {
	case "branch":
		return "refs/heads/" + name, true
	case "tag":
		return "refs/tags/" + name, true
	}
	return "", false
}

// checkRun checks what a CI system numbers: a run and its attempts.
func checkRun(field string, run, attempt int64) error {
	if run <= 0 || attempt < 0 || attempt > 10_000 {
		return model.Invalid(field, "the run has the id %d and the attempt %d", run, attempt)
	}
	return nil
}

// checkNumber checks the number of a pull request.
func checkNumber(number int64) error {
	if number <= 0 || number > math.MaxInt32 {
		return model.Invalid("number", "the number of the pull request is %d", number)
	}
	return nil
}

// checkID checks an id that a forge gives.
func checkID(field string, id int64) error {
	if id <= 0 {
		return model.Invalid(field, "the %s has the id %d", field, id)
	}
	return nil
}

// needTime is a time that a payload must have.
func needTime(field string, at time.Time) (time.Time, error) {
	moment := orNil(at)
	if moment == nil {
		return time.Time{}, model.Invalid(field, "%s is no time", field)
	}
	return *moment, nil
}

// orNil is a time that a payload has, and nil for one that it has not or that
// cannot be kept.
func orNil(t time.Time) *time.Time {
	t = t.UTC().Truncate(time.Microsecond)
	if t.Year() < 1970 || t.Year() > 9999 {
		return nil
	}
	return &t
}

// pointed is the time that a pointer leads to, if it leads to one that can be
// kept.
func pointed(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return orNil(*t)
}

// firstURL is the first valid URL of some; empty if none is.
func firstURL(urls ...string) string {
	for _, url := range urls {
		if model.ValidateURL("url", url) == nil {
			return url
		}
	}
	return ""
}

// urlOrNil is the first valid URL of some; nil if none is.
func urlOrNil(urls ...string) *string {
	if url := firstURL(urls...); url != "" {
		return &url
	}
	return nil
}

// times are when a build or job began and ended, as far as its state says that it
// did: some forges send a time for what has yet to come.
func times(state model.BuildState, started, finished time.Time) (startedAt, finishedAt *time.Time) {
	if state != model.BuildQueued {
		startedAt = orNil(started)
	}
	if state.Final() {
		finishedAt = orNil(finished)
	}
	return startedAt, finishedAt
}

// impliedBuild is what a job says of the build that it is part of: as little as
// there is, so that whatever tells of the build itself replaces it.
func impliedBuild(b model.Build, job model.BuildState) *model.Build {
	b.State = model.BuildQueued
	if job != model.BuildQueued {
		b.State = model.BuildRunning
	}
	return &b
}

// lastSegment is what follows the last slash of a URL.
func lastSegment(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

// sameSecret reports whether what was sent is the secret, in a time that says
// nothing about either. No secret is none that anybody knows.
func sameSecret(sent, secret string) bool {
	a, b := sha256.Sum256([]byte(sent)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && secret != ""
}
