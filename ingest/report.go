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
// made a snapshot, and 200 if nothing changed.
func (h *handler) report(w http.ResponseWriter, r *http.Request) (int, any, error) {
	org, err := h.authorize(r, model.RoleReporter)
	if err != nil {
		return 0, nil, err
	}
	kind, err := model.ParseEnvironmentType(r.PathValue("kind"))
	if err != nil {
		return 0, nil, err
	}
	body, err := readBody(w, r, maxReportBody)
	if err != nil {
		return 0, nil, err
	}
	report, err := parseReport(kind, body)
	if err != nil {
		return 0, nil, err
	}
	report.Organization, report.Environment = org.Name, r.PathValue("env")
	report.IdempotencyKey = r.Header.Get("Idempotency-Key")
	if err := model.ValidateText("Idempotency-Key", report.IdempotencyKey, 0, 200); err != nil {
		return 0, nil, err
	}
	result, err := h.store.ApplyReport(r.Context(), org, report)
	if err != nil {
		return 0, nil, err
	}
	status := http.StatusOK
	if result.Outcome == model.OutcomeChanged {
		status = http.StatusCreated
	}
	return status, map[string]any{
		"message": string(result.Outcome), "snapshot": fmt.Sprintf("%s#%d", report.Environment, result.Number),
	}, nil
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
	if t := report.ObservedAt; t != nil && (t.Year() < 1970 || t.Year() > 9999) {
		return nil, model.Invalid("observedAt", "Input payload validation failed: observedAt is %s", t.Format(time.RFC3339))
	}
	for i, item := range *wire.Artifacts {
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
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC().Truncate(time.Microsecond), nil
}
