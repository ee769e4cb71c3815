package ingest

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/landfall-dev/landfall/model"
)

const maxEnvironmentBody = 1 << 20

// wireEnvironment is an environment as agents know it.
type wireEnvironment struct {
	Name           string            `json:"name"`
	Type           string            `json:"type"`
	Description    string            `json:"description"`
	State          *bool             `json:"state"`
	LastReportedAt *float64          `json:"last_reported_at"`
	Tags           map[string]string `json:"tags"`
	Policies       []any             `json:"policies"`
	Included       *[]string         `json:"included_environments,omitempty"` // of a logical one
}

// wire is an environment as agents are told of it.
func (h *handler) wire(r *http.Request, org *model.Organization, e *model.Environment) (wireEnvironment, error) {
	wire := wireEnvironment{Name: e.Name, Type: e.Type.WireName(), Description: e.Description, Tags: map[string]string{}, Policies: []any{}}
	for _, t := range e.Tags {
		wire.Tags[t.Key] = t.Value
	}
	if e.LastReportedAt != nil {
		seconds := float64(e.LastReportedAt.UnixMicro()) / 1e6
		wire.LastReportedAt = &seconds
	}
	if !e.IsLogical() {
		return wire, nil
	}
	members, err := h.store.MembersOfEnvironments(r.Context(), org, []*model.Environment{e}, model.Page{First: model.MaxMembers})
	if err != nil {
		return wire, err
	}
	names := []string{}
	for _, m := range members[0].Nodes {
		names = append(names, m.Name)
	}
	wire.Included = &names
	return wire, nil
}

// answerWith answers with an environment.
func (h *handler) answerWith(r *http.Request, status int, org *model.Organization, e *model.Environment) (int, any, error) {
	wire, err := h.wire(r, org, e)
	return status, wire, err
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
	return h.answerWith(r, http.StatusOK, org, e)
}

// putEnvironment creates an environment for an agent that needs it. One that is
// there stays as it is, but for the members of a logical one, which are all those
// that are named.
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
	var wire struct {
		Name        string   `json:"name"`
		Type        string   `json:"type"`
		Description string   `json:"description"`
		Included    []string `json:"included_environments"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return 0, nil, &model.Error{Kind: model.KindInvalid, Message: "Input payload validation failed: the environment is not JSON of the form {\"name\": …, \"type\": …}", Err: err}
	}
	kind, err := model.ParseEnvironmentType(wire.Type)
	if err != nil {
		return 0, nil, err
	}
	in := model.CreateEnvironmentInput{Name: wire.Name, Type: kind, Description: wire.Description, Members: wire.Included, SilentAfterSeconds: model.DefaultSilentAfter}
	if err := in.Validate(); err != nil {
		return 0, nil, refusedEnvironment(err)
	}
	e, created, err := h.store.CreateEnvironment(r.Context(), org, in)
	switch {
	case model.KindOf(err) == model.KindConflict:
		return h.existing(r, org, in, err)
	case err != nil:
		return 0, nil, refusedEnvironment(err)
	case created:
		return h.answerWith(r, http.StatusCreated, org, e)
	default:
		return h.answerWith(r, http.StatusOK, org, e)
	}
}

// wireFields are the names that agents have for fields.
var wireFields = map[string]string{"description": "description", "members": "included_environments"}

// refusedEnvironment is why an environment cannot be, in the words that agents
// know. A member that does not exist is a wrong input, and no environment that they
// might make.
func refusedEnvironment(err error) error {
	e, ok := errors.AsType[*model.Error](err)
	switch {
	case ok && e.Kind == model.KindNotFound:
		return model.Invalid("included_environments", "Input payload validation failed: %s", e.Message)
	case !ok || e.Kind != model.KindInvalid:
		return err
	}
	return model.Invalid(cmp.Or(wireFields[e.Field], "name"), "Input payload validation failed: %s", e.Message)
}

// existing answers for an environment that is there and says something else: its
// description may, and a former name may lead to it. Its type may not. Where there
// is none, the conflict is about something else.
func (h *handler) existing(r *http.Request, org *model.Organization, in model.CreateEnvironmentInput, conflict error) (int, any, error) {
	e, err := h.store.Environment(r.Context(), org, in.Name)
	if model.KindOf(err) == model.KindNotFound { // the conflict is about a member
		return 0, nil, conflict
	}
	if err != nil {
		return 0, nil, err
	}
	if e.Type != in.Type {
		return 0, nil, model.Invalid("type", "Input payload validation failed: environment %q is there already, of type %s and not %s", e.Name, e.Type.WireName(), in.Type.WireName())
	}
	if e.IsLogical() && in.Members != nil {
		e, err = h.store.UpdateEnvironment(r.Context(), org, model.UpdateEnvironmentInput{Environment: in.Name, Members: in.Members})
		if err != nil {
			return 0, nil, refusedEnvironment(err)
		}
	}
	return h.answerWith(r, http.StatusOK, org, e)
}
