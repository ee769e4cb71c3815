package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// TrustRepository lets the CI of a repository act for the organization, and makes
// the repository known. Asking again replaces the branch. It returns KindInvalid for
// input out of bounds.
func (db *DB) TrustRepository(ctx context.Context, org *model.Organization, in model.TrustRepositoryInput) (*model.Repository, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	now := db.now()
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		repository, err := ensureRepository(ctx, tx, org, in.Repository, now)
		if err != nil {
			return err
		}
		_, err = tx.NewRaw(`
			INSERT INTO trusted_repositories AS t (organization_id, repository_id, created_at, branch) VALUES (?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT trusted_repositories_pkey DO UPDATE SET branch = excluded.branch
			WHERE t.branch IS DISTINCT FROM excluded.branch`, org.Key, repository.ID, now, in.Branch).Exec(ctx)
		return wrap(err, fmt.Sprintf("repository %q", in.Repository))
	})
	if err != nil {
		return nil, err
	}
	return db.Repository(ctx, org, in.Repository)
}

// DistrustRepository ends that the CI of a repository may act for the organization,
// at once. It returns KindNotFound for a repository that is not known.
func (db *DB) DistrustRepository(ctx context.Context, org *model.Organization, name string) (*model.Repository, error) {
	repository, err := db.Repository(ctx, org, name)
	if err != nil {
		return nil, err
	}
	_, err = db.bun.NewRaw(`DELETE FROM trusted_repositories WHERE organization_id = ? AND repository_id = ?`, org.Key, repository.Key).Exec(ctx)
	return repository, wrap(err, fmt.Sprintf("repository %q", name))
}

const trustOfRepositories = `
SELECT repository_id, created_at, branch FROM trusted_repositories WHERE organization_id = $1 AND repository_id = ANY ($2::int[])`

// ReadTrust reads into repositories whether they are trusted.
func (db *DB) ReadTrust(ctx context.Context, org *model.Organization, repositories []*model.Repository) error {
	keys := make([]int64, len(repositories))
	for i, r := range repositories {
		keys[i] = int64(r.Key)
	}
	var rows []struct {
		RepositoryID int
		CreatedAt    time.Time
		Branch       *string
	}
	if err := db.read(ctx, &rows, trustOfRepositories, org.Key, pq.Array(keys)); err != nil {
		return wrap(err, "trusted repositories")
	}
	trusted := make(map[int]*model.Trust, len(rows))
	for _, r := range rows {
		trusted[r.RepositoryID] = &model.Trust{Since: r.CreatedAt.UTC(), Branch: r.Branch}
	}
	for _, r := range repositories {
		if r.Trust = trusted[r.Key]; r.Trust == nil {
			r.Trust = new(model.Trust)
		}
	}
	return nil
}

const trustedRepository = `
SELECT o.id, o.name, o.public, o.created_at, o.creates_environments, t.created_at AS since, t.branch, ` + repositoryColumns + `
FROM organizations o
JOIN repositories r ON r.organization_id = o.id
JOIN trusted_repositories t ON t.organization_id = o.id AND t.repository_id = r.id
WHERE o.name = $1 AND r.name = $2`

// TrustedRepository returns a repository that an organization trusts. It returns
// KindNotFound if it does not, or if there is no such organization: who asks is not
// told which.
func (db *DB) TrustedRepository(ctx context.Context, organization, repository string) (*model.TrustedRepository, error) {
	var rows []struct {
		ID        int
		Name      string
		Public    bool
		CreatedAt time.Time
		Since     time.Time
		Branch    *string

		CreatesEnvironments bool
		ofRepository
	}
	if err := db.read(ctx, &rows, trustedRepository, organization, repository); err != nil {
		return nil, wrap(err, "trusted repository")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "organization %q does not trust %s", organization, repository)
	}
	r := rows[0]
	org := &model.Organization{Key: r.ID, Name: r.Name, Public: r.Public, CreatedAt: r.CreatedAt.UTC(), CreatesEnvironments: r.CreatesEnvironments}
	return &model.TrustedRepository{Organization: org, Repository: r.repository(org), Trust: model.Trust{Since: r.Since.UTC(), Branch: r.Branch}}, nil
}
