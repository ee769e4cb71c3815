-- A session is a browser that somebody signed in with. hash is the SHA-256 of its
-- secret, and a key without an organization: see tokens. A session is of a token, and
-- then its name and role are the token's as they are now; or of a person, whom a
-- provider of identities (issuer) knows by subject, and then they are kept here.
CREATE TABLE sessions (
  organization_id int NOT NULL,
  id         int GENERATED ALWAYS AS IDENTITY,
  hash       bytea NOT NULL,
  token_id   int,
  issuer     text COLLATE "C",
  subject    text COLLATE "C",
  name       text,
  role       text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at   timestamptz,
  CONSTRAINT sessions_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT sessions_hash_key UNIQUE (hash),
  CONSTRAINT sessions_hash_check CHECK (octet_length(hash) = 32),
  CONSTRAINT sessions_role_check CHECK (role IN ('READER', 'REPORTER', 'MEMBER', 'ADMIN')),
  CONSTRAINT sessions_who_check CHECK (num_nulls(issuer, subject, name, role) = CASE WHEN token_id IS NULL THEN 0 ELSE 4 END),
  CONSTRAINT sessions_expires_check CHECK (expires_at > created_at),
  CONSTRAINT sessions_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations,
  CONSTRAINT sessions_token_fkey FOREIGN KEY (organization_id, token_id) REFERENCES tokens
);

-- Those that have expired are forgotten, of whichever organization.
CREATE INDEX sessions_expires_idx ON sessions (expires_at);
