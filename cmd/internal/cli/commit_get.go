package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type commitGetOptions struct {
	output outputFlag
}

func newCommitGetCmd(app *App) *cobra.Command {
	var opts commitGetOptions
	cmd := &cobra.Command{
		Use:   "commit REF",
		Short: "Show a commit, what was built from it and where that runs",
		Long: "Show a commit, what was built from it and where that runs now. REF is 16d9990 (five digits or more of its\n" +
			"SHA), main or v1.2 (the branch or tag points to it), '#276' (what a pull request became,\n" +
			"or its head until then), each also with the repository, as in cyber-dojo/runner@main and\n" +
			"cyber-dojo/runner#276, or runner:16d9990 (an artifact that was built from it).",
		Example:           "  landfall get commit 16d9990\n  landfall get commit cyber-dojo/runner@main\n  landfall get commit cyber-dojo/runner#276 -o json",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCommitGet(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.output.addForOne(cmd)
	return cmd
}

func runCommitGet(ctx context.Context, app *App, opts *commitGetOptions, ref string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "artifacts")
	commit, err := client.Commit(ctx, ref)
	done()
	if several, ok := errors.AsType[*api.AmbiguousCommitError](err); ok {
		return ambiguousCommit(app.IO, &opts.output, several)
	}
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documentOfCommitStory(commit))
	}
	opts.output.forOne(app.IO)
	writeCommit(app.IO, commit)
	return nil
}

func writeCommit(io *term.IO, c *api.CommitStory) {
	io.Fields("", []term.Field{
		{Label: "Commit", Value: c.SHA},
		{Label: "Repository", Value: c.Repository.Name},
		{Label: "Subject", Value: c.Subject},
		{Label: "Author", Value: c.AuthorName},
		{Label: "Committed on", Value: io.Moment(c.CommittedAt)},
		{Label: "Commit URL", Value: c.URL},
		{Label: "Parents", Value: parentsOf(c)},
	})
	requests := make([][]string, len(c.PullRequests))
	for i, r := range c.PullRequests {
		requests[i] = []string{"#" + strconv.Itoa(r.Number), r.State, r.Title, r.URL}
	}
	writePart(io, "Pull requests", "Pull request", requests)
	builds := make([][]string, len(c.Builds))
	for i, b := range c.Builds {
		builds[i] = []string{b.Workflow + " #" + strconv.Itoa(b.Attempt), b.State, b.URL}
	}
	writePart(io, "Builds", "Build", builds)
	artifacts := make([][]string, len(c.Artifacts))
	for i, a := range c.Artifacts {
		artifacts[i] = []string{a.Name, a.Flow.Name, stateOf(a.State), placesOf(a), a.Ref}
	}
	writePart(io, "Artifacts", "Artifact", artifacts)
}

// placesOf names the environments in which an artifact runs, with its replicas.
func placesOf(a api.BuiltArtifact) string {
	places := make([]string, len(a.RunningIn.Nodes))
	for i, r := range a.RunningIn.Nodes {
		places[i] = fmt.Sprintf("%s (%d)", r.Snapshot.Ref, r.Replicas)
	}
	if len(places) == 0 {
		return "runs nowhere"
	}
	return "runs in " + strings.Join(places, ", ")
}

// parentsOf names the parents of a commit, and says if there may be more.
func parentsOf(c *api.CommitStory) string {
	parents := strings.Join(c.Parents, ", ")
	switch {
	case c.ParentsComplete && parents == "":
		return "none"
	case c.ParentsComplete:
		return parents
	case parents == "":
		return "not known"
	default:
		return parents + ", and others that are not known"
	}
}

// writePart writes a list below a heading, or each with its label for programs.
func writePart(io *term.IO, heading, label string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	if io.Plain {
		for i := range rows {
			rows[i] = append([]string{label}, rows[i]...)
		}
		io.Table(nil, rows)
		return
	}
	io.Line("%s:", heading)
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], term.Width(term.Clean(cell)))
		}
	}
	for _, row := range rows {
		line := "    "
		for i, cell := range row[:len(row)-1] {
			line += term.Pad(term.Clean(cell), widths[i]) + "  "
		}
		io.Line("%s", line+row[len(row)-1])
	}
}

