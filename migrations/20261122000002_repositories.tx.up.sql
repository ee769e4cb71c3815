-- The first and the last digest that begins with a prefix of hexadecimal digits,
-- odd numbers of them too: a prefix is a range of an index over bytea.
CREATE FUNCTION prefix_low(prefix text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN decode(prefix || CASE WHEN length(prefix) % 2 = 1 THEN '0' ELSE '' END, 'hex');
CREATE FUNCTION prefix_high(prefix text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN decode(rpad(prefix, 64, 'f'), 'hex');

CREATE TABLE repositories (
  organization_id int NOT NULL,
  id         int GENERATED ALWAYS AS IDENTITY,
  forge      text NOT NULL,
  name       text COLLATE "C" NOT NULL,
  url        text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT repositories_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT repositories_name_key UNIQUE (organization_id, name),
  CONSTRAINT repositories_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations
);

-- Parents are an array: one may be unknown here, they are written once, and
-- whoever walks them loads whole repositories. parents_complete is false where a
-- push told of a commit but not of its parents.
-- The SHA stands before the repository in its key, so that one index answers a
-- prefix within a repository and one across all of them.
CREATE TABLE commits (
  organization_id  int NOT NULL,
  repository_id    int NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  committed_at     timestamptz NOT NULL,
  sha              bytea NOT NULL,
  parents          bytea[] NOT NULL,
  parents_complete boolean NOT NULL,
  author_name      text NOT NULL,
  subject          text NOT NULL,
  CONSTRAINT commits_pkey PRIMARY KEY (organization_id, repository_id, id),
  CONSTRAINT commits_sha_key UNIQUE (organization_id, sha, repository_id),
  CONSTRAINT commits_sha_check CHECK (octet_length(sha) IN (20, 32)),
  CONSTRAINT commits_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
CREATE INDEX commits_committed_idx ON commits (organization_id, repository_id, committed_at, sha);

-- state is ranked, and only ever rises: see model.BuildState.
CREATE TABLE builds (
  organization_id int NOT NULL,
  repository_id   int NOT NULL,
  run_id      bigint NOT NULL,
  attempt     int NOT NULL,
  state       smallint NOT NULL,
  commit_sha  bytea NOT NULL,
  workflow    text NOT NULL,
  url         text NOT NULL,
  started_at  timestamptz,
  finished_at timestamptz,
  CONSTRAINT builds_pkey PRIMARY KEY (organization_id, repository_id, run_id, attempt),
  CONSTRAINT builds_attempt_check CHECK (attempt > 0),
  CONSTRAINT builds_state_check CHECK (state BETWEEN 1 AND 7),
  CONSTRAINT builds_sha_check CHECK (octet_length(commit_sha) IN (20, 32)),
  CONSTRAINT builds_repository_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories
);
CREATE INDEX builds_commit_idx ON builds (organization_id, commit_sha);
CREATE INDEX builds_url_idx ON builds (organization_id, url, attempt);
