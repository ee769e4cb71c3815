CREATE TABLE environments (
  organization_id int NOT NULL,
  id          int GENERATED ALWAYS AS IDENTITY,
  name        text COLLATE "C" NOT NULL,
  type        text NOT NULL,
  description text NOT NULL,
  created_at  timestamptz NOT NULL,
  CONSTRAINT environments_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT environments_name_key UNIQUE (organization_id, name),
  CONSTRAINT environments_name_check CHECK (name ~ '^[a-zA-Z0-9][a-zA-Z0-9.~_-]{0,127}$'),
  CONSTRAINT environments_type_check CHECK (type IN
    ('K8S', 'ECS', 'S3', 'lambda', 'server', 'docker', 'azure-apps', 'cloud-run')),
  CONSTRAINT environments_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations
);

-- The hot row of an environment: its lock, its counter and its heartbeat. It
-- stands apart so that it stays narrow; half empty pages and no index on what
-- changes, so that every update stays on its page.
CREATE TABLE environment_heads (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  number      int NOT NULL DEFAULT 0,
  observed_at timestamptz NOT NULL DEFAULT '-infinity',
  reported_at timestamptz NOT NULL DEFAULT '-infinity',
  content     bytea NOT NULL DEFAULT '\x',
  CONSTRAINT environment_heads_pkey PRIMARY KEY (organization_id, environment_id),
  CONSTRAINT environment_heads_number_check CHECK (number >= 0),
  CONSTRAINT environment_heads_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_cost_delay = 0);

-- previous refers to the snapshot before, so that a gap cannot be written.
CREATE TABLE snapshots (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  number      int NOT NULL,
  previous    int GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
  replicas    int NOT NULL,
  changes     int NOT NULL,
  observed_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  content     bytea NOT NULL,
  CONSTRAINT snapshots_pkey PRIMARY KEY (organization_id, environment_id, number),
  CONSTRAINT snapshots_number_check CHECK (number > 0),
  CONSTRAINT snapshots_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments,
  CONSTRAINT snapshots_previous_fkey FOREIGN KEY (organization_id, environment_id, previous) REFERENCES snapshots
);
CREATE INDEX snapshots_observed_idx ON snapshots (organization_id, environment_id, observed_at, number);

-- What ran: a fingerprint under one name with so many replicas, from snapshot
-- since up to, not including, snapshot till; a null till runs now. A change of
-- replicas closes a row and opens one, and started_at is carried over. The
-- fingerprint is empty where the runtime does not tell.
-- What is open needs a b-tree: the newest snapshot, and the comparison with a
-- report. The exclusion constraint is also the index that finds snapshot n.
CREATE TABLE runs (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  since       int NOT NULL,
  till        int,
  replicas    int NOT NULL,
  started_at  timestamptz NOT NULL,
  fingerprint bytea NOT NULL,
  name        text COLLATE "C" NOT NULL,
  starts      timestamptz[] NOT NULL,
  CONSTRAINT runs_interval_check CHECK (since < till),
  CONSTRAINT runs_replicas_check CHECK (replicas > 0),
  CONSTRAINT runs_fingerprint_check CHECK (octet_length(fingerprint) IN (0, 32)),
  CONSTRAINT runs_overlap_excl EXCLUDE USING gist
    (environment_id WITH =, int4range(since, till) WITH &&, fingerprint WITH =, name WITH =)
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX runs_open_key ON runs (organization_id, environment_id, fingerprint, name) WHERE till IS NULL;
CREATE UNIQUE INDEX runs_key ON runs (organization_id, fingerprint, environment_id, name, since);
