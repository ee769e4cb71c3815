package ingest

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/landfall-dev/landfall/model"
)

const maxEnvironmentBody = 1 << 20

// wireEnvironment is an environment as agents know it.
type wireEnvironment struct {
	Name           string         `json:"name"`
	Type           string         `json:"type"`
	Description    string         `json:"description"`
	State          *bool          `json:"state"`
	LastReportedAt *float64       `json:"last_reported_at"`
	Tags           map[string]any `json:"tags"`
	Policies       []any          `json:"policies"`
}

func newWireEnvironment(e *model.Environment) wireEnvironment {
	wire := wireEnvironment{Name: e.Name, Type: e.Type.WireName(), Description: e.Description, Tags: map[string]any{}, Policies: []any{}}
	if e.LastReportedAt != nil {
		seconds := float64(e.LastReportedAt.UnixMicro()) / 1e6
		wire.LastReportedAt = &seconds
	}
	return wire
}

// getEnvironment tells an agent whether its environment is there.
func (h *handler) getEnvironment(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	org, err := h.authorize(r, model.RoleReader)
	if err != nil {
		return 0, nil, err
	}
	e, err := h.store.Environment(r.Context(), org, r.PathValue("env"))
	if model.KindOf(err) == model.KindNotFound { // in the words that agents know
		return 0, nil, model.NoSuchEnvironment(org, r.PathValue("env"))
	}
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, newWireEnvironment(e), nil
}

// putEnvironment creates an environment for an agent that needs it. One that is
// there stays as it is.
func (h *handler) putEnvironment(w http.ResponseWriter, r *http.Request) (int, any, error) {
	org, err := h.authorize(r, model.RoleMember)
	if err != nil {
		return 0, nil, err
	}
	body, done, err := h.gate.body(w, r, maxEnvironmentBody)
	if err != nil {
		return 0, nil, err
	}
	defer done()
	var wire wireEnvironment
	if err := json.Unmarshal(body, &wire); err != nil {
		return 0, nil, &model.Error{Kind: model.KindInvalid, Message: "Input payload validation failed: the environment is not JSON of the form {\"name\": …, \"type\": …}", Err: err}
	}
	kind, err := model.ParseEnvironmentType(wire.Type)
	if err != nil {
		return 0, nil, err
	}
	in := model.CreateEnvironmentInput{Name: wire.Name, Type: kind, Description: wire.Description}
	if err := in.Validate(); err != nil {
		field := "name"
		if e, ok := errors.AsType[*model.Error](err); ok && e.Field == "description" {
			field = e.Field
		}
		return 0, nil, model.Invalid(field, "Input payload validation failed: %s", err.Error())
	}
	e, created, err := h.store.CreateEnvironment(r.Context(), org, in)
	if model.KindOf(err) == model.KindConflict {
		return h.existing(r, org, in)
	}
	if err != nil {
		return 0, nil, err
	}
	if created {
		return http.StatusCreated, newWireEnvironment(e), nil
	}
	return http.StatusOK, newWireEnvironment(e), nil
}

// existing answers for an environment that is there and says something else: its
// description may, its type may not.
func (h *handler) existing(r *http.Request, org *model.Organization, in model.CreateEnvironmentInput) (int, any, error) {
	e, err := h.store.Environment(r.Context(), org, in.Name)
	if err != nil {
		return 0, nil, err
	}
	if e.Type != in.Type {
		return 0, nil, model.Invalid("type", "Input payload validation failed: environment %q is there already, of type %s and not %s", e.Name, e.Type.WireName(), in.Type.WireName())
	}
	return http.StatusOK, newWireEnvironment(e), nil
}
