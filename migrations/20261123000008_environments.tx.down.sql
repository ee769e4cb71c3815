DROP INDEX environment_names_environment_idx;
ALTER TABLE environments DROP CONSTRAINT environments_silent_since_check, DROP CONSTRAINT environments_silent_logical_check;
ALTER TABLE environments DROP COLUMN silent_since;
-- What went before knows no logical environments: they become servers on which nothing runs.
UPDATE environments SET type = 'server' WHERE type = 'logical';
