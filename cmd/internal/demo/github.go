package demo

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	eventPush        = "push"
	eventWorkflowRun = "workflow_run"
)

// Delivery is one webhook request as GitHub would send it.
type Delivery struct {
	Event string // push or workflow_run
	ID    string // the same for the same step, so that a replay is a redelivery
	Body  []byte
}

// Header returns the headers of the request, signed with secret.
func (d Delivery) Header(secret string) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(d.Body)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "GitHub-Hookshot/landfall-demo")
	h.Set("X-GitHub-Event", d.Event)
	h.Set("X-GitHub-Delivery", d.ID)
	h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

// Delivery returns the webhook that tells of the push.
func (s *PushStep) Delivery() Delivery {
	repo := newRepository(s.Repository, s.Branch)
	commits := make([]pushedCommit, len(s.Commits))
	for i, c := range s.Commits {
		commits[i] = newPushedCommit(s.Repository, c)
	}
	head := s.Head()
	return newDelivery(eventPush, pushBody{
		Ref:        "refs/heads/" + s.Branch,
		Before:     s.Before,
		After:      head.SHA,
		Compare:    fmt.Sprintf("%s/compare/%.12s...%.12s", repo.HTMLURL, s.Before, head.SHA),
		Commits:    commits,
		HeadCommit: commits[len(commits)-1],
		Repository: pushRepository{
			repository:   repo,
			PushedAt:     s.At.Unix(),
			MasterBranch: s.Branch,
		},
		Pusher: person{Name: head.Author.Name, Email: head.Author.Email},
		Sender: repo.Owner,
	})
}

// Delivery returns the webhook that tells of the start or the end of the run.
func (s *BuildStep) Delivery() Delivery {
	repo := newRepository(s.Repository, s.Branch)
	body := workflowBody{
		Action: "requested",
		Run: workflowRun{
			ID:           s.Run,
			Name:         s.Workflow,
			DisplayTitle: s.Head.Subject,
			HeadBranch:   s.Branch,
			HeadSHA:      s.Head.SHA,
			Path:         ".github/workflows/main.yml",
			RunNumber:    s.Number,
			RunAttempt:   s.Attempt,
			Event:        eventPush,
			Status:       "queued",
			WorkflowID:   numberOf(s.Repository + " " + s.Workflow),
			URL:          fmt.Sprintf("%s/actions/runs/%d", repo.URL, s.Run),
			HTMLURL:      s.URL(),
			PullRequests: []struct{}{},
			CreatedAt:    s.CreatedAt.UTC(),
			UpdatedAt:    s.At.UTC(),
			RunStartedAt: s.StartedAt.UTC(),
			HeadCommit:   newBuiltCommit(s.Head),
			Repository:   repo,
			HeadRepo:     repo,
		},
		Repository: repo,
		Sender:     repo.Owner,
	}
	if s.Conclusion != "" {
		body.Action = "completed"
		body.Run.Status = "completed"
		body.Run.Conclusion = &s.Conclusion
	}
	return newDelivery(eventWorkflowRun, body)
}

// Ping returns the webhook by which GitHub asks whether it has the right place
// and secret.
func Ping() Delivery {
	return newDelivery("ping", map[string]any{"zen": "Anything added dilutes everything else.", "hook_id": 1})
}

func newDelivery(event string, body any) Delivery {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // bodies are made of strings, numbers and times
	}
	id := uuid.NewSHA1(uuid.NameSpaceURL, append([]byte(event+"\n"), raw...))
	return Delivery{Event: event, ID: id.String(), Body: raw}
}

type pushBody struct {
	Ref        string         `json:"ref"`
	Before     string         `json:"before"`
	After      string         `json:"after"`
	Created    bool           `json:"created"`
	Deleted    bool           `json:"deleted"`
	Forced     bool           `json:"forced"`
	BaseRef    *string        `json:"base_ref"`
	Compare    string         `json:"compare"`
	Commits    []pushedCommit `json:"commits"`
	HeadCommit pushedCommit   `json:"head_commit"`
	Repository pushRepository `json:"repository"`
	Pusher     person         `json:"pusher"`
	Sender     owner          `json:"sender"`
}

type pushedCommit struct {
	ID        string   `json:"id"`
	TreeID    string   `json:"tree_id"`
	Distinct  bool     `json:"distinct"`
	Message   string   `json:"message"`
	Timestamp string   `json:"timestamp"` // GitHub keeps the zone of the author here
	URL       string   `json:"url"`
	Author    person   `json:"author"`
	Committer person   `json:"committer"`
	Added     []string `json:"added"`
	Removed   []string `json:"removed"`
	Modified  []string `json:"modified"`
}