// commitDocument is a commit in JSON.
type commitDocument struct {
	SHA         string    `json:"sha"`
	Repository  string    `json:"repository"`
	URL         string    `json:"url"`
	Subject     string    `json:"subject"`
	AuthorName  string    `json:"authorName"`
	CommittedAt time.Time `json:"committedAt"`
}

func documentOfCommit(c api.CommitLine) commitDocument {
	return commitDocument{
		SHA: c.SHA, Repository: c.Repository.Name, URL: c.URL, Subject: c.Subject, AuthorName: c.AuthorName,
		CommittedAt: c.CommittedAt.UTC(),
	}
}

// commitStoryDocument is a commit with what was built from it, in JSON.
type commitStoryDocument struct {
	commitDocument
	Parents         []string              `json:"parents"`
	ParentsComplete bool                  `json:"parentsComplete"`
	PullRequests    []pullRequestDocument `json:"pullRequests"`
	Builds          []buildDocument       `json:"builds"`
	Artifacts       []builtDocument       `json:"artifacts"`
}

// builtDocument is an artifact and where it runs now, in JSON.
type builtDocument struct {
	artifactDocument
	RunningIn []placeDocument `json:"runningIn"`
}

type placeDocument struct {
	Environment  string    `json:"environment"`
	Snapshot     string    `json:"snapshot"`
	Replicas     int       `json:"replicas"`
	RunningSince time.Time `json:"runningSince"`
}

func documentOfBuilt(a api.BuiltArtifact) builtDocument {
	return builtDocument{documentOfArtifact(a.Artifact), documents(a.RunningIn.Nodes, func(r api.RunningPlace) placeDocument {
		return placeDocument{r.Snapshot.Environment.Name, r.Snapshot.Ref, r.Replicas, r.RunningSince.UTC()}
	})}
}

type pullRequestDocument struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	URL    string `json:"url"`
	State  string `json:"state"`
}

type buildDocument struct {
	Workflow   string     `json:"workflow"`
	Attempt    int        `json:"attempt"`
	URL        string     `json:"url"`
	State      string     `json:"state"`
	StartedAt  *time.Time `json:"startedAt"`
	FinishedAt *time.Time `json:"finishedAt"`
}

func documentOfCommitStory(c *api.CommitStory) commitStoryDocument {
	return commitStoryDocument{
		commitDocument: documentOfCommit(c.CommitLine), Parents: listOf(c.Parents), ParentsComplete: c.ParentsComplete,
		PullRequests: documents(c.PullRequests, func(r api.PullRequest) pullRequestDocument { return pullRequestDocument(r) }),
		Builds:       documents(c.Builds, documentOfBuild),
		Artifacts:    documents(c.Artifacts, documentOfBuilt),
	}
}

func documentOfBuild(b api.Build) buildDocument {
	return buildDocument{
		Workflow: b.Workflow, Attempt: b.Attempt, URL: b.URL, State: b.State, StartedAt: utc(b.StartedAt), FinishedAt: utc(b.FinishedAt),
	}
}

// ambiguousCommit is the error of a reference that fits several commits, and lists
// them below it. In JSON they are an answer as well.
func ambiguousCommit(io *term.IO, output *outputFlag, several *api.AmbiguousCommitError) error {
	if output.isJSON() {
		return errors.Join(several, io.JSON(struct {
			ambiguityDocument
			Candidates []commitDocument `json:"candidates"`
		}{*documentOfAmbiguity(&several.Ambiguity), documents(several.Candidates, documentOfCommit)}))
	}
	return &detailedError{several, func(io *term.IO) {
		rows := make([][]string, len(several.Candidates))
		for i, c := range several.Candidates {
			rows[i] = []string{c.Repository.Name, c.SHA, c.Subject}
		}
		io.NoteTable(term.Columns("REPOSITORY", "COMMIT", "SUBJECT"), rows)
	}}
}
