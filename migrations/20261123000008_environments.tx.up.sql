-- silent_since is when the newest report had arrived before a silence that was told
-- of, and null while there is none: who looks twice, or two who look at once, tell of
-- it once. Nothing is written here while reports come as they should. What is logical
-- is reported by its members, and is not waited for.
ALTER TABLE environments ADD COLUMN silent_since timestamptz;
UPDATE environments SET silent_after = NULL WHERE type = 'logical';
ALTER TABLE environments
  ADD CONSTRAINT environments_silent_logical_check CHECK (type <> 'logical' OR silent_after IS NULL),
  ADD CONSTRAINT environments_silent_since_check CHECK (silent_since IS NULL OR silent_after IS NOT NULL AND archived_at IS NULL);

CREATE INDEX environment_names_environment_idx ON environment_names (organization_id, environment_id);
