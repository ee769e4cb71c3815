package db

import (
	"context"
	"slices"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// CommitAnswer is what a reference to a commit leads to in one place: one commit or
// several, or why there is none.
type CommitAnswer struct {
	Result model.CommitResult
	Err    error // KindNotFound or KindAmbiguous
}

// CommitByRef returns what a reference to a commit leads to. It returns KindNotFound,
// and KindAmbiguous if it fits several of which not all are known.
func (db *DB) CommitByRef(ctx context.Context, org *model.Organization, ref model.CommitRef) (model.CommitResult, error) {
	switch {
	case ref.PullRequest != 0:
		return db.commitByPullRequest(ctx, org, ref)
	case ref.Artifact != model.ArtifactRef{}:
		return db.commitByArtifact(ctx, org, ref)
	}
	var repository *model.Repository
	if ref.Repository != "" {
		var err error
		if repository, err = db.Repository(ctx, org, ref.Repository); err != nil {
			return nil, err
		}
	}
	answers, err := db.commitsByText(ctx, org, []*model.Repository{repository}, ref)
	if err != nil {
		return nil, err
	}
	return answers[0].Result, answers[0].Err
}

// CommitsByRef returns what a reference leads to in each repository, whatever
// repository it names itself. Pull requests are not looked for.
func (db *DB) CommitsByRef(ctx context.Context, org *model.Organization, repositories []*model.Repository, ref model.CommitRef) ([]CommitAnswer, error) {
	if ref.Artifact == (model.ArtifactRef{}) {
		return db.commitsByText(ctx, org, repositories, ref)
	}
	answers := make([]CommitAnswer, len(repositories))
	result, err := db.commitByArtifact(ctx, org, ref)
	if err != nil && model.KindOf(err) == model.KindInternal {
		return nil, err
	}
	for i, r := range repositories {
		if answers[i].Err = err; err != nil {
			continue
		}
		in := slices.DeleteFunc(candidates(result), func(c *model.Commit) bool { return c.Repository.Key != r.Key })
		if answers[i].Result = model.NewCommitResult(ref.String(), in); len(in) == 0 {
			answers[i].Err = model.Errorf(model.KindNotFound, "%s was not built from a commit of repository %s", ref, r.Name)
		}
	}
	return answers, nil
}

// candidates are the commits of a result.
func candidates(result model.CommitResult) []*model.Commit {
	if several, ok := result.(*model.AmbiguousCommit); ok {
		return slices.Clone(several.Candidates)
	}
	return []*model.Commit{result.(*model.Commit)}
}

// commitsByText returns what a prefix of a SHA, or else the name of a branch or a tag,
// leads to in each repository; nil stands for all of them together.
func (db *DB) commitsByText(ctx context.Context, org *model.Organization, repositories []*model.Repository, ref model.CommitRef) ([]CommitAnswer, error) {
	answers := make([]CommitAnswer, len(repositories))
	if ref.Prefix != "" {
		queries := make([]CommitQuery, len(repositories))
		for i, r := range repositories {
			queries[i] = CommitQuery{RepositoryKey: keyOrAll(r), Prefix: ref.Prefix}
		}
		found, err := db.CommitsByPrefix(ctx, org, queries)
		if err != nil {
			return nil, err
		}
		for i := range found {
			answers[i].Result = model.NewCommitResult(ref.String(), found[i])
		}
	}
	var places []int
	var rest []*model.Repository
	for i, r := range repositories {
		if answers[i].Result == nil {
			places, rest = append(places, i), append(rest, r)
		}
	}
	if len(rest) == 0 {
		return answers, nil
	}
	heads, err := db.headsByName(ctx, org, rest, ref.RefNames())
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		answers[place] = heads[i].answer(ref)
		if len(heads[i]) == 0 {
			answers[place].Err = noSuchCommit(org, rest[i], ref)
		}
	}
	return answers, nil
}

func keyOrAll(r *model.Repository) int {
	if r == nil {
		return 0
	}
	return r.Key
}

// noSuchCommit is the error that a text leads to no commit.
func noSuchCommit(org *model.Organization, repository *model.Repository, ref model.CommitRef) error {
	where := "organization " + org.Name
	if repository != nil {
		where = "repository " + repository.Name
	}
	const known = "commits become known by push webhooks and by reportCommits"
	switch {
	case ref.Name == "":
		return model.Errorf(model.KindNotFound, "no commit of %s begins with %s; %s", where, ref.Prefix, known)
	case ref.Prefix != "":
		return model.Errorf(model.KindNotFound, "no commit of %s begins with %s, and no branch or tag is named so; %s", where, ref.Prefix, known)
	default:
		return model.Errorf(model.KindNotFound, "no branch or tag of %s is named %q: they become known when a push webhook tells that they move. A commit can be said by %s",
			where, ref.Name, model.CommitRefForms)
	}
}

