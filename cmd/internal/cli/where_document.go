package cli

import (
	"cmp"
	"strconv"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// rowsOfWhere has a line for each flow and environment.
func rowsOfWhere(io *term.IO, answers []api.Whereabouts) [][]string {
	rows := make([][]string, len(answers))
	for i, w := range answers {
		snapshot, runs, replicas := "", "", "0"
		if w.Snapshot != nil {
			snapshot = w.Snapshot.Ref
		}
		if w.Running != nil {
			runs, replicas = versionOf(w), strconv.Itoa(w.Running.Replicas)
		}
		rows[i] = []string{
			orUnknown(deref(nameOf(w.Flow))), w.Environment.Name, w.State, orUnknown(snapshot), orUnknown(runs), replicas,
			io.Time(timeOf(w.Since)), io.Time(timeOf(w.FirstAt)), io.Time(timeOf(w.GoneAt)),
			number(cmp.Or(w.CommitsLater, w.CommitsBehind)), orUnknown(w.Progress + w.Reason), w.Summary,
		}
	}
	return rows
}

// number is a number in a line of tabs.
func number(n *int) string {
	if n == nil {
		return term.Unknown
	}
	return strconv.Itoa(*n)
}

// whereDocument is a commit and where it is, in JSON.
type whereDocument struct {
	commitDocument
	CherryPicks []commitDocument      `json:"cherryPicks"`
	Whereabouts []whereaboutsDocument `json:"whereabouts"`
}

// whereaboutsDocument is where a commit is, by one flow, with respect to one
// environment, in JSON. What its state does not have is null.
type whereaboutsDocument struct {
	Flow        *string          `json:"flow"`
	Environment string           `json:"environment"`
	State       string           `json:"state"`
	At          time.Time        `json:"at"`
	Summary     string           `json:"summary"`
	Became      *commitDocument  `json:"became"`
	Snapshot    *string          `json:"snapshot"`
	Running     *runningDocument `json:"running"`
	CherryPick  *commitDocument  `json:"cherryPick"`

	Since         *time.Time         `json:"since"`
	FirstAt       *time.Time         `json:"firstAt"`
	GoneAt        *time.Time         `json:"goneAt"`
	CommitsLater  *int               `json:"commitsLater"`
	CommitsBehind *int               `json:"commitsBehind"`
	Progress      *string            `json:"progress"`
	Carrier       *string            `json:"carrier"`
	Build         *buildDocument     `json:"build"`
	Deployment    *announcedDocument `json:"deployment"`
	Last          *string            `json:"last"`
	RolledBack    *bool              `json:"rolledBack"`
	Reason        *string            `json:"reason"`
	Remedy        *string            `json:"remedy"`
}

// announcedDocument is a deployment that was announced, in JSON.
type announcedDocument struct {
	Number    int       `json:"number"`
	CreatedAt time.Time `json:"createdAt"`
	URL       *string   `json:"url"`
}

func documentOfWhere(where *api.CommitWhereabouts) whereDocument {
	return whereDocument{
		commitDocument: documentOfCommit(where.CommitLine), CherryPicks: documents(where.CherryPicks, documentOfCommit),
		Whereabouts: documents(where.Whereabouts, documentOfWhereabouts),
	}
}

func documentOfWhereabouts(w api.Whereabouts) whereaboutsDocument {
	d := whereaboutsDocument{
		Flow: nameOf(w.Flow), Environment: w.Environment.Name, State: w.State, At: w.At.UTC(), Summary: w.Summary,
		Became: maybe(w.Became, documentOfCommit), Running: maybe(w.Running, documentOfRunning), CherryPick: maybe(w.CherryPick, documentOfCommit),
		Since: utc(w.Since), FirstAt: utc(w.FirstAt), GoneAt: utc(w.GoneAt),
		CommitsLater: w.CommitsLater, CommitsBehind: w.CommitsBehind,
		Progress: known(w.Progress), Carrier: refOfLink(w.Carrier), Build: maybe(w.Build, documentOfBuild),
		Last: refOfLink(w.Last), Reason: known(w.Reason), Remedy: known(w.Remedy),
		Deployment: maybe(w.Announced, func(a api.Announced) announcedDocument {
			return announcedDocument{Number: a.Number, CreatedAt: a.CreatedAt.UTC(), URL: a.URL}
		}),
	}
	if w.Snapshot != nil {
		d.Snapshot = &w.Snapshot.Ref
	}
	if w.State == api.StateGone {
		d.RolledBack = &w.RolledBack
	}
	return d
}

// refOfLink is the exact reference to an artifact; null if there is none.
func refOfLink(a *api.ArtifactLink) *string {
	if a == nil {
		return nil
	}
	return &a.Ref
}
