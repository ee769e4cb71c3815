package db

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// Reasons that begin so go away when a flow is made: see retryIgnored.
const noFlow = "no flow"

// applyFacts applies what one delivery says, and says what was made of it. What is
// about a flow, such as a build, needs one; what is about git does not.
func (db *DB) applyFacts(ctx context.Context, tx bun.Tx, org *model.Organization, said *model.Facts, now time.Time) (outcome, error) {
	if said.Ignored != "" {
		return outcome{state: model.DeliveryIgnored, reason: said.Ignored}, nil
	}
	if said.Repository.Name == "" {
		if said.Image != nil {
			return applyImage(ctx, tx, org, nil, said.Image, now)
		}
		return outcome{state: model.DeliveryIgnored, reason: "it is about no repository"}, nil
	}
	repository, why, err := tellRepository(ctx, tx, org, said.Repository, now)
	if err != nil || why != "" {
		return outcome{state: model.DeliveryIgnored, reason: why}, err
	}
	if said.OfFlow() {
		followed, err := isFollowed(ctx, tx, org, repository)
		if err != nil || !followed {
			return outcome{state: model.DeliveryIgnored, reason: noFlow + " follows " + repository.Name}, err
		}
	}
	var rows facts
	rows.add(org, repository.Key, said)
	if err := rows.write(ctx, db, tx); err != nil {
		return outcome{}, err
	}
	if err := writeForgeFacts(ctx, tx, org, repository.Key, said); err != nil {
		return outcome{}, err
	}
	if said.Deployment != nil {
		return applyForgeDeployment(ctx, tx, org, repository, said.Deployment, now)
	}
	if said.Image != nil {
		return applyImage(ctx, tx, org, repository, said.Image, now)
	}
	return outcome{state: model.DeliveryApplied, reason: said.Note}, nil
}

// isFollowed reports whether a flow follows a repository. If none does, nobody can
// make one until the end of the transaction: whoever does, finds the delivery that
// was ignored for it.
func isFollowed(ctx context.Context, idb bun.IDB, org *model.Organization, repository *model.Repository) (bool, error) {
	flows, err := followers(ctx, idb, org, repository)
	if err != nil || len(flows) > 0 {
		return len(flows) > 0, err
	}
	if err := lockRepository(ctx, idb, org, repository.Key, "SHARE"); err != nil {
		return false, err
	}
	flows, err = followers(ctx, idb, org, repository)
	return len(flows) > 0, err
}

// lockRepository locks a repository's row until the end of the transaction.
func lockRepository(ctx context.Context, idb bun.IDB, org *model.Organization, repository int, strength bun.Safe) error {
	_, err := idb.NewRaw(`SELECT FROM repositories WHERE organization_id = ? AND id = ? FOR ?`, org.Key, repository, strength).Exec(ctx)
	return wrap(err, "repository")
}

// lockOrganization locks an organization's row until the end of the transaction.
func lockOrganization(ctx context.Context, idb bun.IDB, org *model.Organization, strength bun.Safe) error {
	_, err := idb.NewRaw(`SELECT FROM organizations WHERE id = ? FOR ?`, org.Key, strength).Exec(ctx)
	return wrap(err, "organization")
}

// follower is a flow that follows a repository.
type follower struct {
	ID   int
	Name string
}

func followers(ctx context.Context, idb bun.IDB, org *model.Organization, repository *model.Repository) ([]follower, error) {
	var flows []follower
	err := idb.NewRaw(`SELECT id, name FROM flows WHERE organization_id = ? AND repository_id = ? ORDER BY name`, org.Key, repository.Key).Scan(ctx, &flows)
	return flows, wrap(err, "flows")
}

// retryIgnored lets deliveries wait that were ignored because there was no flow.
// The repository's row has to be locked against isFollowed.
func retryIgnored(ctx context.Context, idb bun.IDB, org *model.Organization, flow string, repository *model.Repository, now time.Time) error {
	name := ""
	if repository != nil {
		name = repository.Name
	}
	wroteDeliveries(ctx, org.Key)
	_, err := idb.NewRaw(`
		UPDATE deliveries SET state = 'waiting', due_at = ?, attempts = 0, changed = pg_current_xact_id()
		WHERE organization_id = ? AND state = 'ignored'
		  AND ((repository = ? AND starts_with(reason, ?)) OR (repository IS NULL AND reason = ?))`,
		now, org.Key, name, noFlow+" ", noFlowCalled(flow)).Exec(ctx)
	return wrap(err, "deliveries")
}

func noFlowCalled(name string) string { return noFlow + " is called " + name }

// applyImage makes an image that was pushed an artifact of the flow that it
// belongs to: the one that follows its repository, or of several the one that has
// its name.
func applyImage(ctx context.Context, tx bun.Tx, org *model.Organization, repository *model.Repository, image *model.Image, now time.Time) (outcome, error) {
	flow, why, err := flowOfImage(ctx, tx, org, repository, image)
	if err != nil || why != "" {
		return outcome{state: model.DeliveryIgnored, reason: why}, err
	}
	in := model.ReportArtifactInput{Flow: flow.Name, Fingerprint: image.Fingerprint, Name: image.NameWithTag(), At: &image.At}
	if err := in.Validate(); err != nil {
		return outcome{}, err
	}
	c := claim{flow: flow.ID, fingerprint: image.Fingerprint, name: in.Name, commitRef: image.CommitRef, at: image.At}
	if c.commitRef == "" {
		c.commitRef = model.CommitPrefixOfName(in.Name)
	}
	if repository != nil {
		c.repository = &repository.Key
	}
	if _, err := claimArtifact(ctx, tx, org, c, now); err != nil {
		return outcome{}, err
	}
	return outcome{state: model.DeliveryApplied}, nil
}

// flowOfImage is the flow that an image belongs to; why says why there is none.
func flowOfImage(ctx context.Context, idb bun.IDB, org *model.Organization, repository *model.Repository, image *model.Image) (flow follower, why string, err error) {
	name := path.Base(image.Name)
	if repository == nil { // Docker Hub knows images only
		var flows []follower
		err := idb.NewRaw(`SELECT id, name FROM flows WHERE organization_id = ? AND name = ?`, org.Key, name).Scan(ctx, &flows)
		if err != nil || len(flows) == 0 {
			return follower{}, noFlowCalled(name), wrap(err, "flow")
		}
		return flows[0], "", nil
	}
	flows, err := followers(ctx, idb, org, repository)
	if err != nil {
		return follower{}, "", err
	}
	if len(flows) == 1 {
		return flows[0], "", nil
	}
	var names []string
	for _, f := range flows {
		if f.Name == name {
			return f, "", nil
		}
		names = append(names, f.Name)
	}
	return follower{}, fmt.Sprintf("%s of %s is called %s, and %d follow it: %s", noFlow, repository.Name, name, len(flows), strings.Join(names, ", ")), nil
}
