package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// commitsOfOrganization reads commits of all repositories. By whom they are may be
// asked by whom the addresses of authors are shown to.
func commitsOfOrganization(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
	page, err := args.page()
	if err != nil {
		return nil, err
	}
	filter, err := filter[model.CommitFilter](args)
	if err != nil {
		return nil, err
	}
	if filter != nil && filter.AuthorEmail != nil {
		if err := allowed(ctx, org, model.RoleReader); err != nil {
			return nil, err
		}
	}
	return d.CommitsOfOrganization(ctx, org, filter, page)
}

func commitRangeOfOrganization(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
	var ends [2]model.CommitRef
	for i, name := range []string{"from", "to"} {
		var err error
		if ends[i], err = model.ParseCommitRef(args.text(name)); err != nil {
			return nil, err
		}
	}
	return d.CommitRange(ctx, org, ends[0], ends[1])
}
