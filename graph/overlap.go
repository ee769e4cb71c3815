package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/landfall-dev/landfall/model"
)

// Validation compares every two fields that come to the same place of the answer,
// so a query that repeats a field costs the square of its length: 90,000 times
// the same one took minutes.
const (
	// harmlessQuery is how long a query may be without being looked at: repeated as
	// often as fits in it, a field costs some milliseconds.
	harmlessQuery = 2 << 10
	// maxOverlaps is how many comparisons a query may need: a tenth of a second.
	maxOverlaps = 1_000_000
	// maxWrittenOut is how many fields a query may have with its fragments written
	// out, one in another.
	maxWrittenOut = 200_000
)

// checkOverlaps refuses a query whose validation would take too long. What else is
// wrong with a query is not told here. It returns KindInvalid.
func checkOverlaps(query string) error {
	if len(query) <= harmlessQuery {
		return nil
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, maxTokens)
	if err != nil {
		return nil //nolint:nilerr // gqlgen parses it again, and tells the caller
	}
	c := &overlapCounter{fragments: map[string]*ast.FragmentDefinition{}}
	for _, fragment := range document.Fragments {
		c.fragments[fragment.Name] = fragment
	}
	for _, operation := range document.Operations {
		c.count([]ast.SelectionSet{operation.SelectionSet})
	}
	for _, fragment := range document.Fragments {
		c.count([]ast.SelectionSet{fragment.SelectionSet})
	}
	if c.tooMuch() {
		return model.Invalid("query", "the query asks for the same field too often: ask once, or use aliases")
	}
	return nil
}

// overlapCounter counts what validation would compare.
type overlapCounter struct {
	fragments map[string]*ast.FragmentDefinition
	overlaps  int // pairs of fields in one place
	written   int // fields and fragments, written out
}

func (c *overlapCounter) tooMuch() bool {
	return c.overlaps > maxOverlaps || c.written > maxWrittenOut
}

// count counts the fields that come to one place of the answer, and those below.
func (c *overlapCounter) count(selections []ast.SelectionSet) {
	below := map[string][]ast.SelectionSet{}
	for _, s := range selections {
		c.collect(s, below, map[string]bool{})
	}
	for _, same := range below {
		if c.overlaps += len(same) * len(same); c.tooMuch() {
			return
		}
		c.count(same)
	}
}

// collect puts the selections of each field, by the name under which it comes in
// the answer. Fragments that are within themselves are left to validation.
func (c *overlapCounter) collect(selections ast.SelectionSet, below map[string][]ast.SelectionSet, within map[string]bool) {
	for _, selection := range selections {
		if c.written++; c.tooMuch() {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			below[s.Alias] = append(below[s.Alias], s.SelectionSet)
		case *ast.InlineFragment:
			c.collect(s.SelectionSet, below, within)
		case *ast.FragmentSpread:
			if fragment := c.fragments[s.Name]; fragment != nil && !within[s.Name] {
				within[s.Name] = true
				c.collect(fragment.SelectionSet, below, within)
				delete(within, s.Name)
			}
		}
	}
}
