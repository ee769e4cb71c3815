-- The one history, append-only. Facts in columns; the sentence is made when it is
-- read. What happened to a fingerprint is found by it, so an artifact that is
-- reported after it started to run has its whole history at once.
-- kind is a code of model.EventKind; number is that of the snapshot or of the
-- deployment; before and after are replicas, or 1 and 0 for evidence that holds
-- and does not; name is that of evidence, or the new one of what was renamed.
CREATE TABLE events (
  organization_id int NOT NULL,
  environment_id  int,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  flow_id     int,
  number      int,
  before      int,
  after       int,
  kind        smallint NOT NULL,
  fingerprint bytea,
  name        text,
  CONSTRAINT events_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT events_kind_check CHECK (kind IN (1, 2, 3, 10, 11, 12, 13))
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX events_fingerprint_idx ON events (organization_id, fingerprint, at, id) WHERE fingerprint IS NOT NULL;
CREATE INDEX events_environment_idx ON events (organization_id, environment_id, at, id) WHERE environment_id IS NOT NULL;

CREATE FUNCTION events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never changed and never taken away';
END
$$;
CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION events_are_kept();
