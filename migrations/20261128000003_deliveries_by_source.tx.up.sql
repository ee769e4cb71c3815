-- The newest deliveries of one webhook are found without looking through those of others,
-- which may be many more.
CREATE INDEX deliveries_source_idx ON deliveries (organization_id, source, received_at, id);
