-- The order in which events became known is that of the commits that made them:
-- ids are taken before the commit, so "id > last" would lose events. Whoever
-- follows reads by (xact, id), up to the oldest transaction that is under way. What
-- was written before is older than all, in the order of its ids.
ALTER TABLE events
  ADD COLUMN xact xid8 NOT NULL DEFAULT '0',
  ADD COLUMN expectation_id int,
  DROP CONSTRAINT events_kind_check,
  ADD CONSTRAINT events_kind_check CHECK (kind IN (1, 2, 3, 10, 11, 12, 13, 14, 20, 21, 22, 23, 30, 31, 32, 33, 34));
ALTER TABLE events ALTER COLUMN xact SET DEFAULT pg_current_xact_id();
CREATE INDEX events_xact_idx ON events (organization_id, xact, id);
