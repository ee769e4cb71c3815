package model

import (
	"encoding/base32"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"
)

// ID is the id of a node in the API: what kind of thing it is, an underscore,
// and the natural key of the thing in base32, such as `flow_mnqwm…`. People see
// in a log what it is; clients treat it as opaque.
type ID string

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID makes the id of a thing of a kind with a natural key.
func NewID(kind string, key ...string) ID {
	return ID(kind + "_" + idEncoding.EncodeToString([]byte(strings.Join(key, "\x00"))))
}

// Parse returns the kind and the parts of the natural key. It returns KindInvalid
// for what NewID cannot have made of text.
func (id ID) Parse() (kind string, key []string, err error) {
	kind, encoded, found := strings.Cut(string(id), "_")
	raw, decodeErr := idEncoding.DecodeString(encoded)
	if !found || kind == "" || decodeErr != nil || len(raw) == 0 || !utf8.Valid(raw) {
		return "", nil, Invalid("id", "%q is not an id of this API", string(id))
	}
	return kind, strings.Split(string(raw), "\x00"), nil
}

// MarshalGQL writes the id as a GraphQL string.
func (id ID) MarshalGQL(w io.Writer) { writeQuoted(w, string(id)) }

// UnmarshalGQL reads an id from a GraphQL string.
func (id *ID) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return Invalid("id", "an id is a string, not %T", v)
	}
	if _, _, err := ID(s).Parse(); err != nil {
		return err
	}
	*id = ID(s)
	return nil
}

// writeQuoted writes a string that is known to hold nothing but printable
// ASCII. Other strings go through gqlgen's own marshaler.
func writeQuoted(w io.Writer, s string) {
	quoted, _ := json.Marshal(s) // which a string always has; %q is Go's, and not all of it is JSON
	_, _ = w.Write(quoted)
}

func unmarshalString(v any, what string) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", Invalid("", "%s is a string, not %T", what, v)
	}
	return s, nil
}
