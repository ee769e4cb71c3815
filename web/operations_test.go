package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/vektah/gqlparser/v2"

	"github.com/landfall-dev/landfall/web"
)

// What the dashboard asks is found by its hash, and can be asked.
func TestOperations(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for hash, document := range web.Operations() {
		sum := sha256.Sum256([]byte(document))
		if hash != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is not the hash of %s", hash, document)
		}
		if _, errs := gqlparser.LoadQueryWithRules(s, document, nil); len(errs) > 0 {
			t.Errorf("%s: %v", document, errs)
		}
	}
}
