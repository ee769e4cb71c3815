ALTER TABLE snapshots DROP COLUMN members, DROP COLUMN numbers;
ALTER TABLE environment_heads
  DROP COLUMN replicas, DROP COLUMN closed, DROP COLUMN judged, DROP COLUMN unions, DROP COLUMN members, DROP COLUMN numbers;
DROP TABLE environment_members;
ALTER TABLE environments DROP CONSTRAINT environments_name_fkey;
DROP TABLE environment_names;
ALTER TABLE environments
  DROP COLUMN created_as, DROP COLUMN archived_at, DROP COLUMN silent_after, DROP COLUMN tags,
  DROP CONSTRAINT environments_type_check,
  ADD CONSTRAINT environments_type_check CHECK (type IN
    ('K8S', 'ECS', 'S3', 'lambda', 'server', 'docker', 'azure-apps', 'cloud-run'));
ALTER TABLE organizations DROP COLUMN creates_environments;
