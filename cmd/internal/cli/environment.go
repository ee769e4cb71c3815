package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// environmentDocument is an environment in JSON.
type environmentDocument struct {
	Name               string        `json:"name"`
	Type               string        `json:"type"`
	Description        string        `json:"description"`
	Tags               []tagDocument `json:"tags"`
	CreatedAt          time.Time     `json:"createdAt"`
	ArchivedAt         *time.Time    `json:"archivedAt"`
	LastReportedAt     *time.Time    `json:"lastReportedAt"`
	Reporting          string        `json:"reporting"`
	SilentAfterSeconds *int          `json:"silentAfterSeconds"`
	SilentSince        *time.Time    `json:"silentSince"`
	Snapshot           *string       `json:"snapshot"`
}

// tagDocument is a tag in JSON.
type tagDocument struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func documentOfEnvironment(e api.Environment) environmentDocument {
	return environmentDocument{
		Name: e.Name, Type: e.Type, Description: e.Description, CreatedAt: e.CreatedAt.UTC(), ArchivedAt: utc(e.ArchivedAt),
		Tags:           documentsOfTags(e.Tags),
		LastReportedAt: utc(lastReported(e)), Reporting: e.Reporting.State,
		SilentAfterSeconds: e.Reporting.SilentAfterSeconds, SilentSince: utc(e.Reporting.SilentSince), Snapshot: known(e.Snapshot()),
	}
}

func documentsOfTags(tags []api.Tag) []tagDocument {
	return documents(tags, func(t api.Tag) tagDocument { return tagDocument(t) })
}

// lastReported is when the newest report of an environment arrived; of a logical
// one, that of its most silent member. It is nil if there was none.
func lastReported(e api.Environment) *time.Time {
	if e.Type == logicalType {
		return e.Reporting.LastReportedAt
	}
	return e.LastReportedAt
}

// logicalType is the type of an environment that is a union of others.
const logicalType = "LOGICAL"

// tagsLine are tags as people read them: `team=core, cost=42`.
func tagsLine(tags []api.Tag) string {
	parts := make([]string, len(tags))
	for i, t := range tags {
		parts[i] = t.Key + "=" + t.Value
	}
	return strings.Join(parts, ", ")
}

// reportingLine says whether an environment is reported as it should be.
func reportingLine(io *term.IO, r api.Reporting) string {
	if io.Plain {
		return r.State
	}
	switch {
	case r.State == "NEVER":
		return "never reported yet"
	case r.State == api.ReportingSilent:
		return "silent since " + io.Moment(timeOf(r.SilentSince))
	case r.SilentAfterSeconds == nil:
		return "no report is waited for"
	default:
		return "as it should be, within " + term.Lasting(silence(r))
	}
}

// silence is for how long an environment may be silent.
func silence(r api.Reporting) time.Duration {
	if r.SilentAfterSeconds == nil {
		return 0
	}
	return time.Duration(*r.SilentAfterSeconds) * time.Second
}

// warnSilent warns that what is shown of an environment may be out of date.
func warnSilent(io *term.IO, e api.Reported) {
	if e.Reporting.State != api.ReportingSilent {
		return
	}
	last, expected := io.Since(timeOf(e.Reporting.LastReportedAt)), term.Lasting(silence(e.Reporting))
	if e.Type == logicalType {
		io.Warn("a member of %s was last reported %s; its agent is expected every %s", e.Name, last, expected)
		return
	}
	io.Warn("%s was last reported %s; its agent is expected every %s", e.Name, last, expected)
}

// tagsFlag are tags, each said as key=value.
type tagsFlag struct {
	tags []api.Tag
}

func (f *tagsFlag) String() string { return tagsLine(f.tags) }

// Set takes a tag.
func (f *tagsFlag) Set(value string) error {
	key, text, ok := strings.Cut(value, "=")
	if !ok || key == "" {
		return fmt.Errorf("write it as in team=core")
	}
	f.tags = append(f.tags, api.Tag{Key: key, Value: text})
	return nil
}

// Type is what help calls the value.
func (f *tagsFlag) Type() string { return "key=value" }

func (f *tagsFlag) add(cmd *cobra.Command, usage string) {
	cmd.Flags().Var(f, "tag", usage)
	completeWith(cmd, "tag", nil)
}

// silenceFlag is after how long an environment counts as silent; nil if not said.
type silenceFlag struct {
	seconds *int // 0 for never
}

func (f *silenceFlag) String() string {
	switch {
	case f.seconds == nil:
		return ""
	case *f.seconds == 0:
		return "never"
	default:
		return strconv.Itoa(*f.seconds) + "s"
	}
}

// Set takes a duration of whole seconds, or never.
func (f *silenceFlag) Set(value string) error {
	seconds := 0
	if value != "never" {
		d, err := time.ParseDuration(value)
		if err != nil || d < time.Second || d%time.Second != 0 {
			return fmt.Errorf("write it as in 15m or 1h30m, or never")
		}
		seconds = int(d / time.Second)
	}
	f.seconds = &seconds
	return nil
}

// Type is what help calls the value.
func (f *silenceFlag) Type() string { return "duration" }

func (f *silenceFlag) add(cmd *cobra.Command, usage string) {
	cmd.Flags().Var(f, "silent-after", usage)
	completeWith(cmd, "silent-after", []string{"never"})
}

// writeEnvironmentOutcome says what became of an environment.
func (app *App) writeEnvironmentOutcome(output *outputFlag, e api.Environment, word string) error {
	return app.writeOutcome(output, outcome{
		document: struct {
			Environment environmentDocument `json:"environment"`
		}{documentOfEnvironment(e)},
		cells:   []string{e.Name},
		created: true,
		what:    "Environment " + e.Name,
		verb:    word,
		word:    word,
	})
}
