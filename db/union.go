package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// relatedEnvironments reads a page of those that an array of the head of each
// parent names.
func relatedEnvironments(array string) string {
	return `
SELECT p.i AS parent, ` + environmentColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
JOIN environment_heads u ON u.organization_id = $1 AND u.environment_id = p.environment_id
CROSS JOIN LATERAL (
  SELECT * FROM environments m
  WHERE m.organization_id = $1 AND m.id = ANY (u.` + array + `) AND m.name > $3
  ORDER BY m.name LIMIT $4) en
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = en.id
ORDER BY p.i, en.name`
}

var (
	membersOfEnvironments = relatedEnvironments("members")
	unionsOfEnvironments  = relatedEnvironments("unions")
)

// MembersOfEnvironments returns a page of the members of each environment, by name:
// none, for one that is not logical.
func (db *DB) MembersOfEnvironments(ctx context.Context, org *model.Organization, environments []*model.Environment, p model.Page) ([]*model.EnvironmentConnection, error) {
	return db.related(ctx, org, membersOfEnvironments, environments, p)
}

// UnionsOfEnvironments returns a page of the logical environments that each is a
// member of, by name.
func (db *DB) UnionsOfEnvironments(ctx context.Context, org *model.Organization, environments []*model.Environment, p model.Page) ([]*model.EnvironmentConnection, error) {
	return db.related(ctx, org, unionsOfEnvironments, environments, p)
}

type environmentOfParent struct {
	Parent int
	environmentRow
}

func (db *DB) related(ctx context.Context, org *model.Organization, statement string, environments []*model.Environment, p model.Page) ([]*model.EnvironmentConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []environmentOfParent
	if err := db.read(ctx, &rows, statement, org.Key, pq.Array(environmentKeys(environments)), after, p.First+1); err != nil {
		return nil, wrap(err, "members")
	}
	groups := grouped(rows, len(environments), func(r *environmentOfParent) int { return r.Parent })
	return connections(groups, p, func(r *environmentOfParent) *model.Environment { return r.environment(org) }, environmentCursor), nil
}

// membersIn are all members of a logical environment.
func (db *DB) membersIn(ctx context.Context, tx bun.Tx, org *model.Organization, union *model.Environment) ([]*model.Environment, error) {
	var rows []environmentOfParent
	err := db.readIn(ctx, tx, &rows, membersOfEnvironments, org.Key, pq.Array([]int64{int64(union.Key)}), "", model.MaxMembers)
	members := make([]*model.Environment, len(rows))
	for i := range rows {
		members[i] = rows[i].environment(org)
	}
	return members, wrap(err, "members")
}

// memberChange says which members a logical environment is to have.
type memberChange struct {
	union  *model.Environment
	wanted []*model.Environment
}

// unionHead is what the head of a logical environment or of a member says of that.
type unionHead struct {
	EnvironmentID int
	Number        int
	Replicas      int
	Closed        bool
	Unions        []int `bun:",array"`
	Members       []int `bun:",array"`
	Numbers       []int `bun:",array"`
}

// changeMembers makes members of logical environments what is wanted, with the
// events that tell of it and the snapshots that show it, and judges these. Who calls
// it has locked the organization, so that nobody else changes members meanwhile. Reports change
// the heads: all that are concerned are locked, those of members first and in the
// order of their keys, as reports lock them. It returns KindInvalid for what cannot
// be a member, and KindConflict for one that is archived or a member of too many.
func (db *DB) changeMembers(ctx context.Context, tx bun.Tx, org *model.Organization, changes []memberChange, now time.Time) error {
	unions := make([]int, len(changes))
	concerned := map[int]*model.Environment{}
	for i, c := range changes {
		unions[i] = c.union.Key
		had, err := db.membersIn(ctx, tx, org, c.union)
		if err != nil {
			return err
		}
		for _, m := range slices.Concat(had, c.wanted) {
			concerned[m.Key] = m
		}
	}
	heads, err := lockHeads(ctx, tx, org, slices.Sorted(maps.Keys(concerned)))
	if err != nil {
		return err
	}
	locked, err := lockHeads(ctx, tx, org, unions)
	if err != nil {
		return err
	}
	for _, c := range changes {
		change := unionChange{org: org, union: c.union, head: locked[c.union.Key], members: concerned, heads: heads, now: now}
		if err := change.plan(c.wanted); err != nil {
			return err
		}
		if err := change.write(ctx, tx); err != nil {
			return err
		}
	}
	if err := markJudged(ctx, tx, org, slices.Concat(unions, slices.Collect(maps.Keys(concerned)))); err != nil {
		return err
	}
	return db.judge(ctx, tx, org, unions, now)
}

// lockHeads locks heads until the end of the transaction, in the order of their
// keys, and returns them by these.
func lockHeads(ctx context.Context, tx bun.Tx, org *model.Organization, keys []int) (map[int]*unionHead, error) {
	var rows []*unionHead
	err := tx.NewRaw(`
		SELECT environment_id, number, replicas, closed, unions, members, numbers FROM environment_heads
		WHERE organization_id = ? AND environment_id = ANY (?::int[]) ORDER BY environment_id FOR UPDATE`,
		org.Key, pgArray(keys)).Scan(ctx, &rows)
	heads := make(map[int]*unionHead, len(rows))
	for _, h := range rows {
		heads[h.EnvironmentID] = h
	}
	return heads, wrap(err, "heads")
}

// unionChange is a change of the members of one logical environment.
type unionChange struct {
	org     *model.Organization
	union   *model.Environment
	head    *unionHead
	members map[int]*model.Environment // all that are concerned
	heads   map[int]*unionHead         // theirs
	now     time.Time

	wanted         []int
	added, removed []int
	numbers        []int
	replicas       int
}

// plan finds out what is to change.
func (c *unionChange) plan(wanted []*model.Environment) error {
	c.wanted, c.numbers = make([]int, len(wanted)), make([]int, 0, len(wanted))
	for i, m := range wanted {
		c.wanted[i] = m.Key
	}
	slices.Sort(c.wanted)
	if len(c.wanted) > model.MaxMembers {
		return model.Invalid("members", "%s would have %d members, and a logical environment has at most %d", c.union.Name, len(c.wanted), model.MaxMembers)
	}
	for _, key := range c.wanted {
		if !slices.Contains(c.head.Members, key) {
			c.added = append(c.added, key)
		}
		if err := c.check(c.members[key], c.heads[key]); err != nil {
			return err
		}
		c.numbers = append(c.numbers, c.heads[key].Number)
		c.replicas += c.heads[key].Replicas
	}
	for _, key := range c.head.Members {
		if !slices.Contains(c.wanted, key) {
			c.removed = append(c.removed, key)
		}
	}
	return nil
}

// check returns an error for what cannot be a member.
func (c *unionChange) check(m *model.Environment, head *unionHead) error {
	switch {
	case m.IsLogical():
		return model.Invalid("members", "%s is a logical environment itself: name the environments that it is made of", m.Name)
	case head.Closed:
		return model.EnvironmentIsArchived(m.Name)
	case !slices.Contains(head.Unions, c.union.Key) && len(head.Unions) >= model.MaxUnions:
		return model.Errorf(model.KindConflict, "%s is a member of %d logical environments already, which is the most: remove it from one first", m.Name, len(head.Unions))
	}
	return nil
}

// showsChange reports whether the change makes a snapshot: one that has none gets
// its first when a member has one.
func (c *unionChange) showsChange() bool {
	if slices.Equal(c.wanted, c.head.Members) && slices.Equal(c.numbers, c.head.Numbers) {
		return false
	}
	return c.head.Number > 0 || slices.ContainsFunc(c.numbers, func(n int) bool { return n > 0 })
}

func (c *unionChange) write(ctx context.Context, tx bun.Tx) error {
	number := 0
	if c.showsChange() {
		number = c.head.Number + 1
	}
	if err := c.writeHeads(ctx, tx, number); err != nil {
		return err
	}
	if err := c.writeMembers(ctx, tx); err != nil {
		return err
	}
	return c.tell(ctx, tx, number)
}

// writeHeads makes heads say who is a member, and makes a snapshot if it has a
// number. The moments of a logical environment never go back, and its content has
// no hash: its snapshots are those of its members.
func (c *unionChange) writeHeads(ctx context.Context, tx bun.Tx, number int) error {
	_, err := tx.NewRaw(`
		UPDATE environment_heads SET unions = array_remove(unions, ?) || CASE WHEN environment_id = ANY (?::int[]) THEN ARRAY[?::int] ELSE '{}' END
		WHERE organization_id = ? AND environment_id = ANY (?::int[])`,
		c.union.Key, pgArray(c.wanted), c.union.Key, c.org.Key, pgArray(slices.Concat(c.wanted, c.removed))).Exec(ctx)
	if err != nil {
		return wrap(err, "members")
	}
	_, err = tx.NewRaw(`
		WITH moved AS (
		  UPDATE environment_heads SET members = ?::int[], numbers = ?::int[], replicas = ?, number = greatest(number, ?),
		    observed_at = CASE WHEN ? > 0 THEN greatest(observed_at, ?) ELSE observed_at END
		  WHERE organization_id = ? AND environment_id = ?
		  RETURNING *
		)
		INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content, members, numbers)
		SELECT organization_id, environment_id, number, replicas, ?, observed_at, ?, '', members, numbers FROM moved WHERE ? > 0`,
		pgArray(c.wanted), pgArray(c.numbers), c.replicas, number, number, c.now, c.org.Key, c.union.Key,
		len(c.added)+len(c.removed), c.now, number).Exec(ctx)
	return wrap(err, fmt.Sprintf("environment %q", c.union.Name))
}

func (c *unionChange) writeMembers(ctx context.Context, tx bun.Tx) error {
	_, err := tx.NewRaw(`
		WITH gone AS (
		  UPDATE environment_members SET left_at = greatest(joined_at, ?)
		  WHERE organization_id = ? AND environment_id = ? AND member_id = ANY (?::int[]) AND left_at IS NULL)
		INSERT INTO environment_members (organization_id, environment_id, member_id, joined_at)
		SELECT ?, ?, member_id, ? FROM unnest(?::int[]) AS member_id
		ON CONFLICT ON CONSTRAINT environment_members_pkey DO UPDATE SET left_at = NULL`,
		c.now, c.org.Key, c.union.Key, pgArray(c.removed), c.org.Key, c.union.Key, c.now, pgArray(c.added)).Exec(ctx)
	return wrap(err, "members")
}

// tell writes the events of the change, by name.
func (c *unionChange) tell(ctx context.Context, tx bun.Tx, number int) error {
	for _, part := range []struct {
		kind model.EventKind
		keys []int
	}{{model.EventMemberAdded, c.added}, {model.EventMemberRemoved, c.removed}} {
		var names []string
		for _, key := range part.keys {
			names = append(names, c.members[key].Name)
		}
		slices.Sort(names)
		for _, name := range names {
			if err := tellOf(ctx, tx, c.org, c.union, part.kind, name, number, c.now); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaveUnions takes an environment out of all that it is a member of.
func (db *DB) leaveUnions(ctx context.Context, tx bun.Tx, org *model.Organization, e *model.Environment, now time.Time) error {
	var rows []environmentOfParent
	err := db.readIn(ctx, tx, &rows, unionsOfEnvironments, org.Key, pq.Array([]int64{int64(e.Key)}), "", model.MaxUnions)
	if err != nil {
		return wrap(err, "members")
	}
	var changes []memberChange
	for i := range rows {
		union := rows[i].environment(org)
		members, err := db.membersIn(ctx, tx, org, union)
		if err != nil {
			return err
		}
		left := slices.DeleteFunc(members, func(m *model.Environment) bool { return m.Key == e.Key })
		changes = append(changes, memberChange{union, left})
	}
	if len(changes) == 0 {
		return nil
	}
	return db.changeMembers(ctx, tx, org, changes, now)
}

// detach lets reports of the members of a logical environment pass it by. It keeps
// its members, and what its newest snapshot says of them.
func (db *DB) detach(ctx context.Context, tx bun.Tx, org *model.Organization, union *model.Environment) error {
	members, err := db.membersIn(ctx, tx, org, union)
	if err != nil {
		return err
	}
	var keys []int
	for _, m := range members {
		keys = append(keys, m.Key)
	}
	slices.Sort(keys)
	if _, err := lockHeads(ctx, tx, org, keys); err != nil {
		return err
	}
	_, err = tx.NewRaw(`UPDATE environment_heads SET unions = array_remove(unions, ?) WHERE organization_id = ? AND environment_id = ANY (?::int[])`,
		union.Key, org.Key, pgArray(keys)).Exec(ctx)
	if err != nil {
		return wrap(err, "members")
	}
	return markJudged(ctx, tx, org, keys)
}

// attach is the opposite: the newest snapshots of the members count again. Those
// that were archived meanwhile are members no more.
func (db *DB) attach(ctx context.Context, tx bun.Tx, org *model.Organization, union *model.Environment, now time.Time) error {
	members, err := db.membersIn(ctx, tx, org, union)
	if err != nil {
		return err
	}
	members = slices.DeleteFunc(members, func(m *model.Environment) bool { return m.Archived() })
	return db.changeMembers(ctx, tx, org, []memberChange{{union, members}}, now)
}
