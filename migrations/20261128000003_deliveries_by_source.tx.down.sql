DROP INDEX deliveries_source_idx;
