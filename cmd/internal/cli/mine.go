package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/ci"
	"github.com/landfall-dev/landfall/cmd/internal/git"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// mineLimit is how many commits are shown if nobody says.
const mineLimit = 10

type mineOptions struct {
	checkout string
	author   string
	all      bool
	since    momentFlag
	limit    limitFlag
	output   outputFlag
}

func newMineCmd(app *App) *cobra.Command {
	var opts mineOptions
	cmd := &cobra.Command{
		Use:   "mine",
		Short: "Show your commits, and where each of them is",
		Long: "Show your newest commits, and where each of them is: commits down, environments\n" +
			"across. Yours are those whose author has the address that git has here (user.email),\n" +
			"in the repository of the checkout. The states are those of: landfall where.\n" +
			"`partly` is a commit that is there by some of the flows that it counts for. Environments\n" +
			"in which none of the flows ever ran are left out.",
		Example:           "  landfall mine\n  landfall mine --since 2.weeks.ago --limit 0\n  landfall mine --author ada@example.com --all-repositories",
		Args:              exactly(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runMine(cmd.Context(), app, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.checkout, "checkout", ".", "`directory` of the checkout")
	flags.StringVar(&opts.author, "author", "", "`address` of the author; that of git here if left out")
	completeWith(cmd, "author", nil)
	flags.BoolVar(&opts.all, "all-repositories", false, "in all repositories, not only in that of the checkout")
	opts.since.add(app, cmd, "since", "only what was committed since then")
	opts.limit.addOf(cmd, mineLimit, "show at most `n` commits; 0 shows all")
	opts.output.addForList(cmd)
	return cmd
}

func runMine(ctx context.Context, app *App, opts *mineOptions) error {
	filter, err := opts.filter(ctx, app)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "commits")
	commits, err := client.Commits(ctx, filter, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, commits.More)
		return app.IO.JSON(documents(commits.Items, documentOfLocated))
	}
	if len(commits.Items) == 0 {
		opts.noteNone(app.IO, filter)
		return nil
	}
	opts.output.forList(app.IO)
	if app.IO.Plain {
		app.IO.Table(nil, rowsOfLocated(app.IO, commits.Items))
	} else {
		writeMatrix(app.IO, commits.Items, opts.all)
	}
	opts.limit.noteMore(app.IO, commits.More)
	return nil
}

// filter says whose commits are meant, and of which repository: what is not given, the
// checkout tells.
func (o *mineOptions) filter(ctx context.Context, app *App) (api.CommitFilter, error) {
	filter := api.CommitFilter{AuthorEmail: o.author, Since: o.since.t}
	if o.author != "" && o.all {
		return filter, nil
	}
	checkout, err := git.Open(ctx, o.checkout)
	if errors.Is(err, git.ErrNoCheckout) {
		return filter, usageErrorf("%v: say whose commits are meant with --author, and --all-repositories", err)
	}
	if err != nil {
		return filter, err
	}
	facts := taken{from: "the git checkout"}
	email, err := checkout.AuthorEmail(ctx)
	if err != nil {
		return filter, err
	}
	facts.take(&filter.AuthorEmail, o.author != "", "author", email)
	if filter.AuthorEmail == "" {
		return filter, usageErrorf("git does not know who you are: set it with git config user.email, or say it with --author")
	}
	if !o.all {
		remote, err := checkout.Remote(ctx)
		if err != nil {
			return filter, err
		}
		facts.take(&filter.Repository, false, "repository", ci.RepositoryOf(remote))
		if filter.Repository == "" {
			return filter, usageErrorf("no remote tells the repository of the checkout: --all-repositories looks in all")
		}
	}
	facts.tell(app)
	return filter, nil
}

// noteNone says that no commit fits, and what may be missing.
func (o *mineOptions) noteNone(io *term.IO, filter api.CommitFilter) {
	where := "any repository"
	if filter.Repository != "" {
		where = filter.Repository
	}
	since := ""
	if filter.Since != nil {
		since = " since " + io.Time(*filter.Since)
	}
	io.Note("No commit of %s%s is known in %s. Tell of them with: landfall report commits", filter.AuthorEmail, since, where)
}

// locatedDocument is a commit and where it is in few words, in JSON.
type locatedDocument struct {
	commitDocument
	Whereabouts []placementDocument `json:"whereabouts"`
}

// placementDocument is where a commit is in few words, in JSON.
type placementDocument struct {
	Flow        *string `json:"flow"`
	Environment string  `json:"environment"`
	State       string  `json:"state"`
	Summary     string  `json:"summary"`
}

func documentOfLocated(c api.LocatedCommit) locatedDocument {
	return locatedDocument{documentOfCommit(c.CommitLine), documents(c.Whereabouts, func(w api.WhereaboutsLine) placementDocument {
		return placementDocument{Flow: nameOf(w.Flow), Environment: w.Environment.Name, State: w.State, Summary: w.Summary}
	})}
}

// rowsOfLocated has a line for each commit, flow and environment.
func rowsOfLocated(io *term.IO, commits []api.LocatedCommit) [][]string {
	var rows [][]string
	for _, c := range commits {
		about := []string{c.SHA, io.Time(c.CommittedAt), c.Repository.Name, c.Subject}
		if len(c.Whereabouts) == 0 {
			rows = append(rows, append(about, term.Unknown, term.Unknown, term.Unknown, term.Unknown))
		}
		for _, w := range c.Whereabouts {
			rows = append(rows, append(about[:len(about):len(about)], orUnknown(deref(nameOf(w.Flow))), w.Environment.Name, w.State, w.Summary))
		}
	}
	return rows
}
