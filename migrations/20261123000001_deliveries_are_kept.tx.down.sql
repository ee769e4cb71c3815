ALTER TABLE webhooks DROP COLUMN former_secret, DROP COLUMN former_expires_at;
DELETE FROM deliveries WHERE state IN ('waiting', 'failed');
UPDATE deliveries SET reason = NULL WHERE state = 'applied';
DROP INDEX deliveries_due_idx, deliveries_state_idx, deliveries_repository_idx;
ALTER TABLE deliveries
  DROP CONSTRAINT deliveries_content_key,
  DROP CONSTRAINT deliveries_due_check,
  DROP CONSTRAINT deliveries_state_check,
  DROP CONSTRAINT deliveries_reason_check,
  DROP COLUMN repository, DROP COLUMN due_at, DROP COLUMN attempts, DROP COLUMN headers, DROP COLUMN content_hash;
ALTER TABLE deliveries
  ADD CONSTRAINT deliveries_state_check CHECK (state IN ('applied', 'ignored', 'stale')),
  ADD CONSTRAINT deliveries_reason_check CHECK ((state = 'applied') = (reason IS NULL));
