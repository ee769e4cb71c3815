DROP TABLE trusted_repositories, artifact_digests, artifact_claims, forge_deployment_statuses, forge_deployments,
  releases, pull_requests, ref_moves, jobs;
DELETE FROM builds WHERE system <> 'GITHUB_ACTIONS';
ALTER TABLE builds DROP CONSTRAINT builds_pkey, DROP COLUMN system, DROP COLUMN version;
ALTER TABLE builds ADD CONSTRAINT builds_pkey PRIMARY KEY (organization_id, repository_id, run_id, attempt);
ALTER TABLE flows DROP COLUMN paths;
ALTER TABLE commits DROP COLUMN paths;
ALTER TABLE repositories DROP COLUMN told;
