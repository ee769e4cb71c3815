DROP TABLE builds;
DROP TABLE commits;
DROP TABLE repositories;
