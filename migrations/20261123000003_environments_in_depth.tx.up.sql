-- Environments can be put away, be renamed, carry tags, and be unions of others.

ALTER TABLE organizations ADD COLUMN creates_environments boolean NOT NULL DEFAULT false;

-- created_as is the name that it had first, which its id in the API is made of. An
-- agent that is not heard for silent_after seconds has fallen silent; null is never.
ALTER TABLE environments
  ADD COLUMN created_as text COLLATE "C",
  ADD COLUMN archived_at timestamptz,
  ADD COLUMN silent_after int DEFAULT 900,
  ADD COLUMN tags jsonb NOT NULL DEFAULT '{}',
  ADD CONSTRAINT environments_silent_after_check CHECK (silent_after > 0),
  ADD CONSTRAINT environments_tags_check CHECK (jsonb_typeof(tags) = 'object'),
  DROP CONSTRAINT environments_type_check,
  ADD CONSTRAINT environments_type_check CHECK (type IN
    ('K8S', 'ECS', 'S3', 'lambda', 'server', 'docker', 'azure-apps', 'cloud-run', 'logical'));
UPDATE environments SET created_as = name;
ALTER TABLE environments ALTER COLUMN created_as SET NOT NULL;

-- All names that environments have and had: a former one leads to its environment
-- for ever, so no name is given twice.
CREATE TABLE environment_names (
  organization_id int NOT NULL,
  name            text COLLATE "C" NOT NULL,
  environment_id  int NOT NULL,
  CONSTRAINT environment_names_pkey PRIMARY KEY (organization_id, name),
  CONSTRAINT environment_names_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments
);
INSERT INTO environment_names SELECT organization_id, name, id FROM environments;
ALTER TABLE environments
  ADD CONSTRAINT environments_name_fkey FOREIGN KEY (organization_id, name) REFERENCES environment_names DEFERRABLE INITIALLY DEFERRED;

-- What an environment was a union of, and when.
CREATE TABLE environment_members (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  member_id       int NOT NULL,
  joined_at       timestamptz NOT NULL,
  left_at         timestamptz,
  CONSTRAINT environment_members_pkey PRIMARY KEY (organization_id, environment_id, member_id, joined_at),
  CONSTRAINT environment_members_self_check CHECK (environment_id <> member_id),
  CONSTRAINT environment_members_left_check CHECK (left_at >= joined_at),
  CONSTRAINT environment_members_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments,
  CONSTRAINT environment_members_member_fkey FOREIGN KEY (organization_id, member_id) REFERENCES environments
);
CREATE UNIQUE INDEX environment_members_current_key ON environment_members (organization_id, environment_id, member_id) WHERE left_at IS NULL;

-- What a report must know of its environment is in the row that it locks: a
-- statement that waited for the row sees it as it is then, and nothing else so.
-- closed takes no reports; judged is for what has expectations to meet, or is part
-- of what has. unions are the environments it is a member of. members and numbers
-- are, for a union, the newest snapshot of each member; 0 where there is none.
ALTER TABLE environment_heads
  ADD COLUMN replicas int NOT NULL DEFAULT 0,
  ADD COLUMN closed boolean NOT NULL DEFAULT false,
  ADD COLUMN judged boolean NOT NULL DEFAULT false,
  ADD COLUMN unions int[] NOT NULL DEFAULT '{}',
  ADD COLUMN members int[] NOT NULL DEFAULT '{}',
  ADD COLUMN numbers int[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT environment_heads_members_check CHECK (cardinality(members) = cardinality(numbers)),
  ADD CONSTRAINT environment_heads_union_check CHECK (members = '{}' OR unions = '{}');
UPDATE environment_heads h SET replicas = s.replicas
FROM snapshots s
WHERE s.organization_id = h.organization_id AND s.environment_id = h.environment_id AND s.number = h.number;

-- A snapshot of a union is the snapshots of its members: nothing that runs is
-- stored twice.
ALTER TABLE snapshots
  ADD COLUMN members int[],
  ADD COLUMN numbers int[],
  ADD CONSTRAINT snapshots_members_check CHECK (cardinality(members) = cardinality(numbers));
