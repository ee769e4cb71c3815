-- The pull requests of one repository, newest first; the key finds a number in all.
CREATE INDEX pull_requests_repository_idx ON pull_requests (organization_id, repository_id, number);
