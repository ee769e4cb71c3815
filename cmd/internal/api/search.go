package api

import "context"

// SearchKind is a kind of thing that can be found.
type SearchKind string

// SearchKinds are the kinds of things that can be found.
var SearchKinds = []string{"FLOW", "ENVIRONMENT", "REPOSITORY", "ARTIFACT", "COMMIT", "PULL_REQUEST", "RUNNING_ARTIFACT"}

// Match is one thing that fits a search.
type Match struct {
	Kind      string `graphql:"kind"`      // one of SearchKinds
	MatchedBy string `graphql:"matchedBy"` // as in FINGERPRINT
	Matched   string `graphql:"matched"`   // the whole of what fits
	Summary   string `graphql:"summary"`   // one line for people
	Target    struct {
		Artifact struct {
			Ref string `graphql:"ref"`
		} `graphql:"... on Artifact"`
		Commit struct {
			SHA        string `graphql:"sha"`
			Repository Named  `graphql:"repository"`
		} `graphql:"... on Commit"`
		Environment struct {
			Name string `graphql:"name"`
		} `graphql:"... on Environment"`
		Flow struct {
			Name string `graphql:"name"`
		} `graphql:"... on Flow"`
		PullRequest struct {
			Number     int   `graphql:"number"`
			Repository Named `graphql:"repository"`
		} `graphql:"... on PullRequest"`
		Repository struct {
			Name string `graphql:"name"`
		} `graphql:"... on Repository"`
		RunningArtifact struct {
			Snapshot struct {
				Ref string `graphql:"ref"`
			} `graphql:"snapshot"`
		} `graphql:"... on RunningArtifact"`
	} `graphql:"target"`
}

// Search lists what fits a text, the best first: at most limit of it, or all if it is
// 0. kinds may be empty, for all of them.
func (c *Client) Search(ctx context.Context, text string, kinds []string, limit int) (List[Match], error) {
	var only *[]SearchKind
	if len(kinds) > 0 {
		only = new([]SearchKind)
		for _, k := range kinds {
			*only = append(*only, SearchKind(k))
		}
	}
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Match], error) {
		var q struct {
			Organization struct {
				Search page[Match] `graphql:"search(text: $text, kinds: $kinds, first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Search", &q, variables{
			"organization": c.organization, "text": text, "kinds": only, "first": first, "after": after,
		})
		return q.Organization.Search, err
	})
}
