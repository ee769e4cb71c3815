DROP TABLE breaches;
DROP TABLE expectations;