func newPushedCommit(repository string, c Commit) pushedCommit {
	p := person(c.Author)
	return pushedCommit{
		ID:        c.SHA,
		TreeID:    treeOf(c),
		Distinct:  true,
		Message:   c.Subject,
		Timestamp: c.CommittedAt.Format(time.RFC3339),
		URL:       "https://github.com/" + repository + "/commit/" + c.SHA,
		Author:    p,
		Committer: p,
		Added:     []string{},
		Removed:   []string{},
		Modified:  []string{},
	}
}

type person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type workflowBody struct {
	Action     string      `json:"action"`
	Run        workflowRun `json:"workflow_run"`
	Repository repository  `json:"repository"`
	Sender     owner       `json:"sender"`
}

type workflowRun struct {
	ID           int64       `json:"id"`
	Name         string      `json:"name"`
	DisplayTitle string      `json:"display_title"`
	HeadBranch   string      `json:"head_branch"`
	HeadSHA      string      `json:"head_sha"`
	Path         string      `json:"path"`
	RunNumber    int64       `json:"run_number"`
	RunAttempt   int64       `json:"run_attempt"`
	Event        string      `json:"event"`
	Status       string      `json:"status"`
	Conclusion   *string     `json:"conclusion"` // null until it is completed
	WorkflowID   int64       `json:"workflow_id"`
	URL          string      `json:"url"`
	HTMLURL      string      `json:"html_url"`
	PullRequests []struct{}  `json:"pull_requests"`
	CreatedAt    time.Time   `json:"created_at"`
	UpdatedAt    time.Time   `json:"updated_at"`
	RunStartedAt time.Time   `json:"run_started_at"`
	HeadCommit   builtCommit `json:"head_commit"`
	Repository   repository  `json:"repository"`
	HeadRepo     repository  `json:"head_repository"`
}

type builtCommit struct {
	ID        string    `json:"id"`
	TreeID    string    `json:"tree_id"`
	Message   string    `json:"message"`
	Timestamp time.Time `json:"timestamp"`
	Author    person    `json:"author"`
	Committer person    `json:"committer"`
}

func newBuiltCommit(c Commit) builtCommit {
	p := person(c.Author)
	return builtCommit{
		ID: c.SHA, TreeID: treeOf(c), Message: c.Subject,
		Timestamp: c.CommittedAt.UTC(), Author: p, Committer: p,
	}
}

type repository struct {
	ID            int64  `json:"id"`
	Name          string `json:"name"`
	FullName      string `json:"full_name"`
	Private       bool   `json:"private"`
	Owner         owner  `json:"owner"`
	HTMLURL       string `json:"html_url"`
	Fork          bool   `json:"fork"`
	URL           string `json:"url"`
	CloneURL      string `json:"clone_url"`
	DefaultBranch string `json:"default_branch"`
}

// pushRepository is what a push says of its repository: more than other events.
type pushRepository struct {
	repository
	PushedAt     int64  `json:"pushed_at"` // a number here, a text in other events
	MasterBranch string `json:"master_branch"`
}

type owner struct {
	Name    string `json:"name"`
	Login   string `json:"login"`
	ID      int64  `json:"id"`
	Type    string `json:"type"`
	URL     string `json:"url"`
	HTMLURL string `json:"html_url"`
}

func newRepository(fullName, branch string) repository {
	login, name, _ := strings.Cut(fullName, "/")
	return repository{
		ID:       numberOf(fullName),
		Name:     name,
		FullName: fullName,
		Owner: owner{
			Name: login, Login: login, ID: numberOf(login), Type: "Organization",
			URL:     "https://api.github.com/users/" + login,
			HTMLURL: "https://github.com/" + login,
		},
		HTMLURL:       "https://github.com/" + fullName,
		URL:           "https://api.github.com/repos/" + fullName,
		CloneURL:      "https://github.com/" + fullName + ".git",
		DefaultBranch: branch,
	}
}

// buildURL is the page of a run.
func buildURL(repository string, run int64) string {
	return "https://github.com/" + repository + "/actions/runs/" + strconv.FormatInt(run, 10)
}

// numberOf makes up an id as GitHub has them, always the same for the same name.
func numberOf(name string) int64 {
	sum := sha256.Sum256([]byte(name))
	return int64(binary.BigEndian.Uint32(sum[:]) >> 2)
}

// treeOf makes up the id of the tree of a commit.
func treeOf(c Commit) string {
	sum := sha256.Sum256([]byte("tree of " + c.SHA))
	return hex.EncodeToString(sum[:20])
}
