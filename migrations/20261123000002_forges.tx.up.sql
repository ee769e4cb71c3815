-- told is true once a forge has spoken of the repository: until then its forge and
-- its page are taken from its name.
ALTER TABLE repositories ADD COLUMN told boolean NOT NULL DEFAULT false;
UPDATE repositories r SET told = true
WHERE EXISTS (SELECT FROM commits c WHERE c.organization_id = r.organization_id AND c.repository_id = r.id);

-- What a commit touches; null where nobody told.
ALTER TABLE commits ADD COLUMN paths text[];
-- What of its repository a flow is made from; all if empty.
ALTER TABLE flows ADD COLUMN paths text[] NOT NULL DEFAULT '{}';

-- A run is told from others by its system too: numbers of two may be the same.
-- version is that of model.Build.
ALTER TABLE builds
  ADD COLUMN system  text NOT NULL DEFAULT 'GITHUB_ACTIONS',
  ADD COLUMN version bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT builds_pkey;
ALTER TABLE builds
  ALTER COLUMN system DROP DEFAULT,
  ADD CONSTRAINT builds_pkey PRIMARY KEY (organization_id, repository_id, run_id, attempt, system);

CREATE TABLE jobs (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  run_id      bigint NOT NULL,
  attempt     int NOT NULL,
  job_id      bigint NOT NULL,
  version     bigint NOT NULL,
  state       smallint NOT NULL,
  system      text NOT NULL,
  name        text NOT NULL,
  url         text NOT NULL,
  started_at  timestamptz,
  finished_at timestamptz,
  CONSTRAINT jobs_pkey PRIMARY KEY (organization_id, repository_id, run_id, attempt, system, job_id),
  CONSTRAINT jobs_state_check CHECK (state BETWEEN 1 AND 7),
  CONSTRAINT jobs_build_fkey FOREIGN KEY (organization_id, repository_id, run_id, attempt, system) REFERENCES builds
);

-- Every move of a branch or tag that was told, with the moment that its forge
-- tells. An empty SHA is none: before, a new one; after, one that was deleted.
CREATE TABLE ref_moves (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  at     timestamptz NOT NULL,
  forced boolean NOT NULL,
  ref    text COLLATE "C" NOT NULL,
  before bytea NOT NULL,
  after  bytea NOT NULL,
  CONSTRAINT ref_moves_pkey PRIMARY KEY (organization_id, repository_id, ref, at, after, before),
  CONSTRAINT ref_moves_sha_check CHECK (octet_length(before) IN (0, 20, 32) AND octet_length(after) IN (0, 20, 32)),
  CONSTRAINT ref_moves_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);

