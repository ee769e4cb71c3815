DROP INDEX environment_names_environment_idx;
DROP TABLE environment_silences;
ALTER TABLE environments DROP CONSTRAINT environments_silent_logical_check;
-- What went before knows no logical environments: they become servers on which nothing runs.
UPDATE environments SET type = 'server' WHERE type = 'logical';
