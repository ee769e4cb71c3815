package api

import (
	"context"
	"fmt"
	"time"
)

// Artifact is something built, in one flow.
type Artifact struct {
	Ref         string    `graphql:"ref"` // how to say it exactly
	Fingerprint string    `graphql:"fingerprint"`
	Name        string    `graphql:"name"`
	Flow        Named     `graphql:"flow"`
	CommitSHA   *string   `graphql:"commitSha"` // nil if not known
	CommitURL   *string   `graphql:"commitUrl"`
	BuildURL    *string   `graphql:"buildUrl"`
	CreatedAt   time.Time `graphql:"createdAt"`
	State       string    `graphql:"state"` // COMPLIANT, NON_COMPLIANT or INCOMPLETE
}

// Requirement is one thing that a flow asks for, and whether it is there.
type Requirement struct {
	Name  string `graphql:"name"`
	State string `graphql:"state"` // MET, FAILED or MISSING
}

// ArtifactStory is an artifact with all that is known of it.
type ArtifactStory struct {
	Artifact
	Requirements    []Requirement
	AmbiguousCommit *Ambiguity // if the tag of its name fits several commits
	History         []Event    // the whole of it, oldest first
}

// AmbiguousError says that a reference to an artifact fits several.
type AmbiguousError struct {
	Ambiguity
	Candidates []Artifact
}

// Error returns what it fits, and how to say it exactly.
func (e *AmbiguousError) Error() string { return e.Summary }

// Unwrap gives the error its code.
func (e *AmbiguousError) Unwrap() error {
	return &Error{Code: CodeAmbiguous, Message: e.Summary}
}

// artifactStory is what is asked for about one artifact.
type artifactStory struct {
	Artifact
	Requirements    []Requirement `graphql:"requirements"`
	AmbiguousCommit *Ambiguity    `graphql:"ambiguousCommit"`
	History         page[event]   `graphql:"history(first: $first, after: $after)"`
}

// Artifacts lists the artifacts of a flow, or of all flows if it is empty, the
// newest first: at most limit of them, or all if it is 0.
func (c *Client) Artifacts(ctx context.Context, flow string, limit int) (List[Artifact], error) {
	if flow == "" {
		return follow(ctx, c, limit, func(first int, after *Cursor) (page[Artifact], error) {
			var q struct {
				Organization struct {
					Artifacts page[Artifact] `graphql:"artifacts(first: $first, after: $after)"`
				} `graphql:"organization(name: $organization)"`
			}
			err := c.query(ctx, "Artifacts", &q, variables{
				"organization": c.organization, "first": first, "after": after,
			})
			return q.Organization.Artifacts, err
		})
	}
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Artifact], error) {
		var q struct {
			Organization struct {
				Flow struct {
					Artifacts page[Artifact] `graphql:"artifacts(first: $first, after: $after)"`
				} `graphql:"flow(name: $flow)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "ArtifactsOfFlow", &q, variables{
			"organization": c.organization, "flow": flow, "first": first, "after": after,
		})
		return q.Organization.Flow.Artifacts, err
	})
}

// Artifact returns one artifact with its whole history. It returns an
// *AmbiguousError if the reference fits several.
func (c *Client) Artifact(ctx context.Context, ref string) (*ArtifactStory, error) {
	found, err := c.artifact(ctx, ref, maxPage, nil)
	if err != nil {
		return nil, err
	}
	history, err := followFrom(ctx, c, found.History, 0, func(first int, after *Cursor) (page[event], error) {
		// The exact reference: what was typed may fit another artifact by now.
		next, err := c.artifact(ctx, found.Ref, first, after)
		if err != nil {
			return page[event]{}, err
		}
		return next.History, nil
	})
	if err != nil {
		return nil, err
	}
	return &ArtifactStory{
		Artifact: found.Artifact, Requirements: found.Requirements,
		AmbiguousCommit: found.AmbiguousCommit, History: eventsOf(history.Items),
	}, nil
}

func (c *Client) artifact(ctx context.Context, ref string, first int, after *Cursor) (*artifactStory, error) {
	var q struct {
		Organization struct {
			Artifact struct {
				Type     string        `graphql:"__typename"`
				Artifact artifactStory `graphql:"... on Artifact"`
				Several  struct {
					Ambiguity
					Candidates []Artifact `graphql:"candidates"`
				} `graphql:"... on AmbiguousArtifact"`
			} `graphql:"artifact(ref: $ref)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Artifact", &q, variables{
		"organization": c.organization, "ref": ArtifactRef(ref), "first": first, "after": after,
	})
	if err != nil {
		return nil, err
	}
	switch answer := &q.Organization.Artifact; answer.Type {
	case "Artifact":
		return &answer.Artifact, nil
	case "AmbiguousArtifact":
		return nil, &AmbiguousError{Ambiguity: answer.Several.Ambiguity, Candidates: answer.Several.Candidates}
	default:
		return nil, &Error{Code: CodeNotFound, Message: fmt.Sprintf("no artifact is %s", ref)}
	}
}

// ReportArtifactInput is something that was built.
type ReportArtifactInput struct {
	Organization string     `json:"organization"` // set by the client
	Flow         string     `json:"flow"`
	Fingerprint  string     `json:"fingerprint"`
	Digests      []string   `json:"digests,omitempty"` // others by which it is known: of the platforms of an image
	Name         string     `json:"name"`
	Commit       string     `json:"commit,omitempty"`
	Repository   string     `json:"repository,omitempty"`
	BuildURL     string     `json:"buildUrl,omitempty"`
	At           *time.Time `json:"at,omitempty"` // now if nil
}

// ReportArtifact says that something was built, and reports whether that is new.
func (c *Client) ReportArtifact(ctx context.Context, in ReportArtifactInput) (Artifact, bool, error) {
	var m struct {
		ReportArtifact struct {
			Artifact Artifact `graphql:"artifact"`
			Created  bool     `graphql:"created"`
		} `graphql:"reportArtifact(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "ReportArtifact", &m, variables{"input": in})
	return m.ReportArtifact.Artifact, m.ReportArtifact.Created, err
}
