package cli

import (
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// nameOf is the name of a thing in JSON; null if there is none.
func nameOf(thing *api.Named) *string {
	if thing == nil {
		return nil
	}
	return &thing.Name
}

// known is a text in JSON; null if it is empty.
func known(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// utc is a time in JSON; null if there is none.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// listOf is a list in JSON, which is never null.
func listOf[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// documents makes a list of documents, which is never null.
func documents[T, D any](items []T, document func(T) D) []D {
	list := make([]D, len(items))
	for i, item := range items {
		list[i] = document(item)
	}
	return list
}

// maybe makes a document of what may not be there.
func maybe[T, D any](item *T, document func(T) D) *D {
	if item == nil {
		return nil
	}
	return new(document(*item))
}

// deref is the text behind a pointer; empty if there is none.
func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// timeOf is the time behind a pointer; the zero time if there is none.
func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// orUnknown is a text in a table.
func orUnknown(text string) string {
	if text == "" {
		return term.Unknown
	}
	return text
}
