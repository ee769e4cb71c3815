DROP INDEX artifact_claims_tag_idx, artifact_claims_image_idx;
DROP FUNCTION tag_of(text);
DROP FUNCTION image_of(text);
