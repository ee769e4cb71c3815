-- What is known of commits is kept in memory, too, by each server: see ancestry/.
-- Whoever has read them reads those that were changed since by the transactions that
-- made them: see events.xact. What was written before is older than all.
-- author_email is the one of git; issue_keys are those found in the message; patch_id
-- is that of git patch-id --stable, which a cherry-pick has like what it was picked
-- from; null if nobody told.
ALTER TABLE commits
  ADD COLUMN changed xid8 NOT NULL DEFAULT '0',
  ADD COLUMN author_email text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN issue_keys text[] COLLATE "C" NOT NULL DEFAULT '{}',
  ADD COLUMN patch_id bytea,
  ADD CONSTRAINT commits_patch_id_check CHECK (octet_length(patch_id) IN (20, 32));
ALTER TABLE commits ALTER COLUMN changed SET DEFAULT pg_current_xact_id();
CREATE INDEX commits_changed_idx ON commits (organization_id, repository_id, changed);
CREATE INDEX commits_patch_idx ON commits (organization_id, repository_id, patch_id) WHERE patch_id IS NOT NULL;
CREATE INDEX commits_author_idx ON commits (organization_id, author_email, committed_at, sha) WHERE author_email <> '';

-- Merged ones, by when: a squash is what commits became that are in no branch.
CREATE INDEX pull_requests_merged_idx ON pull_requests (organization_id, repository_id, merged_at) WHERE merge_sha IS NOT NULL;

-- A flow without a repository follows those of its artifacts.
CREATE INDEX artifacts_repository_idx ON artifacts (organization_id, flow_id, repository_id) WHERE repository_id IS NOT NULL;

-- As of environments: an object whose values are texts.
ALTER TABLE flows
  ADD COLUMN tags jsonb NOT NULL DEFAULT '{}',
  ADD CONSTRAINT flows_tags_check CHECK (jsonb_typeof(tags) = 'object');
