-- What an image is called without its registry and its digest, and its tag, as they are
-- searched for: in lower case, and not longer than an index takes.
CREATE FUNCTION image_of(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(lower(regexp_replace(split_part(name, '@', 1), '^.*/', '')), 200) COLLATE "C";
CREATE FUNCTION tag_of(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substring(image_of(name) FROM ':(.+)$') COLLATE "C";

CREATE INDEX artifact_claims_image_idx ON artifact_claims (organization_id, image_of(name), artifact_id);
CREATE INDEX artifact_claims_tag_idx ON artifact_claims (organization_id, tag_of(name), artifact_id) WHERE tag_of(name) IS NOT NULL;
