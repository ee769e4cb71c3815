package graph

import (
	"context"
	"strconv"

	"github.com/landfall-dev/landfall/model"
)

// nodeByID returns the thing that an id names, with its organization. It returns
// KindInvalid for what is no id, and KindNotFound.
func (r *Resolver) nodeByID(ctx context.Context, id model.ID) (*model.Organization, model.Node, error) {
	kind, key, err := id.Parse()
	if err != nil {
		return nil, nil, err
	}
	find, ok := nodeKinds[kind]
	if !ok || len(key) != find.parts {
		return nil, nil, model.Invalid("id", "%q is not an id of this API", string(id))
	}
	org, err := r.readable(ctx, key[0])
	if err != nil {
		return nil, nil, err
	}
	node, err := find.find(ctx, r, org, key)
	if err != nil {
		return nil, nil, err
	}
	return org, node, nil
}

// nodeKind says how many parts the natural key of a kind of node has, and how it
// is found by them.
type nodeKind struct {
	parts int
	find  func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error)
}

var nodeKinds = map[string]nodeKind{
	"organization": {1, func(_ context.Context, _ *Resolver, org *model.Organization, _ []string) (model.Node, error) {
		return org, nil
	}},
	"token": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		if err := allowed(ctx, org, model.RoleAdmin); err != nil {
			return nil, err
		}
		return r.db.Token(ctx, org, number(key[1]))
	}},
	"notification": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		if err := allowed(ctx, org, model.RoleAdmin); err != nil {
			return nil, err
		}
		return r.db.Notification(ctx, org, number(key[1]))
	}},
	"webhook": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		if err := allowed(ctx, org, model.RoleAdmin); err != nil {
			return nil, err
		}
		forge, ok := model.ForgeOfSlug(key[1])
		if !ok {
			return nil, model.Invalid("id", "%q is no forge", key[1])
		}
		return r.db.Webhook(ctx, org, forge)
	}},
	"agent": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		if err := allowed(ctx, org, model.RoleMember); err != nil {
			return nil, err
		}
		return r.db.Agent(ctx, org, int64(number(key[1])))
	}},
	"delivery": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		if err := allowed(ctx, org, model.RoleMember); err != nil {
			return nil, err
		}
		return r.db.Delivery(ctx, org, int64(number(key[1])))
	}},
	"repository": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Repository(ctx, org, key[1])
	}},
	"pullrequest": {3, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.PullRequest(ctx, org, key[1], number(key[2]))
	}},
	"release": {3, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Release(ctx, org, key[1], int64(number(key[2])))
	}},
	"commit": {3, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		sha, err := model.ParseCommitSHA(key[2])
		if err != nil {
			return nil, err
		}
		found, err := r.db.CommitByRef(ctx, org, model.CommitRef{Repository: key[1], Prefix: string(sha)})
		if err != nil {
			return nil, err
		}
		return found.(*model.Commit), nil
	}},
	"build": {5, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		run, err := strconv.ParseInt(key[2], 10, 64)
		if err != nil {
			return nil, model.Invalid("id", "%q is not the id of a run", key[2])
		}
		return r.db.Build(ctx, org, key[1], run, number(key[3]), model.CISystem(key[4]))
	}},
	"flow": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Flow(ctx, org, key[1])
	}},
	"artifact": {3, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		fingerprint, err := model.ParseFingerprint(key[2])
		if err != nil {
			return nil, err
		}
		found, err := r.db.ArtifactByRef(ctx, org, model.ArtifactRef{Flow: key[1], ByFingerprint: true, Prefix: string(fingerprint)})
		if err != nil {
			return nil, err
		}
		return found.(*model.Artifact), nil
	}},
	"attestation": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Attestation(ctx, org, int64(number(key[1])))
	}},
	"deployment": {3, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Deployment(ctx, org, key[1], number(key[2]))
	}},
	"environment": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Environment(ctx, org, key[1])
	}},
	"snapshot": {3, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		ref, err := model.ParseSnapshotRef(key[1] + "#" + key[2])
		if err != nil {
			return nil, err
		}
		return r.db.Snapshot(ctx, org, ref)
	}},
	"expectation": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Expectation(ctx, org, number(key[1]))
	}},
	"breach": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Breach(ctx, org, int64(number(key[1])))
	}},
	"event": {2, func(ctx context.Context, r *Resolver, org *model.Organization, key []string) (model.Node, error) {
		return r.db.Event(ctx, org, int64(number(key[1])))
	}},
}

// number reads a number that an id has, and 0, which nothing has, for none.
func number(s string) int {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return int(n)
}

// keyOfID returns the organization and the key that an id names, of a kind whose
// key is a number. Field is where the id was given.
func keyOfID(id model.ID, kind, field string) (organization string, key int, err error) {
	of, parts, err := id.Parse()
	if err != nil {
		return "", 0, err
	}
	if of != kind || len(parts) != 2 {
		return "", 0, model.Invalid(field, "%q is not the id of a %s", string(id), kind)
	}
	return parts[0], number(parts[1]), nil
}
