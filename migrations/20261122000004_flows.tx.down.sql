DROP TABLE deployments;
DROP TABLE attestations;
DROP TABLE artifacts;
DROP TABLE flows;
