ALTER TABLE deliveries DROP COLUMN changed;
