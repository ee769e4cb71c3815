DROP TABLE builds;
DROP TABLE commits;
DROP TABLE repositories;
DROP FUNCTION prefix_low(text);
DROP FUNCTION prefix_high(text);
