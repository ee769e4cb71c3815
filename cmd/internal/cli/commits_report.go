package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/ci"
	"github.com/landfall-dev/landfall/cmd/internal/git"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type commitsReportOptions struct {
	repository string
	checkout   string
	log        git.LogOptions
	max        limitFlag
	patchIDs   patchIDsFlag
	output     outputFlag
}

func newCommitsReportCmd(app *App) *cobra.Command {
	var opts commitsReportOptions
	cmd := &cobra.Command{
		Use:   "commits [RANGE]",
		Short: "Tell of the commits of a checkout",
		Long: "Tell of the commits of a git checkout: their parents, their messages, their authors,\n" +
			"the files that they touch and their patch ids, the oldest first. RANGE is as git log takes it, such as v1.0..HEAD;\n" +
			"without it, all that HEAD reaches. A merge touches what it changes against its first\n" +
			"parent. In a shallow checkout, what was before is not known: fetch all of the\n" +
			"history, as with `fetch-depth: 0` of actions/checkout.",
		Example: "  landfall report commits\n" +
			"  landfall report commits --max 100\n" +
			"  landfall report commits v1.0..HEAD --repository acme/hello",
		Args:              atMost(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				opts.log.Range = args[0]
			}
			opts.log.Max = opts.max.n
			return runCommitsReport(cmd.Context(), app, &opts, cmd.Flags().Changed)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.repository, "repository", "", "`repository` with its owner; that of CI, or of the remote origin, if left out")
	flags.StringVar(&opts.checkout, "checkout", ".", "`directory` of the checkout")
	flags.StringVar(&opts.log.Since, "since", "", "only commits after this `time`, as git takes it: 2.weeks.ago")
	flags.Var(&opts.max, "max", "the newest `n` commits at most; 0 for all")
	completeWith(cmd, "max", nil)
	opts.patchIDs.add(cmd)
	opts.output.addForOne(cmd)
	return cmd
}

func runCommitsReport(ctx context.Context, app *App, opts *commitsReportOptions, given func(flag string) bool) error {
	checkout, err := opts.open(ctx)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	if err := opts.findRepository(ctx, app, checkout, given); err != nil {
		return err
	}
	opts.passMerge(ctx, app, checkout)
	opts.patchIDs.apply(ctx, app, checkout, &opts.log)
	progress := app.IO.Progress("Reporting commits")
	shallow := 0
	told, added, err := client.ReportCommits(ctx, opts.repository, inputsOf(counting(checkout.Log(ctx, opts.log), progress), &shallow))
	progress.Done()
	if err != nil {
		return opts.refused(err, told)
	}
	if shallow > 0 {
		app.IO.Warn("the checkout is shallow: the parents of %s are not known, nor what was before. Fetch all of it: git fetch --unshallow, or fetch-depth: 0 of actions/checkout.", counted(shallow, "commit"))
	}
	return opts.write(app, told, added, shallow > 0)
}

// open opens the checkout and makes sure that there is something to tell.
func (o *commitsReportOptions) open(ctx context.Context) (*git.Checkout, error) {
	checkout, err := git.Open(ctx, o.checkout)
	if err != nil {
		return nil, err
	}
	if o.log.Range == "" {
		if _, err := checkout.Head(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", o.checkout, err)
		}
	}
	return checkout, nil
}

// passMerge leaves out the commit that CI made to try the merge of a pull request.
// It is in no branch, and what is to be told is what the branch has.
func (o *commitsReportOptions) passMerge(ctx context.Context, app *App, checkout *git.Checkout) {
	b := app.build()
	if o.log.Range != "" || b.Merge == "" || !checkout.Has(ctx, b.Commit) {
		return
	}
	if head, err := checkout.Head(ctx); err != nil || head != b.Merge {
		return
	}
	facts := taken{from: sourceOf(b)}
	facts.take(&o.log.Range, false, "the head of the pull request", b.Commit)
	facts.tell(app)
}

// findRepository takes the repository from CI, or else from where the checkout was
// cloned from. In CI the checkout may be of another repository than the build: then
// its own remote tells.
func (o *commitsReportOptions) findRepository(ctx context.Context, app *App, checkout *git.Checkout, given func(string) bool) error {
	if given("repository") {
		return nil
	}
	facts := taken{from: "the git checkout"}
	remote, err := checkout.Remote(ctx)
	if err != nil {
		return err
	}
	name := ci.RepositoryOf(remote)
	if b := app.build(); b.Repository != "" && (name == "" || !given("checkout")) {
		facts.from, name = sourceOf(b), b.Repository
	}
	if name == "" {
		return usageErrorf("say which repository it is with --repository: nothing tells it")
	}
	facts.take(&o.repository, false, "repository", name)
	facts.tell(app)
	return nil
}

// refused is the error of what could not be told, and says what was.
func (o *commitsReportOptions) refused(err error, told int) error {
	if failed, ok := errors.AsType[*git.Error](err); ok && o.log.Range != "" && told == 0 {
		return usageErrorf("%q is no range of commits: %s", o.log.Range, failed.Message)
	}
	if told > 0 {
		return fmt.Errorf("after %s: %w", counted(told, "commit"), err)
	}
	return err
}

func (o *commitsReportOptions) write(app *App, told, added int, shallow bool) error {
	if o.output.isJSON() {
		return app.IO.JSON(struct {
			Repository string `json:"repository"`
			Commits    int    `json:"commits"`
			Added      int    `json:"added"`
			Shallow    bool   `json:"shallow"`
		}{o.repository, told, added, shallow})
	}
	o.output.forOne(app.IO)
	if app.IO.Plain {
		history := "complete"
		if shallow {
			history = "shallow"
		}
		app.IO.Table(nil, [][]string{{o.repository, strconv.Itoa(told), strconv.Itoa(added), history}})
		return nil
	}
	app.IO.Line("%s of %s reported, %d of them new.", counted(told, "commit"), o.repository, added)
	return nil
}

// counting are commits, of which it shows how many there were so far.
func counting(commits iter.Seq2[git.Commit, error], progress *term.Progress) iter.Seq2[git.Commit, error] {
	return func(yield func(git.Commit, error) bool) {
		n := 0
		for c, err := range commits {
			if n++; n%100 == 0 {
				progress.Step(n)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// inputsOf is commits of git as the server takes them. It counts those whose
// parents are not known.
func inputsOf(commits iter.Seq2[git.Commit, error], shallow *int) iter.Seq2[api.CommitInput, error] {
	return func(yield func(api.CommitInput, error) bool) {
		for c, err := range commits {
			in := api.CommitInput{
				SHA: c.SHA, Parents: c.Parents, Subject: c.Subject, AuthorName: c.Author, AuthorEmail: c.Email, PatchID: c.PatchID, CommittedAt: c.CommittedAt,
			}
			if message := strings.TrimSpace(c.Message); message != c.Subject {
				in.Message = message
			}
			if c.Paths != nil {
				in.Paths = &c.Paths
			}
			if c.Shallow {
				in.ParentsComplete = new(false)
				*shallow++
			}
			if !yield(in, err) {
				return
			}
		}
	}
}

// counted is a number of things: "1 commit", "2 commits".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
