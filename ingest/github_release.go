package ingest

import (
	"time"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// readGitHubRelease reads a release as it was after whatever happened to it.
func readGitHubRelease(p *github.ReleasePayload, body []byte) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	var more struct {
		Release struct {
			UpdatedAt time.Time `json:"updated_at"` // which not every server sends
		} `json:"release"`
	}
	if err := beside(model.ForgeGitHub, "release", body, &more); err != nil {
		return nil, err
	}
	r := p.Release
	release := &model.Release{Key: r.ID, Tag: r.TagName, URL: r.HTMLURL, State: releaseState(p.Action == "deleted", r.Draft)}
	if r.Name != nil {
		release.Name = model.CleanText(*r.Name, 500)
	}
	if release.State != model.ReleaseDraft {
		release.PublishedAt = orNil(r.PublishedAt)
	}
	if err := finishRelease(release, more.Release.UpdatedAt, r.PublishedAt, r.CreatedAt); err != nil {
		return nil, err
	}
	f.Release = release
	return f, nil
}

// releaseState is the state of a release: one that was deleted may have been a
// draft.
func releaseState(deleted, draft bool) model.ReleaseState {
	switch {
	case deleted:
		return model.ReleaseDeleted
	case draft:
		return model.ReleaseDraft
	}
	return model.ReleasePublished
}

// finishRelease checks a release, and sets when it was updated: the first of some
// times that was told.
func finishRelease(r *model.Release, updated ...time.Time) error {
	if err := checkID("release", r.Key); err != nil {
		return err
	}
	if err := model.ValidateText("tag_name", r.Tag, 1, 500); err != nil {
		return err
	}
	if err := model.ValidateURL("html_url", r.URL); err != nil {
		return err
	}
	for _, at := range updated {
		if moment := orNil(at); moment != nil {
			r.UpdatedAt = *moment
			return nil
		}
	}
	return model.Invalid("created_at", "the release does not tell when it was made")
}
