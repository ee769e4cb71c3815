package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

func repositoryKey(r *model.Repository) int { return r.Key }

func commitsOfRepositories(d *db.DB, ctx context.Context, org *model.Organization, repositories []*model.Repository, p model.Page) ([]*model.CommitConnection, error) {
	return d.CommitsOfRepositories(ctx, org, keys(repositories, repositoryKey), p)
}

func pullRequestsOfRepositories(d *db.DB, ctx context.Context, org *model.Organization, repositories []*model.Repository, p model.Page) ([]*model.PullRequestConnection, error) {
	return d.PullRequestsOfRepositories(ctx, org, keys(repositories, repositoryKey), p)
}

func releasesOfRepositories(d *db.DB, ctx context.Context, org *model.Organization, repositories []*model.Repository, p model.Page) ([]*model.ReleaseConnection, error) {
	return d.ReleasesOfRepositories(ctx, org, keys(repositories, repositoryKey), p)
}

// refsOfRepositories reads the branches or the tags of repositories.
func refsOfRepositories(prefix string) func(*db.DB, context.Context, *model.Organization, []*model.Repository, model.Page) ([]*model.RefConnection, error) {
	return func(d *db.DB, ctx context.Context, org *model.Organization, repositories []*model.Repository, p model.Page) ([]*model.RefConnection, error) {
		return d.RefsOfRepositories(ctx, org, keys(repositories, repositoryKey), prefix, p)
	}
}

// commitsOf looks up the commit that each parent names by its SHA; one that names
// none, or one that is not known, leads nowhere.
func commitsOf[P any](named func(P) (*model.Repository, *model.CommitSHA)) func(context.Context, *db.DB, *model.Organization, []P, arguments) ([]answer, error) {
	return func(ctx context.Context, d *db.DB, org *model.Organization, parents []P, _ arguments) ([]answer, error) {
		answers := make([]answer, len(parents))
		var asked []db.CommitOf
		var places []int
		for i, p := range parents {
			if repository, sha := named(p); sha != nil {
				asked, places = append(asked, db.CommitOf{Repository: repository, SHA: *sha}), append(places, i)
			}
		}
		if len(asked) == 0 {
			return answers, nil
		}
		found, err := d.Commits(ctx, org, asked)
		for i, c := range found {
			answers[places[i]].value = orNothing(c)
		}
		return answers, err
	}
}

// pullRequestsByNumber returns the pull request that each repository has under a
// number, and an error where it has none.
func pullRequestsByNumber(ctx context.Context, d *db.DB, org *model.Organization, repositories []*model.Repository, number int) ([]*model.PullRequest, []error, error) {
	pulls, err := d.PullRequestsByNumber(ctx, org, keys(repositories, repositoryKey), number)
	if err != nil {
		return nil, nil, err
	}
	byRepository := map[int]*model.PullRequest{}
	for _, p := range pulls {
		byRepository[p.Repository.Key] = p
	}
	found, missing := make([]*model.PullRequest, len(repositories)), make([]error, len(repositories))
	for i, r := range repositories {
		if found[i] = byRepository[r.Key]; found[i] == nil {
			missing[i] = db.NoSuchPullRequest(r.Name, number)
		}
	}
	return found, missing, nil
}

func pullRequestOfRepositories(ctx context.Context, d *db.DB, org *model.Organization, repositories []*model.Repository, args arguments) ([]answer, error) {
	number, err := args.number("number")
	if err != nil {
		return nil, err
	}
	found, missing, err := pullRequestsByNumber(ctx, d, org, repositories, number)
	if err != nil {
		return nil, err
	}
	answers := make([]answer, len(repositories))
	for i := range repositories {
		answers[i] = answer{orNothing(found[i]), missing[i]}
	}
	return answers, nil
}

func commitOfRepositories(ctx context.Context, d *db.DB, org *model.Organization, repositories []*model.Repository, args arguments) ([]answer, error) {
	ref, err := model.ParseCommitRef(args.text("ref"))
	if err != nil {
		return nil, err
	}
	find := commitsByRef
	if ref.PullRequest != 0 {
		find = commitsByPullRequest
	}
	answers, err := find(ctx, d, org, repositories, ref)
	if err != nil {
		return nil, err
	}
	for i, r := range repositories {
		if ref.Repository != "" && ref.Repository != r.Name {
			answers[i] = answer{err: model.Invalid("ref", "%q names another repository than %q: leave it out here", ref.String(), r.Name)}
		}
	}
	return answers, nil
}

func commitsByRef(ctx context.Context, d *db.DB, org *model.Organization, repositories []*model.Repository, ref model.CommitRef) ([]answer, error) {
	found, err := d.CommitsByRef(ctx, org, repositories, ref)
	if err != nil {
		return nil, err
	}
	answers := make([]answer, len(repositories))
	for i, f := range found {
		if answers[i].err = f.Err; f.Err == nil {
			answers[i].value = f.Result
		}
	}
	return answers, nil
}

func commitsByPullRequest(ctx context.Context, d *db.DB, org *model.Organization, repositories []*model.Repository, ref model.CommitRef) ([]answer, error) {
	pulls, missing, err := pullRequestsByNumber(ctx, d, org, repositories, ref.PullRequest)
	if err != nil {
		return nil, err
	}
	answers := make([]answer, len(repositories))
	var there []*model.PullRequest
	var places []int
	for i, p := range pulls {
		if answers[i].err = missing[i]; p != nil {
			there, places = append(there, p), append(places, i)
		}
	}
	if len(there) == 0 {
		return answers, nil
	}
	commits, err := d.CommitsOfPullRequests(ctx, org, there)
	if err != nil {
		return nil, err
	}
	for i, c := range commits {
		if c == nil {
			answers[places[i]].err = db.NotKnownYet(there[i])
		} else {
			answers[places[i]].value = c
		}
	}
	return answers, nil
}
