-- Deliveries become an inbox: what could not be applied waits and is tried again.
-- state is one of model.DeliveryState in lower case; reason says why, and of what
-- was applied what was made of it. due_at is when a waiting delivery is tried
-- next; while it is being tried, it is when another server may take it over.
ALTER TABLE deliveries
  ADD COLUMN repository   text COLLATE "C",
  ADD COLUMN due_at       timestamptz,
  ADD COLUMN attempts     int NOT NULL DEFAULT 0,
  ADD COLUMN headers      jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN content_hash bytea,
  DROP CONSTRAINT deliveries_state_check,
  DROP CONSTRAINT deliveries_reason_check;
ALTER TABLE deliveries
  ADD CONSTRAINT deliveries_state_check CHECK (state IN ('applied', 'ignored', 'stale', 'waiting', 'failed')),
  ADD CONSTRAINT deliveries_reason_check CHECK (state IN ('applied', 'waiting') OR reason IS NOT NULL),
  ADD CONSTRAINT deliveries_due_check CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
  -- A signature covers the body and not the id beside it: the same body under
  -- another id is the same delivery.
  ADD CONSTRAINT deliveries_content_key UNIQUE (organization_id, source, content_hash);
-- Across organizations: one server tries what is due of all of them.
CREATE INDEX deliveries_due_idx ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_state_idx ON deliveries (organization_id, state, received_at, id) WHERE state <> 'applied';
CREATE INDEX deliveries_repository_idx ON deliveries (organization_id, repository) WHERE state = 'ignored';

-- While one secret takes the place of another, both are good.
ALTER TABLE webhooks
  ADD COLUMN former_secret     text,
  ADD COLUMN former_expires_at timestamptz,
  ADD CONSTRAINT webhooks_former_check CHECK ((former_secret IS NULL) = (former_expires_at IS NULL));