// Repositories are named by their keys, 0 for all of the organization.
const headsByName = `
SELECT asked.i AS parent, found.ref, found.head, ` + commitColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS asked(repository_id, i)
CROSS JOIN LATERAL (
  SELECT p.repository_id, names.ref, head.after AS head
  FROM (SELECT r.id AS repository_id, r.name FROM repositories r
        WHERE r.organization_id = $1 AND (asked.repository_id = 0 OR r.id = asked.repository_id)) p
  CROSS JOIN unnest($3::text[]) AS names(ref)
  CROSS JOIN LATERAL (` + headOfRef + `) head
  WHERE head.after <> ''
  ORDER BY p.name, names.ref LIMIT $4) found
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = found.repository_id
LEFT JOIN commits c ON c.organization_id = $1 AND c.sha = found.head AND c.repository_id = found.repository_id
ORDER BY asked.i, found.head, cr.name, found.ref`

// head is where a branch or a tag points to; the commit is nil if it is not known.
type head struct {
	ref        string
	sha        model.CommitSHA
	repository string
	commit     *model.Commit
}

// heads are those of one name: at most model.MaxCandidates, by SHA and repository.
type heads []head

// headsByName returns for each repository, or for all if it is nil, where the branches
// and tags of some full names point to.
func (db *DB) headsByName(ctx context.Context, org *model.Organization, repositories []*model.Repository, names []string) ([]heads, error) {
	found := make([]heads, len(repositories))
	if len(names) == 0 {
		return found, nil
	}
	keys := make([]int64, len(repositories))
	for i, r := range repositories {
		keys[i] = int64(keyOrAll(r))
	}
	var rows []struct {
		Parent int
		Ref    string
		Head   []byte
		commitRow
	}
	if err := db.read(ctx, &rows, headsByName, org.Key, pq.Array(keys), pq.Array(names), model.MaxCandidates); err != nil {
		return nil, wrap(err, "branches and tags")
	}
	for i := range rows {
		r := &rows[i]
		found[r.Parent-1] = append(found[r.Parent-1], head{r.Ref, model.CommitSHAOf(r.Head), *r.CrName, r.commit(org)})
	}
	return found, nil
}

// answer is what a name leads to. A branch and a tag that point to one commit are one.
func (h heads) answer(ref model.CommitRef) CommitAnswer {
	h = slices.CompactFunc(h, func(a, b head) bool { return a.sha == b.sha && a.repository == b.repository })
	var known []*model.Commit
	for _, one := range h {
		if one.commit != nil {
			known = append(known, one.commit)
		}
	}
	switch {
	case len(h) == 1 && len(known) == 0:
		return CommitAnswer{Err: model.Errorf(model.KindNotFound, "%s of %s points to commit %s, which is not known yet: it becomes known by a push webhook or by reportCommits",
			h[0].ref, h[0].repository, h[0].sha)}
	case len(known) < len(h) && len(known) < 2:
		return CommitAnswer{Err: model.Errorf(model.KindAmbiguous, "%s fits %s of %s and %s of %s: write %s@%s",
			ref, h[0].ref, h[0].repository, h[1].ref, h[1].repository, h[0].repository, h[0].ref)}
	}
	return CommitAnswer{Result: model.NewCommitResult(ref.String(), known)}
}

// CommitRange returns what lies between the commits that two references lead to, or
// what the first of them that fits several fits. It returns KindNotFound, and
// KindAmbiguous as CommitByRef does.
func (db *DB) CommitRange(ctx context.Context, org *model.Organization, from, to model.CommitRef) (model.CommitRangeResult, error) {
	var ends [2]*model.Commit
	for i, ref := range []model.CommitRef{from, to} {
		found, err := db.CommitByRef(ctx, org, ref)
		if err != nil {
			return nil, err
		}
		switch found := found.(type) {
		case *model.AmbiguousCommit:
			return found, nil
		case *model.Commit:
			ends[i] = found
		}
	}
	ranges, err := db.CommitRanges(ctx, org, []CommitPair{{From: ends[0], To: ends[1]}})
	if err != nil {
		return nil, err
	}
	return ranges[0], nil
}
