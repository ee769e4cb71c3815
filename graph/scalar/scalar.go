// Package scalar writes and reads the GraphQL scalars whose Go types are not
// ours. It stands apart from package graph, which generated code must not import.
package scalar

import (
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/landfall-dev/landfall/model"
)

// MarshalDateTime writes a moment in UTC with up to six fractional digits.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, strconv.Quote(t.UTC().Format("2006-01-02T15:04:05.999999Z07:00")))
	})
}

// UnmarshalDateTime reads a moment in RFC 3339 from the years 1970 to 9999, to
// the microsecond.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, model.Invalid("", "a time is a string, not %T", v)
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	t = t.UTC()
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, model.Invalid("", "%q is not a time: write it in RFC 3339, such as 2022-08-22T11:35:00+02:00", s)
	}
	return t.Truncate(time.Microsecond), nil
}

// MarshalURL writes a URL.
func MarshalURL(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalURL reads an absolute http or https URL.
func UnmarshalURL(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", model.Invalid("", "a URL is a string, not %T", v)
	}
	return s, model.ValidateURL("url", s)
}
