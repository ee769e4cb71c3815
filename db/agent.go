package db

import (
	"context"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

const (
	// maxSightings bounds what is remembered of agents until it is written.
	maxSightings = 10_000
	// forgetEvery is how often those are forgotten that were not seen for long.
	forgetEvery = time.Hour
	// lastSightings bounds writing what is left when the server stops.
	lastSightings = 5 * time.Second
)

// sightings are the agents that reports came from, until they are written. What is lost
// with the server is told by the next report.
type sightings struct {
	mu     sync.Mutex
	seen   map[model.AgentSighting]seen
	forgot time.Time // when agents were last forgotten
}

// seen is when an agent was seen first and last.
type seen struct{ first, last time.Time }

// add notes that an agent was seen from one time to another. If there is no room, it does
// not.
func (s *sightings) add(sighting model.AgentSighting, at seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.seen[sighting]
	switch {
	case ok:
		at = seen{earlier(known.first, at.first), later(known.last, at.last)}
	case len(s.seen) >= maxSightings:
		return
	case s.seen == nil:
		s.seen = map[model.AgentSighting]seen{}
	}
	s.seen[sighting] = at
}

// take takes all that is noted, and says whether it is time to forget agents.
func (s *sightings) take(now time.Time) (taken map[model.AgentSighting]seen, forget bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if forget = now.Sub(s.forgot) >= forgetEvery; forget {
		s.forgot = now
	}
	taken, s.seen = s.seen, nil
	return taken, forget
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// SawAgent notes that a report came that was proven. It does not wait: WriteAgents writes
// it down.
func (db *DB) SawAgent(sighting model.AgentSighting) {
	now := db.now()
	db.sightings.add(sighting, seen{now, now})
}

// Who an agent is, is looked up here and not where the report came in. One that proved
// itself otherwise than by a token of the organization is not kept.
const writeAgents = `
INSERT INTO agents (organization_id, environment_id, token_id, program, first_seen_at, last_seen_at)
SELECT o.id, n.environment_id, t.id, p.program, min(p.first), max(p.last)
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::timestamptz[], $6::timestamptz[]) AS p(organization, environment, hash, program, first, last)
JOIN organizations o ON o.name = p.organization
JOIN tokens t ON t.hash = p.hash AND t.organization_id = o.id
JOIN environment_names n ON n.organization_id = o.id AND n.name = p.environment
WHERE CASE
  WHEN EXISTS (
    SELECT FROM agents a
    WHERE a.organization_id = o.id AND a.environment_id = n.environment_id AND a.token_id = t.id AND a.program = p.program) THEN true
  ELSE (SELECT count(*) FROM agents a WHERE a.organization_id = o.id AND a.environment_id = n.environment_id) < $7 END
GROUP BY o.id, n.environment_id, t.id, p.program
ORDER BY o.id, n.environment_id, t.id, p.program
ON CONFLICT ON CONSTRAINT agents_key DO UPDATE SET
  first_seen_at = least(agents.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(agents.last_seen_at, excluded.last_seen_at)`

// WriteAgents writes down which agents were seen, and now and then forgets those that
// were not for long. What cannot be written is kept for the next time.
func (db *DB) WriteAgents(ctx context.Context) error {
	taken, forget := db.sightings.take(db.now())
	if len(taken) > 0 {
		if err := db.writeAgents(ctx, taken); err != nil {
			for sighting, at := range taken {
				db.sightings.add(sighting, at)
			}
			return wrap(err, "agents")
		}
	}
	if !forget {
		return nil
	}
	_, err := db.sql.ExecContext(ctx, `DELETE FROM agents WHERE last_seen_at < $1`, db.now().Add(-model.AgentsForget))
	return wrap(err, "agents")
}

func (db *DB) writeAgents(ctx context.Context, taken map[model.AgentSighting]seen) error {
	var organizations, environments, programs []string
	var hashes pq.ByteaArray
	var firsts, lasts []time.Time
	for sighting, at := range taken {
		organizations, environments, programs = append(organizations, sighting.Organization), append(environments, sighting.Environment), append(programs, sighting.Program)
		hashes, firsts, lasts = append(hashes, sighting.TokenHash[:]), append(firsts, at.first), append(lasts, at.last)
	}
	stmt, err := db.prepared.get(ctx, db.sql, writeAgents) //nolint:sqlclosecheck // it is kept for the next time
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, pq.Array(organizations), pq.Array(environments), hashes, pq.Array(programs), pq.Array(firsts), pq.Array(lasts), model.MaxAgents)
	return err
}

// writeLastAgents writes down what is noted when the server stops.
func (db *DB) writeLastAgents() {
	taken, _ := db.sightings.take(time.Time{})
	if len(taken) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastSightings)
	defer cancel()
	_ = db.writeAgents(ctx, taken) // it is a hint: the next report tells the same
}

