-- What was received, as it was received: webhooks, and reports that came too late
-- to change anything. Kept in the transaction that applies it; a delivery that was
-- seen before changes nothing.
CREATE TABLE deliveries (
  organization_id int NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  received_at timestamptz NOT NULL,
  source      text COLLATE "C" NOT NULL,
  key         text COLLATE "C" NOT NULL,
  event       text NOT NULL,
  state       text NOT NULL,
  reason      text,
  body        bytea NOT NULL,
  CONSTRAINT deliveries_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT deliveries_key UNIQUE (organization_id, source, key),
  CONSTRAINT deliveries_state_check CHECK (state IN ('applied', 'ignored', 'stale')),
  CONSTRAINT deliveries_reason_check CHECK ((state = 'applied') = (reason IS NULL)),
  CONSTRAINT deliveries_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations
);
CREATE INDEX deliveries_received_idx ON deliveries (organization_id, received_at, id);
