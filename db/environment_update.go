package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// UpdateEnvironment changes what the input names. It returns KindNotFound for an
// environment or a member that does not exist, KindConflict for a name that another
// one has or had, and KindInvalid for input out of bounds.
func (db *DB) UpdateEnvironment(ctx context.Context, org *model.Organization, in model.UpdateEnvironmentInput) (*model.Environment, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	if _, err := db.Environment(ctx, org, in.Environment); err != nil { // says which there are
		return nil, err
	}
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.updateEnvironment(ctx, tx, org, in) })
	if err != nil {
		return nil, err
	}
	return db.Environment(ctx, org, in.Environment)
}

func (db *DB) updateEnvironment(ctx context.Context, tx bun.Tx, org *model.Organization, in model.UpdateEnvironmentInput) error {
	now := db.now()
	if err := lockOrganization(ctx, tx, org, "NO KEY UPDATE"); err != nil { // see announce, and changeMembers
		return err
	}
	e, err := db.environmentIn(ctx, tx, org, in.Environment)
	if err != nil {
		return err
	}
	tags, err := in.TagsAfter(e.Tags)
	if err != nil {
		return err
	}
	if in.Description == nil {
		in.Description = &e.Description
	}
	_, err = tx.NewRaw(`UPDATE environments SET description = ?, tags = ?::jsonb WHERE organization_id = ? AND id = ?`,
		*in.Description, jsonOf(tags), org.Key, e.Key).Exec(ctx)
	if err != nil {
		return wrap(err, fmt.Sprintf("environment %q", e.Name))
	}
	if err := setSilence(ctx, tx, org, e, in.SilentAfterSeconds, now); err != nil {
		return err
	}
	if in.ChangesMembers() {
		if err := db.updateMembers(ctx, tx, org, e, in, now); err != nil {
			return err
		}
	}
	if in.Name == nil || *in.Name == e.Name {
		return nil
	}
	return rename(ctx, tx, org, e, *in.Name, now)
}

// setSilence sets after how many seconds an environment counts as silent, 0 for
// never. A silence that is none by that is over, and nothing tells of it: nobody
// was heard.
func setSilence(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, after *int, now time.Time) error {
	switch {
	case after == nil:
		return nil
	case e.IsLogical():
		return model.Invalid("silentAfterSeconds", "%s is a logical environment, and as silent as its members: set it for these", e.Name)
	}
	_, err := tx.NewRaw(`
		UPDATE environments SET silent_after = nullif(?0, 0),
		  silent_since = CASE WHEN ?0 > 0 AND silent_since < ?1::timestamptz - ?0 * interval '1 second' THEN silent_since END
		WHERE organization_id = ?2 AND id = ?3`, *after, now, org.Key, e.Key).Exec(ctx)
	return wrap(err, fmt.Sprintf("environment %q", e.Name))
}

// rename gives an environment another name, under which deployments of forges may
// have waited for it. The names that it had stay its own.
func rename(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, name string, now time.Time) error {
	var names []struct {
		Name          string
		EnvironmentID int
		Owner         string
	}
	err := tx.NewRaw(`
		SELECT n.name, n.environment_id, en.name AS owner
		FROM environment_names n JOIN environments en ON en.organization_id = n.organization_id AND en.id = n.environment_id
		WHERE n.organization_id = ? AND (n.name = ? OR n.environment_id = ?)`, org.Key, name, e.Key).Scan(ctx, &names)
	if err != nil {
		return wrap(err, "names")
	}
	had := false
	for _, n := range names {
		if n.EnvironmentID != e.Key {
			return model.Errorf(model.KindConflict, "the name %q is taken: environment %q has or had it; choose another", name, n.Owner)
		}
		had = had || n.Name == name
	}
	if !had && len(names) > model.MaxFormerNames {
		return model.Errorf(model.KindConflict, "environment %q had %d names before: take one of these back, or keep the name that it has", e.Name, len(names)-1)
	}
	_, err = tx.NewRaw(`
		WITH named AS (
		  INSERT INTO environment_names (organization_id, name, environment_id) VALUES (?, ?, ?) ON CONFLICT ON CONSTRAINT environment_names_pkey DO NOTHING)
		UPDATE environments SET name = ? WHERE organization_id = ? AND id = ?`,
		org.Key, name, e.Key, name, org.Key, e.Key).Exec(ctx)
	if err != nil {
		return wrap(err, fmt.Sprintf("environment %q", name))
	}
	if err := tellOf(ctx, tx, org, e, model.EventEnvironmentRenamed, name, 0, now); err != nil {
		return err
	}
	return announce(ctx, tx, org, announcement{environment: &e.Key}, now)
}