const agentColumns = `
  a.id AS a_id, a.program AS a_program, a.first_seen_at AS a_first_seen_at, a.last_seen_at AS a_last_seen_at, t.name AS a_token, ` + environmentColumns

const agentJoins = `
JOIN tokens t ON t.organization_id = $1 AND t.id = a.token_id
JOIN environments en ON en.organization_id = $1 AND en.id = a.environment_id
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = a.environment_id`

type agentRow struct {
	Parent       int
	AID          int64     `bun:"a_id"`
	AProgram     string    `bun:"a_program"`
	AFirstSeenAt time.Time `bun:"a_first_seen_at"`
	ALastSeenAt  time.Time `bun:"a_last_seen_at"`
	AToken       string    `bun:"a_token"`
	environmentRow
}

func (r *agentRow) agent(org *model.Organization) *model.Agent {
	return &model.Agent{
		OrganizationName: org.Name, Key: r.AID, Program: r.AProgram, TokenName: r.AToken, Environment: r.environment(org),
		FirstSeenAt: r.AFirstSeenAt.UTC(), LastSeenAt: r.ALastSeenAt.UTC(),
	}
}

// Agent returns an agent by its key. It returns KindNotFound.
func (db *DB) Agent(ctx context.Context, org *model.Organization, key int64) (*model.Agent, error) {
	var rows []agentRow
	err := db.read(ctx, &rows, `SELECT 1 AS parent, `+agentColumns+` FROM agents a`+agentJoins+` WHERE a.organization_id = $1 AND a.id = $2`, org.Key, key)
	if err != nil {
		return nil, wrap(err, "agent")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "agent does not exist, or was not seen for long")
	}
	return rows[0].agent(org), nil
}

const agentsOfOrganization = `
SELECT 1 AS parent, ` + agentColumns + `
FROM agents a` + agentJoins + `
WHERE a.organization_id = $1 AND (a.last_seen_at, a.id) < ($2, $3)
ORDER BY a.last_seen_at DESC, a.id DESC LIMIT $4`

// Agents returns a page of the agents of an organization, the latest seen first.
func (db *DB) Agents(ctx context.Context, org *model.Organization, p model.Page) (*model.AgentConnection, error) {
	at, key, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []agentRow
	if err := db.read(ctx, &rows, agentsOfOrganization, org.Key, at, key, p.First+1); err != nil {
		return nil, wrap(err, "agents")
	}
	return agentPages(org, rows, 1, p)[0], nil
}

const agentsOfEnvironments = `
SELECT p.i AS parent, ` + agentColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM agents a
  WHERE a.organization_id = $1 AND a.environment_id = p.environment_id AND (a.last_seen_at, a.id) < ($3, $4)
  ORDER BY a.last_seen_at DESC, a.id DESC LIMIT $5) a` + agentJoins + `
ORDER BY p.i, a.last_seen_at DESC, a.id DESC`

// AgentsOfEnvironments returns a page of the agents that report each environment, the
// latest seen first.
func (db *DB) AgentsOfEnvironments(ctx context.Context, org *model.Organization, environments []*model.Environment, p model.Page) ([]*model.AgentConnection, error) {
	at, key, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []agentRow
	if err := db.read(ctx, &rows, agentsOfEnvironments, org.Key, pq.Array(environmentKeys(environments)), at, key, p.First+1); err != nil {
		return nil, wrap(err, "agents")
	}
	return agentPages(org, rows, len(environments), p), nil
}

func agentPages(org *model.Organization, rows []agentRow, parents int, p model.Page) []*model.AgentConnection {
	groups := grouped(rows, parents, func(r *agentRow) int { return r.Parent })
	return connections(groups, p, func(r *agentRow) *model.Agent { return r.agent(org) }, model.AgentCursor)
}
