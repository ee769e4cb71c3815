-- Who is reported by its members only is not waited for.
UPDATE environments SET silent_after = NULL WHERE type = 'logical';
ALTER TABLE environments
  ADD CONSTRAINT environments_silent_logical_check CHECK (type <> 'logical' OR silent_after IS NULL);

-- Silences that were told of, each by the moment at which the newest report had
-- arrived: who looks twice, or two who look at once, tell of it once. Nothing is
-- written while reports come as they should.
CREATE TABLE environment_silences (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  since    timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT environment_silences_pkey PRIMARY KEY (organization_id, environment_id, since),
  CONSTRAINT environment_silences_ended_check CHECK (ended_at >= since),
  CONSTRAINT environment_silences_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments
);
CREATE INDEX environment_silences_open_idx ON environment_silences (organization_id, environment_id) WHERE ended_at IS NULL;

CREATE INDEX environment_names_environment_idx ON environment_names (organization_id, environment_id);
