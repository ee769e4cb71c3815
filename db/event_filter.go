package db

import (
	"context"
	"slices"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

const namesOfScope = `
SELECT 'environment' AS kind, name, environment_id AS key FROM environment_names WHERE organization_id = $1 AND name = ANY ($2::text[])
UNION ALL
SELECT 'flow', name, id FROM flows WHERE organization_id = $1 AND name = ANY ($3::text[])`

// EventScope finds what a filter of events names. It returns KindInvalid for a filter
// out of bounds, and KindNotFound for a name that nothing has.
func (db *DB) EventScope(ctx context.Context, org *model.Organization, f *model.EventFilter) (model.EventScope, error) {
	if err := f.Validate(); err != nil || f == nil {
		return model.EventScope{}, err
	}
	scope := model.EventScope{Kinds: f.Kinds, Fingerprints: f.Fingerprints}
	if len(f.Environments)+len(f.Flows) == 0 {
		return scope, nil
	}
	var rows []struct {
		Kind, Name string
		Key        int
	}
	if err := db.read(ctx, &rows, namesOfScope, org.Key, pq.Array(possible(f.Environments)), pq.Array(possible(f.Flows))); err != nil {
		return scope, wrap(err, "names")
	}
	keys := map[[2]string]int{}
	for _, row := range rows {
		keys[[2]string{row.Kind, row.Name}] = row.Key
	}
	for _, name := range f.Environments {
		key := keys[[2]string{"environment", name}]
		if key == 0 {
			return scope, model.Errorf(model.KindNotFound, "environment %q does not exist", name)
		}
		scope.Environments = append(scope.Environments, key)
	}
	for _, name := range f.Flows {
		key := keys[[2]string{"flow", name}]
		if key == 0 {
			return scope, model.Errorf(model.KindNotFound, "flow %q does not exist", name)
		}
		scope.Flows = append(scope.Flows, key)
	}
	return scope, nil
}

// possible are those of some names that something may have: Postgres takes no text
// with certain characters.
func possible(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return model.ValidateName("name", name) != nil })
}

const surroundingsOfScope = `
SELECT en.id AS union_id, m.member_id, NULL::bytea AS digest
FROM environments en
LEFT JOIN environment_members m ON m.organization_id = $1 AND m.environment_id = en.id AND m.left_at IS NULL
WHERE en.organization_id = $1 AND en.id = ANY ($2::int[]) AND en.type = 'logical'
UNION ALL
SELECT NULL, NULL, d.digest
FROM unnest($3::bytea[]) AS p(digest)
CROSS JOIN LATERAL (` + artifactsOfDigest + `) x
JOIN artifacts a ON a.organization_id = $1 AND a.id = x.id
CROSS JOIN LATERAL (` + digestsOfArtifact + `) d`

// EventMatcher finds what the environments of a scope are unions of, and by which
// digests its artifacts are known, now.
func (db *DB) EventMatcher(ctx context.Context, org *model.Organization, scope model.EventScope) (*model.EventMatcher, error) {
	m := &model.EventMatcher{Scope: scope, Unions: map[int]bool{}, Members: map[int]bool{}, Digests: map[model.Fingerprint]bool{}}
	if len(scope.Environments)+len(scope.Fingerprints) == 0 {
		return m, nil
	}
	digests := make(pq.ByteaArray, len(scope.Fingerprints))
	for i, f := range scope.Fingerprints {
		digests[i] = f.Bytes()
	}
	var rows []struct {
		UnionID, MemberID int
		Digest            []byte
	}
	if err := db.read(ctx, &rows, surroundingsOfScope, org.Key, pq.Array(scope.Environments), digests); err != nil {
		return nil, wrap(err, "scope of events")
	}
	for _, row := range rows {
		if row.Digest != nil {
			m.Digests[model.FingerprintOf(row.Digest)] = true
			continue
		}
		m.Unions[row.UnionID] = true
		if row.MemberID != 0 {
			m.Members[row.MemberID] = true
		}
	}
	return m, nil
}
