DROP INDEX events_xact_idx;
ALTER TABLE events DROP COLUMN xact, DROP COLUMN expectation_id;
