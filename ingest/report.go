package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// maxReportBody holds 20,000 instances with long names and their owners.
const maxReportBody = 16 << 20

// wireReport is a report as agents send it. What newer agents add is left out of
// it.
type wireReport struct {
	Artifacts  *[]wireInstance `json:"artifacts"`
	ObservedAt *time.Time      `json:"observedAt"`
}

type wireInstance struct {
	Digests           map[string]string `json:"digests"`
	CreationTimestamp float64           `json:"creationTimestamp"`
}

// report takes what an agent says runs in an environment. It answers 201 if that
// made a snapshot, and 200 if nothing changed. Nothing is read for a caller that
// was never proven, and one that is proven no more learns nothing but that.
func (h *handler) report(w http.ResponseWriter, r *http.Request) (int, any, error) {
	q := &reportRequest{handler: h, r: r, environment: r.PathValue("env"), key: r.Header.Get("Idempotency-Key")}
	if !h.tokens.seen(r) {
		if err := q.prove(); err != nil {
			return 0, nil, err
		}
		h.tokens.add(r)
	}
	result, err := q.answer(w)
	if err != nil {
		if unproven := q.prove(); unproven != nil {
			return 0, nil, unproven
		}
		return 0, nil, err
	}
	q.store.SawAgent(q.sighting())
	status := http.StatusOK
	if result.Outcome == model.OutcomeChanged {
		status = http.StatusCreated
	}
	return status, map[string]string{
		"message": string(result.Outcome), "snapshot": fmt.Sprintf("%s#%d", q.environment, result.Number),
	}, nil
}

// reportRequest is a report on its way in.
type reportRequest struct {
	*handler
	r           *http.Request
	environment string
	key         string
	org         *model.Organization // once the caller is proven
}

// prove makes sure who is calling, once.
func (q *reportRequest) prove() (err error) {
	if q.org == nil {
		q.org, err = q.authorize(q.r, model.RoleReporter)
	}
	return err
}

// sighting is who sent the report, which is proven once the report is taken.
func (q *reportRequest) sighting() model.AgentSighting {
	return model.AgentSighting{
		Organization: q.r.PathValue("org"), Environment: q.environment,
		TokenHash: [32]byte(model.HashToken(bearer(q.r))), Program: model.ProgramOf(q.r.UserAgent()),
	}
}

// answer takes the report. Most say what the one before said: of a body that was
// read before only the hash of its content is looked up, and proof, comparison and
// heartbeat are one statement, shared with all reports that wait at that moment.
// A report that has a name is applied in full, so that its name is kept.
func (q *reportRequest) answer(w http.ResponseWriter) (model.ReportResult, error) {
	kind, err := model.ParseEnvironmentType(q.r.PathValue("kind"))
	if err != nil {
		return model.ReportResult{}, err
	}
	if kind == model.EnvironmentLogical {
		return model.ReportResult{}, model.Invalid("type", "Input payload validation failed: a logical environment takes no reports, its members do")
	}
	if err := model.ValidateText("Idempotency-Key", q.key, 0, 200); err != nil {
		return model.ReportResult{}, err
	}
	body, done, err := q.gate.body(w, q.r, maxReportBody)
	if err != nil {
		return model.ReportResult{}, err
	}
	defer done()
	known, report, err := q.contents.of(kind, body)
	if err != nil {
		return model.ReportResult{}, err
	}
	if q.key == "" && !q.store.KnowsOther(q.r.PathValue("org"), q.environment, known.content) {
		number, err := q.unchanged(kind, known)
		if err != nil || number > 0 {
			return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: number}, err
		}
	}
	if report == nil {
		if report, err = parseReport(kind, body); err != nil {
			return model.ReportResult{}, err
		}
	}
	if q.key == "" {
		number, err := q.changed(report, known)
		if err != nil || number > 0 {
			return model.ReportResult{Outcome: model.OutcomeChanged, Number: number}, err
		}
	}
	if err := q.prove(); err != nil {
		return model.ReportResult{}, err
	}
	report.Organization, report.Environment, report.IdempotencyKey = q.org.Name, q.environment, q.key
	return q.store.ApplyReport(q.r.Context(), q.org, report)
}

// unchanged returns the number of the newest snapshot if that says what the report
// says, and 0 if it does not, or if the caller may not report it.
func (q *reportRequest) unchanged(kind model.EnvironmentType, known content) (int, error) {
	if err := (&model.Report{ObservedAt: known.observedAt}).CheckTime(q.store.Time()); err != nil {
		return 0, err
	}
	return q.store.ReportUnchanged(q.r.Context(), q.token(kind, known))
}

// changed returns the number of the snapshot that the report made, and 0 if it has to
// be applied in full, or if the caller may not report it.
func (q *reportRequest) changed(report *model.Report, known content) (int, error) {
	if err := report.CheckTime(q.store.Time()); err != nil {
		return 0, err
	}
	running, err := report.Running()
	if err != nil {
		return 0, err
	}
	return q.store.ReportChanged(q.r.Context(), q.token(report.Type, known), running)
}

func (q *reportRequest) token(kind model.EnvironmentType, known content) model.TokenReport {
	return model.TokenReport{
		TokenHash: model.HashToken(bearer(q.r)), Organization: q.r.PathValue("org"), Environment: q.environment, Type: kind,
		Content: known.content, ObservedAt: known.observedAt,
	}
}

// parseReport reads a report in the format of agents. It returns KindInvalid for
// anything else.
func parseReport(kind model.EnvironmentType, body []byte) (*model.Report, error) {
	var wire wireReport
	if err := json.Unmarshal(body, &wire); err != nil {
		return nil, &model.Error{Kind: model.KindInvalid, Message: "Input payload validation failed: the report is not JSON of the form {\"artifacts\": […]}", Err: err}
	}
	if wire.Artifacts == nil {
		return nil, model.Invalid("artifacts", "Input payload validation failed: artifacts is missing; an empty list says that nothing runs")
	}
	report := &model.Report{Type: kind, Body: body, ObservedAt: wire.ObservedAt, Instances: make([]model.Instance, len(*wire.Artifacts))}
	if t := report.ObservedAt; t != nil && orNil(*t) == nil {
		return nil, model.Invalid("observedAt", "Input payload validation failed: observedAt is %s", t.Format(time.RFC3339))
	}
	for i, item := range *wire.Artifacts {
		if item.Digests == nil { // not {}, which says that the instance runs no artifact
			return nil, model.Invalid("digests", "Input payload validation failed: item %d of artifacts has no digests", i+1)
		}
		started, err := unixTime(item.CreationTimestamp)
		if err != nil {
			return nil, err
		}
		report.Instances[i] = model.Instance{Digests: item.Digests, StartedAt: started}
	}
	return report, nil
}

// unixTime is a moment given in Unix seconds, with fractions. Zero stands for a
// runtime that does not tell.
func unixTime(seconds float64) (time.Time, error) {
	if seconds < 0 || seconds >= 253_402_300_800 || math.IsNaN(seconds) { // the year 10000
		return time.Time{}, model.Invalid("creationTimestamp", "Input payload validation failed: creationTimestamp is %v, and must be in Unix seconds", seconds)
	}
	return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC(), nil
}
