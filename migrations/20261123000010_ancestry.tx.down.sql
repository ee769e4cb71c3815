ALTER TABLE flows DROP COLUMN tags;
DROP INDEX artifacts_repository_idx;
DROP INDEX pull_requests_merged_idx;
ALTER TABLE commits
  DROP COLUMN changed,
  DROP COLUMN author_email,
  DROP COLUMN issue_keys,
  DROP COLUMN patch_id;
