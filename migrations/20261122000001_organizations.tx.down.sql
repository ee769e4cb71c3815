DROP TABLE webhooks;
DROP TABLE tokens;
DROP TABLE organizations;
