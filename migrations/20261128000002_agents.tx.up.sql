-- Who reports an environment: a program, as it calls itself, with a token. It is written
-- now and then for many reports together, so last_seen_at is no index: half empty pages
-- let every update stay on its page.
CREATE TABLE agents (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  token_id        int NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  first_seen_at timestamptz NOT NULL,
  last_seen_at  timestamptz NOT NULL,
  program       text COLLATE "C" NOT NULL,
  CONSTRAINT agents_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT agents_key UNIQUE (organization_id, environment_id, token_id, program),
  CONSTRAINT agents_program_check CHECK (length(program) <= 200),
  CONSTRAINT agents_seen_check CHECK (first_seen_at <= last_seen_at),
  CONSTRAINT agents_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments,
  CONSTRAINT agents_token_fkey FOREIGN KEY (organization_id, token_id) REFERENCES tokens
) WITH (fillfactor = 50);