// tellOf writes an event of an environment.
func tellOf(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, kind model.EventKind, name string, number int, now time.Time) error {
	row := eventRow{EnvironmentID: &e.Key, At: now, RecordedAt: now, Kind: kind.Code()}
	if name != "" {
		row.Name = &name
	}
	if number > 0 {
		row.Number = &number
	}
	return insertEvent(ctx, tx, org, row)
}

// ArchiveEnvironment puts an environment away, or brings it back. What is archived
// can be read and takes nothing new: no reports, no deployments. It leaves the
// logical environments that it was a member of; a logical one keeps its members and
// makes no more snapshots until it is back. The same again changes nothing. It
// returns KindNotFound.
func (db *DB) ArchiveEnvironment(ctx context.Context, org *model.Organization, in model.ArchiveEnvironmentInput) (*model.Environment, error) {
	if _, err := db.Environment(ctx, org, in.Environment); err != nil { // says which there are
		return nil, err
	}
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.now()
		if err := lockOrganization(ctx, tx, org, "NO KEY UPDATE"); err != nil { // see announce, and changeMembers
			return err
		}
		e, err := db.environmentIn(ctx, tx, org, in.Environment)
		switch {
		case err != nil || e.Archived() == in.Archived:
			return err
		case in.Archived:
			return db.archive(ctx, tx, org, e, now)
		default:
			return db.restore(ctx, tx, org, e, now)
		}
	})
	if err != nil {
		return nil, err
	}
	return db.Environment(ctx, org, in.Environment)
}

func (db *DB) archive(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, now time.Time) error {
	if e.IsLogical() {
		if err := db.detach(ctx, tx, org, e); err != nil {
			return err
		}
	} else if err := db.leaveUnions(ctx, tx, org, e, now); err != nil {
		return err
	}
	if err := setArchived(ctx, tx, org, e, &now); err != nil {
		return err
	}
	return tellOf(ctx, tx, org, e, model.EventEnvironmentArchived, "", 0, now)
}

func (db *DB) restore(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, now time.Time) error {
	if e.IsLogical() {
		if err := db.attach(ctx, tx, org, e, now); err != nil {
			return err
		}
	}
	if err := setArchived(ctx, tx, org, e, nil); err != nil {
		return err
	}
	if err := tellOf(ctx, tx, org, e, model.EventEnvironmentRestored, "", 0, now); err != nil {
		return err
	}
	return announce(ctx, tx, org, announcement{environment: &e.Key}, now)
}

// setArchived closes or opens the head, which a report waits for, and ends a
// silence: nobody waits for reports of what is archived.
func setArchived(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, at *time.Time) error {
	_, err := tx.NewRaw(`
		WITH head AS (UPDATE environment_heads SET closed = ? WHERE organization_id = ? AND environment_id = ?)
		UPDATE environments SET archived_at = ?, silent_since = NULL WHERE organization_id = ? AND id = ?`,
		at != nil, org.Key, e.Key, at, org.Key, e.Key).Exec(ctx)
	return wrap(err, fmt.Sprintf("environment %q", e.Name))
}

// updateMembers makes the members of a logical environment those that an input
// says.
func (db *DB) updateMembers(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, in model.UpdateEnvironmentInput, now time.Time) error {
	switch {
	case !e.IsLogical():
		return model.Invalid("members", "environment %q is of type %s: only a logical environment has members", e.Name, e.Type.WireName())
	case e.Archived():
		return model.EnvironmentIsArchived(e.Name)
	}
	names := in.Members
	added, err := db.environmentsIn(ctx, tx, org, in.AddMembers)
	if err != nil {
		return err
	}
	removed, err := db.environmentsIn(ctx, tx, org, in.RemoveMembers)
	if err != nil {
		return err
	}
	wanted, err := db.environmentsIn(ctx, tx, org, names)
	if err != nil {
		return err
	}
	if in.Members == nil {
		if wanted, err = db.membersIn(ctx, tx, org, e); err != nil {
			return err
		}
	}
	same := func(a *model.Environment) func(*model.Environment) bool {
		return func(b *model.Environment) bool { return a.Key == b.Key }
	}
	for _, a := range added {
		if !slices.ContainsFunc(wanted, same(a)) {
			wanted = append(wanted, a)
		}
	}
	for _, r := range removed {
		wanted = slices.DeleteFunc(wanted, same(r))
	}
	return db.changeMembers(ctx, tx, org, []memberChange{{e, wanted}}, now)
}
