-- The runs that contain a number are found by b-tree, at a cost that grows with the
-- answer and with the logarithm of the history: an interval tree in a column. Where
-- the numbers since and till - 1 differ first, in binary, a run has its node: the
-- number that they have up to there, with a one and zeros after it. It lies within
-- the run. So a number n can only be in runs whose node is n itself or one of the
-- numbers that n leads to in this way, one for each of its digits. Runs that are open
-- have the node 0, which no number has.
-- See Kriegel, Pötke and Seidl: Managing intervals efficiently in object-relational
-- databases, VLDB 2000.
CREATE FUNCTION run_node(since int, till int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN till IS NULL THEN 0
  ELSE ((till - 1) >> greatest(length(ltrim((since # (till - 1))::bit(32)::text, '0')) - 1, 0))
    << greatest(length(ltrim((since # (till - 1))::bit(32)::text, '0')) - 1, 0) END;
ALTER TABLE runs ADD COLUMN node int GENERATED ALWAYS AS (run_node(since, till)) STORED;
CREATE INDEX runs_node_idx ON runs (organization_id, environment_id, node, since, till);
