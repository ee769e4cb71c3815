-- deployments is the number of the newest one: the row is the lock and counter.
CREATE TABLE flows (
  organization_id   int NOT NULL,
  id                int GENERATED ALWAYS AS IDENTITY,
  repository_id     int,
  deployments       int NOT NULL DEFAULT 0,
  name              text COLLATE "C" NOT NULL,
  description       text NOT NULL,
  required_evidence text[] NOT NULL,
  created_at        timestamptz NOT NULL,
  CONSTRAINT flows_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT flows_name_key UNIQUE (organization_id, name),
  CONSTRAINT flows_name_check CHECK (name ~ '^[a-zA-Z0-9][a-zA-Z0-9.~_-]{0,127}$'),
  CONSTRAINT flows_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations,
  CONSTRAINT flows_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
) WITH (fillfactor = 70);

-- commit_ref is what was said: a whole SHA, or the prefix that an image tag has.
-- Which commit that is, is looked up when it is read: a late commit links at
-- once, and a second candidate unlinks at once.
CREATE TABLE artifacts (
  organization_id int NOT NULL,
  flow_id       int NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  created_at    timestamptz NOT NULL,
  repository_id int,
  fingerprint   bytea NOT NULL,
  commit_ref    text COLLATE "C",
  name          text NOT NULL,
  build_url     text,
  CONSTRAINT artifacts_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT artifacts_fingerprint_key UNIQUE (organization_id, fingerprint, flow_id),
  CONSTRAINT artifacts_fingerprint_check CHECK (octet_length(fingerprint) = 32),
  CONSTRAINT artifacts_commit_ref_check CHECK (commit_ref ~ '^[0-9a-f]{7,64}$'),
  CONSTRAINT artifacts_flow_fkey FOREIGN KEY (organization_id, flow_id) REFERENCES flows,
  CONSTRAINT artifacts_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
CREATE INDEX artifacts_commit_idx ON artifacts (organization_id, commit_ref) WHERE commit_ref IS NOT NULL;
CREATE INDEX artifacts_flow_idx ON artifacts (organization_id, flow_id, created_at, fingerprint);
CREATE INDEX artifacts_created_idx ON artifacts (organization_id, created_at, fingerprint, flow_id);

-- Evidence may come before its artifact, so it knows the fingerprint only.
-- source tells a repetition from something new.
CREATE TABLE attestations (
  organization_id int NOT NULL,
  flow_id     int NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  compliant   boolean NOT NULL,
  fingerprint bytea NOT NULL,
  name        text COLLATE "C" NOT NULL,
  kind        text NOT NULL,
  description text NOT NULL,
  url         text,
  source      text COLLATE "C" NOT NULL,
  CONSTRAINT attestations_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT attestations_source_key UNIQUE (organization_id, flow_id, source),
  CONSTRAINT attestations_fingerprint_check CHECK (octet_length(fingerprint) = 32),
  CONSTRAINT attestations_kind_check CHECK (kind IN ('GENERIC')),
  CONSTRAINT attestations_flow_fkey FOREIGN KEY (organization_id, flow_id) REFERENCES flows
);
CREATE INDEX attestations_fingerprint_idx ON attestations (organization_id, fingerprint, flow_id, name, at);

CREATE TABLE deployments (
  organization_id int NOT NULL,
  flow_id        int NOT NULL,
  number         int NOT NULL,
  previous       int GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
  environment_id int NOT NULL,
  artifact_id    bigint NOT NULL,
  created_at     timestamptz NOT NULL,
  url            text,
  source         text COLLATE "C" NOT NULL,
  CONSTRAINT deployments_pkey PRIMARY KEY (organization_id, flow_id, number),
  CONSTRAINT deployments_number_check CHECK (number > 0),
  CONSTRAINT deployments_source_key UNIQUE (organization_id, flow_id, source),
  CONSTRAINT deployments_flow_fkey FOREIGN KEY (organization_id, flow_id) REFERENCES flows,
  CONSTRAINT deployments_previous_fkey FOREIGN KEY (organization_id, flow_id, previous) REFERENCES deployments,
  CONSTRAINT deployments_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments,
  CONSTRAINT deployments_artifact_fkey FOREIGN KEY (organization_id, artifact_id) REFERENCES artifacts
);
CREATE INDEX deployments_artifact_idx ON deployments (organization_id, artifact_id, number);
