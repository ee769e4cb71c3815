DROP INDEX runs_node_idx;
ALTER TABLE runs DROP COLUMN node;
DROP FUNCTION run_node(int, int);
