package model

import "time"

// Facts are what a delivery says. Applying them is commutative, associative and
// idempotent: whatever the order in which deliveries arrive, and however often,
// the same is known in the end.
type Facts struct {
	Ignored string // why it is of no use; empty if it is to be applied
	Note    string // what people should know of it besides what it says

	Repository  Repository // only Forge, Name and URL; Name is empty if it is about none
	Commits     []*Commit  // without their parents, which no push tells
	RefMoves    []*RefMove
	Builds      []*Build
	Jobs        []*Job
	PullRequest *PullRequest
	Release     *Release
	Image       *Image
	Deployment  *ForgeDeployment
}

// OfFlow reports whether the facts are about what a flow does with commits, such
// as builds, and not about the repository alone.
func (f *Facts) OfFlow() bool {
	return len(f.Builds)+len(f.Jobs) > 0 || f.Image != nil || f.Deployment != nil
}

// RefMove says that a branch or a tag moved.
type RefMove struct {
	Ref    string // in full: refs/heads/main, refs/tags/v1
	Before string // SHA before; empty if it is new, or not told
	After  string // SHA after; empty if it was deleted, or not told
	Forced bool   // what it had before is not in its history any more
	At     time.Time
}

// Image is an image that was pushed to a registry.
type Image struct {
	Name        string      // without its tag: ghcr.io/cyber-dojo/runner
	Tag         string      // empty if it has none
	Fingerprint Fingerprint // of its manifest or index; empty if not told, and the registry has to be asked
	CommitRef   string      // SHA that its labels tell, or a prefix; empty if not told
	At          time.Time   // when it was made, which later pushes of other tags do not change
}

// NameWithTag is the image as people write it: ghcr.io/cyber-dojo/runner:16d9990.
func (i *Image) NameWithTag() string {
	if i.Tag == "" {
		return i.Name
	}
	return i.Name + ":" + i.Tag
}

// ForgeDeployment is a deployment of a commit that a forge tells of. It becomes a
// deployment of each artifact that was built from the commit.
type ForgeDeployment struct {
	ID          int64 // the forge's own
	Environment string
	CommitSHA   CommitSHA
	CreatedAt   time.Time
	URL         *string
	Status      *ForgeDeploymentStatus // nil if none was told
}

// ForgeDeploymentStatus is how a deployment ended, which becomes evidence. States
// on the way there are none.
type ForgeDeploymentStatus struct {
	ID          int64 // the forge's own
	Compliant   bool
	At          time.Time
	Description string
	URL         *string
}
