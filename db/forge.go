package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// writeForgeFacts writes what a forge knows of a repository besides its commits:
// branches and tags, pull requests and releases.
func writeForgeFacts(ctx context.Context, idb bun.IDB, org *model.Organization, repository int, said *model.Facts) error {
	for _, m := range said.RefMoves {
		if err := writeRefMove(ctx, idb, org, repository, m); err != nil {
			return err
		}
	}
	if said.PullRequest != nil {
		if err := writePullRequest(ctx, idb, org, repository, said.PullRequest); err != nil {
			return err
		}
	}
	if said.Release != nil {
		return writeRelease(ctx, idb, org, repository, said.Release)
	}
	return nil
}

// writeRefMove keeps that a branch or a tag moved. Where it is now follows from all
// its moves: see refHeads.
func writeRefMove(ctx context.Context, idb bun.IDB, org *model.Organization, repository int, m *model.RefMove) error {
	_, err := idb.NewRaw(`
		INSERT INTO ref_moves (organization_id, repository_id, ref, at, forced, before, after)
		VALUES (?, ?, ?, ?, ?, decode(?, 'hex'), decode(?, 'hex'))
		ON CONFLICT ON CONSTRAINT ref_moves_pkey DO NOTHING`,
		org.Key, repository, m.Ref, m.At, m.Forced, m.Before, m.After).Exec(ctx)
	return wrap(err, fmt.Sprintf("ref %q", m.Ref))
}

// writePullRequest keeps the newest of what was told of a pull request: what was
// told for one moment in several ways is put in an order by all that it says.
func writePullRequest(ctx context.Context, idb bun.IDB, org *model.Organization, repository int, p *model.PullRequest) error {
	var merge []byte
	if p.MergeSHA != nil {
		merge = p.MergeSHA.Bytes()
	}
	_, err := idb.NewRaw(`
		INSERT INTO pull_requests AS p (organization_id, repository_id, number, state, created_at, updated_at, merged_at, head_sha, merge_sha, title, url, author)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT pull_requests_pkey DO UPDATE SET
		  state = excluded.state, created_at = excluded.created_at, updated_at = excluded.updated_at, merged_at = excluded.merged_at,
		  head_sha = excluded.head_sha, merge_sha = excluded.merge_sha, title = excluded.title, url = excluded.url, author = excluded.author
		WHERE (excluded.updated_at, excluded.state, excluded.head_sha, coalesce(excluded.merge_sha, ''), excluded.title COLLATE "C", excluded.url COLLATE "C", excluded.author COLLATE "C")
		    > (p.updated_at, p.state, p.head_sha, coalesce(p.merge_sha, ''), p.title COLLATE "C", p.url COLLATE "C", p.author COLLATE "C")`,
		org.Key, repository, p.Number, p.State.Rank(), p.CreatedAt, p.UpdatedAt, p.MergedAt, p.HeadSHA.Bytes(), merge, p.Title, p.URL, p.AuthorLogin).Exec(ctx)
	return wrap(err, fmt.Sprintf("pull request #%d", p.Number))
}

// writeRelease keeps the newest of what was told of a release, as writePullRequest
// does. One that was deleted stays deleted.
func writeRelease(ctx context.Context, idb bun.IDB, org *model.Organization, repository int, r *model.Release) error {
	_, err := idb.NewRaw(`
		INSERT INTO releases AS r (organization_id, repository_id, id, state, updated_at, published_at, tag, name, url)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE SET
		  state = excluded.state, updated_at = excluded.updated_at, published_at = excluded.published_at,
		  tag = excluded.tag, name = excluded.name, url = excluded.url
		WHERE (excluded.state = 3, excluded.updated_at, excluded.state, excluded.tag, excluded.name COLLATE "C", excluded.url COLLATE "C", coalesce(excluded.published_at, '-infinity'))
		    > (r.state = 3, r.updated_at, r.state, r.tag, r.name COLLATE "C", r.url COLLATE "C", coalesce(r.published_at, '-infinity'))`,
		org.Key, repository, r.Key, r.State.Rank(), r.UpdatedAt, r.PublishedAt, r.Tag, r.Name, r.URL).Exec(ctx)
	return wrap(err, fmt.Sprintf("release %q", r.Tag))
}