CREATE TABLE pull_requests (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  number     int NOT NULL,
  state      smallint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  merged_at  timestamptz,
  head_sha   bytea NOT NULL,
  merge_sha  bytea,
  title      text NOT NULL,
  url        text NOT NULL,
  author     text NOT NULL,
  CONSTRAINT pull_requests_pkey PRIMARY KEY (organization_id, number, repository_id),
  CONSTRAINT pull_requests_number_check CHECK (number > 0),
  CONSTRAINT pull_requests_state_check CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT pull_requests_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
CREATE INDEX pull_requests_repository_idx ON pull_requests (organization_id, repository_id, number);
CREATE INDEX pull_requests_head_idx ON pull_requests (organization_id, head_sha);
CREATE INDEX pull_requests_merge_idx ON pull_requests (organization_id, merge_sha) WHERE merge_sha IS NOT NULL;

CREATE TABLE releases (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  id           bigint NOT NULL,
  state        smallint NOT NULL,
  updated_at   timestamptz NOT NULL,
  published_at timestamptz,
  tag          text COLLATE "C" NOT NULL,
  name         text NOT NULL,
  url          text NOT NULL,
  CONSTRAINT releases_pkey PRIMARY KEY (organization_id, repository_id, id),
  CONSTRAINT releases_state_check CHECK (state BETWEEN 1 AND 3),
  CONSTRAINT releases_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
CREATE INDEX releases_tag_idx ON releases (organization_id, repository_id, tag);

-- Deployments of commits, as forges tell of them, and how they ended. Each becomes
-- a deployment of every artifact of its commit, as soon as the artifact and the
-- environment are there.
CREATE TABLE forge_deployments (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  id          bigint NOT NULL,
  created_at  timestamptz NOT NULL,
  commit_sha  bytea NOT NULL,
  environment text COLLATE "C" NOT NULL,
  url         text,
  CONSTRAINT forge_deployments_pkey PRIMARY KEY (organization_id, repository_id, id),
  CONSTRAINT forge_deployments_sha_check CHECK (octet_length(commit_sha) IN (20, 32)),
  CONSTRAINT forge_deployments_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
CREATE INDEX forge_deployments_commit_idx ON forge_deployments (organization_id, commit_sha);
CREATE INDEX forge_deployments_environment_idx ON forge_deployments (organization_id, environment);

CREATE TABLE forge_deployment_statuses (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  deployment_id   bigint NOT NULL,
  id          bigint NOT NULL,
  at          timestamptz NOT NULL,
  compliant   boolean NOT NULL,
  description text NOT NULL,
  url         text,
  CONSTRAINT forge_deployment_statuses_pkey PRIMARY KEY (organization_id, repository_id, deployment_id, id),
  CONSTRAINT forge_deployment_statuses_deployment_fkey FOREIGN KEY (organization_id, repository_id, deployment_id)
    REFERENCES forge_deployments
);

-- What was said of an artifact, by whom: its row in artifacts follows from all of
-- it, whatever the order in which it was said. said is a hash of the rest.
CREATE TABLE artifact_claims (
  organization_id int NOT NULL,
  artifact_id   bigint NOT NULL,
  at            timestamptz NOT NULL,
  repository_id int,
  said          bytea NOT NULL,
  name          text COLLATE "C" NOT NULL,
  commit_ref    text COLLATE "C",
  build_url     text COLLATE "C",
  CONSTRAINT artifact_claims_pkey PRIMARY KEY (organization_id, artifact_id, said),
  CONSTRAINT artifact_claims_commit_ref_check CHECK (commit_ref ~ '^[0-9a-f]{7,64}$'),
  CONSTRAINT artifact_claims_artifact_fkey FOREIGN KEY (organization_id, artifact_id) REFERENCES artifacts,
  CONSTRAINT artifact_claims_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
INSERT INTO artifact_claims (organization_id, artifact_id, at, repository_id, said, name, commit_ref, build_url)
SELECT organization_id, id, created_at, repository_id, sha256(''), name, commit_ref, build_url FROM artifacts;

-- Other digests by which an artifact is known: those of the manifests for single
-- platforms that its image index lists.
CREATE TABLE artifact_digests (
  organization_id int NOT NULL,
  artifact_id bigint NOT NULL,
  digest      bytea NOT NULL,
  CONSTRAINT artifact_digests_pkey PRIMARY KEY (organization_id, digest, artifact_id),
  CONSTRAINT artifact_digests_check CHECK (octet_length(digest) = 32),
  CONSTRAINT artifact_digests_artifact_fkey FOREIGN KEY (organization_id, artifact_id) REFERENCES artifacts
);
CREATE INDEX artifact_digests_artifact_idx ON artifact_digests (organization_id, artifact_id);

-- Repositories whose CI may report without a stored secret: a token of its forge's
-- own proves it. branch limits it to one branch.
CREATE TABLE trusted_repositories (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  created_at timestamptz NOT NULL,
  branch     text COLLATE "C",
  CONSTRAINT trusted_repositories_pkey PRIMARY KEY (organization_id, repository_id),
  CONSTRAINT trusted_repositories_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
