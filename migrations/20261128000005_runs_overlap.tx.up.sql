-- That no two runs of one thing overlap was kept by an index over their fingerprints as they
-- are, and Postgres takes that one for any question for a fingerprint: it holds all runs that
-- ever were, where the index of those that go on has one. What scales up and down all day has
-- thousands. Over expressions it is for the constraint alone.
ALTER TABLE runs
  DROP CONSTRAINT runs_overlap_excl,
  ADD CONSTRAINT runs_overlap_excl EXCLUDE USING gist
    (environment_id WITH =, int4range(since, till) WITH &&, (fingerprint || ''::bytea) WITH =, (name || ''::text) WITH =);
