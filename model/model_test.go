package model_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

// wantInvalid fails the test unless err is of KindInvalid and about a field.
func wantInvalid(t testing.TB, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*model.Error](err)
	if !ok || e.Kind != model.KindInvalid {
		t.Fatalf("got error %v, want one of KindInvalid", err)
	}
	if e.Field != field {
		t.Errorf("error %q is about field %q, want %q", e.Message, e.Field, field)
	}
}

// fingerprint is a fingerprint that a word stands for.
func fingerprint(word string) model.Fingerprint {
	sum := sha256.Sum256([]byte(word))
	return model.FingerprintOf(sum[:])
}

// sha is a commit's SHA that begins with a prefix.
func sha(prefix string) model.CommitSHA {
	sum := sha256.Sum256([]byte(prefix))
	return model.CommitSHA(prefix + hex.EncodeToString(sum[:])[:40-len(prefix)])
}

// throughGraphQL writes a value as GraphQL does and returns the string that a
// client would read.
func throughGraphQL(t rapid.TB, v interface{ MarshalGQL(io.Writer) }) string {
	t.Helper()
	var written bytes.Buffer
	v.MarshalGQL(&written)
	var s string
	if err := json.Unmarshal(written.Bytes(), &s); err != nil {
		t.Fatalf("MarshalGQL of %v wrote %s, which is no JSON string: %v", v, written.Bytes(), err)
	}
	return s
}

func ptr[T any](v T) *T { return &v }

// numbered returns n words.
func numbered(word string, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprint(word, i)
	}
	return words
}
