package model

import (
	"maps"
	"slices"
)

// Bounds of the tags that a thing has.
const (
	MaxTags     = 50
	maxTagValue = 200
)

// Tag is a label of an environment or of a flow: a key with a value.
type Tag struct {
	Key   string
	Value string
}

// TagInput is a tag as it is given.
type TagInput = Tag

// SortedTags puts tags into the order of their keys. Of two with one key the last
// counts.
func SortedTags(tags []*Tag) []*Tag {
	last := make(map[string]*Tag, len(tags))
	for _, t := range tags {
		last[t.Key] = t
	}
	sorted := make([]*Tag, 0, len(last))
	for _, key := range slices.Sorted(maps.Keys(last)) {
		sorted = append(sorted, last[key])
	}
	return sorted
}

// tagsSay reports whether tags are those that something is to be created with. Who gives
// none says nothing of them: a pipeline goes on creating what people have tagged since.
func tagsSay(tags, given []*Tag) bool {
	return len(given) == 0 || slices.EqualFunc(SortedTags(given), tags, func(a, b *Tag) bool { return *a == *b })
}

// validateTags checks tags of what is called so, such as `a flow`.
func validateTags(field, what string, tags []*Tag) error {
	if len(tags) > MaxTags {
		return Invalid(field, "%d tags were given, and %s has at most %d", len(tags), what, MaxTags)
	}
	for _, t := range tags {
		if err := validateTagKey(field, t.Key); err != nil {
			return err
		}
		if err := ValidateText(field, t.Value, 0, maxTagValue); err != nil {
			return err
		}
	}
	return nil
}

func validateTagKey(field, key string) error {
	if !namePattern.MatchString(key) {
		return Invalid(field, "%q cannot be the key of a tag: use up to 128 letters, digits, '.', '-', '_' and '~', beginning with a letter or digit", clip(key, 60))
	}
	return nil
}

// tagChange says what is to become of the tags of a thing: either all, unless nil, or
// which to set and to remove.
type tagChange struct {
	all, set []*Tag
	remove   []string
}

// validate checks a change of what is called so, such as `a flow`.
func (c tagChange) validate(what string) error {
	if c.all != nil && len(c.set)+len(c.remove) > 0 {
		return Invalid("tags", "say either all tags, or which to set and to remove")
	}
	if err := validateTags("tags", what, c.all); err != nil {
		return err
	}
	if err := validateTags("setTags", what, c.set); err != nil {
		return err
	}
	if len(c.remove) > MaxTags {
		return Invalid("removeTags", "%d tags were given, and %s has at most %d", len(c.remove), what, MaxTags)
	}
	for _, key := range c.remove {
		if err := validateTagKey("removeTags", key); err != nil {
			return err
		}
	}
	return nil
}

// after are the tags of a thing with a name, such as `flow "runner"`, that had some.
func (c tagChange) after(thing string, had []*Tag) ([]*Tag, error) {
	if c.all != nil {
		return SortedTags(c.all), nil
	}
	tags := SortedTags(slices.Concat(had, c.set))
	tags = slices.DeleteFunc(tags, func(t *Tag) bool { return slices.Contains(c.remove, t.Key) })
	if len(tags) > MaxTags {
		return nil, Invalid("setTags", "%s would have %d tags, and at most %d are kept", thing, len(tags), MaxTags)
	}
	return tags, nil
}
