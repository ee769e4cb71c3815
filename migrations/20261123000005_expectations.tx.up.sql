-- What must hold in an environment. It is never changed, only taken away.
-- judge_at is when the clock alone may change the verdict, or at once after what is
-- known of the artifacts that run has changed.
CREATE TABLE expectations (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  id             int GENERATED ALWAYS AS IDENTITY,
  kind           text NOT NULL,
  flow_id        int,
  other_id       int,
  at_least       int,
  at_most        int,
  days           int,
  within_seconds int,
  except_names   text[] NOT NULL DEFAULT '{}',
  created_at     timestamptz NOT NULL,
  removed_at     timestamptz,
  judge_at       timestamptz,
  CONSTRAINT expectations_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT expectations_kind_check CHECK (CASE kind
    WHEN 'REPLICAS' THEN flow_id IS NOT NULL AND (at_least IS NOT NULL OR at_most IS NOT NULL)
    WHEN 'PROVENANCE' THEN true
    WHEN 'MAX_AGE' THEN days IS NOT NULL
    WHEN 'SAME_AS' THEN other_id IS NOT NULL AND within_seconds IS NOT NULL
    ELSE false END),
  CONSTRAINT expectations_bounds_check CHECK (coalesce(at_least, 0) BETWEEN 0 AND coalesce(at_most, 2147483647)),
  CONSTRAINT expectations_days_check CHECK (days > 0),
  CONSTRAINT expectations_within_check CHECK (within_seconds >= 0),
  CONSTRAINT expectations_environment_fkey FOREIGN KEY (organization_id, environment_id) REFERENCES environments,
  CONSTRAINT expectations_other_fkey FOREIGN KEY (organization_id, other_id) REFERENCES environments,
  CONSTRAINT expectations_flow_fkey FOREIGN KEY (organization_id, flow_id) REFERENCES flows
);
CREATE UNIQUE INDEX expectations_key ON expectations
  (organization_id, environment_id, kind, coalesce(flow_id, 0), coalesce(other_id, 0), coalesce(at_least, -1), coalesce(at_most, -1),
   coalesce(days, 0), coalesce(within_seconds, -1), except_names) WHERE removed_at IS NULL;
CREATE INDEX expectations_other_idx ON expectations (organization_id, other_id) WHERE removed_at IS NULL AND other_id IS NOT NULL;
CREATE INDEX expectations_judge_idx ON expectations (judge_at) WHERE removed_at IS NULL AND judge_at IS NOT NULL;

-- When an expectation was not met: from the first snapshot that shows it up to the
-- first that does not. found is what was found last, in the words of its kind: how
-- many replicas, or how many artifacts that should not be so.
CREATE TABLE breaches (
  organization_id int NOT NULL,
  environment_id  int NOT NULL,
  expectation_id  int NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  started_at     timestamptz NOT NULL,
  started_number int NOT NULL,
  found          int NOT NULL,
  ended_at       timestamptz,
  ended_number   int,
  CONSTRAINT breaches_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT breaches_ended_check CHECK (ended_at >= started_at),
  CONSTRAINT breaches_expectation_fkey FOREIGN KEY (organization_id, expectation_id) REFERENCES expectations,
  CONSTRAINT breaches_started_fkey FOREIGN KEY (organization_id, environment_id, started_number) REFERENCES snapshots,
  CONSTRAINT breaches_ended_fkey FOREIGN KEY (organization_id, environment_id, ended_number) REFERENCES snapshots
);
CREATE UNIQUE INDEX breaches_open_key ON breaches (organization_id, expectation_id) WHERE ended_at IS NULL;
CREATE INDEX breaches_environment_idx ON breaches (organization_id, environment_id, started_at, id);
CREATE INDEX breaches_organization_idx ON breaches (organization_id, started_at, id);
