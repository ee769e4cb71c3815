-- Rules for every table: organization_id leads every key (an int beside an int
-- shares eight bytes, so the tenant costs little); digests and SHAs are bytea;
-- times come from the caller's clock; every constraint has a name, since code
-- asks which one broke; what can be derived is not stored.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE organizations (
  id         int GENERATED ALWAYS AS IDENTITY,
  name       text COLLATE "C" NOT NULL,
  public     boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  CONSTRAINT organizations_pkey PRIMARY KEY (id),
  CONSTRAINT organizations_name_key UNIQUE (name),
  CONSTRAINT organizations_name_check CHECK (name ~ '^[a-zA-Z0-9][a-zA-Z0-9.~_-]{0,127}$')
);

-- hash is the SHA-256 of the secret, which is random and needs no salt. It is
-- the one key without an organization: the token is what names it.
CREATE TABLE tokens (
  organization_id int NOT NULL,
  id         int GENERATED ALWAYS AS IDENTITY,
  hash       bytea NOT NULL,
  hint       text NOT NULL,
  name       text NOT NULL,
  role       text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT tokens_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT tokens_hash_key UNIQUE (hash),
  CONSTRAINT tokens_hash_check CHECK (octet_length(hash) = 32),
  CONSTRAINT tokens_role_check CHECK (role IN ('READER', 'REPORTER', 'MEMBER', 'ADMIN')),
  CONSTRAINT tokens_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations
);

-- A webhook's secret is the key of an HMAC, so it must be kept as it is.
CREATE TABLE webhooks (
  organization_id int NOT NULL,
  forge      text NOT NULL,
  secret     text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhooks_pkey PRIMARY KEY (organization_id, forge),
  CONSTRAINT webhooks_secret_check CHECK (length(secret) >= 16),
  CONSTRAINT webhooks_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations
);
