ALTER TABLE runs
  DROP CONSTRAINT runs_overlap_excl,
  ADD CONSTRAINT runs_overlap_excl EXCLUDE USING gist
    (environment_id WITH =, int4range(since, till) WITH &&, fingerprint WITH =, name WITH =);
