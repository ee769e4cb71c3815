DROP TABLE runs;
DROP TABLE snapshots;
DROP TABLE environment_heads;
DROP TABLE environments;
