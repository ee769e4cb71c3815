-- The order in which became known what became of deliveries is that of the transactions
-- that said so: see events.xact. What was written before is older than all.
ALTER TABLE deliveries ADD COLUMN changed xid8 NOT NULL DEFAULT '0';
ALTER TABLE deliveries ALTER COLUMN changed SET DEFAULT pg_current_xact_id();
CREATE INDEX deliveries_changed_idx ON deliveries (organization_id, changed, id);
