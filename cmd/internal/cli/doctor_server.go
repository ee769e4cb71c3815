package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// slightDrift is how far two clocks may be apart that somebody keeps; the server tells
// its own in whole seconds.
const slightDrift = 5 * time.Second

// checkServer checks the way to the server and what the token may do there. What can
// only fail after something else did is left out.
func (app *App) checkServer(ctx context.Context, environments []agent.Environment) []agent.Finding {
	s, err := app.settings()
	if err == nil {
		err = app.check(s)
	}
	if err != nil {
		return []agent.Finding{{What: "settings", Detail: err.Error(), Mend: "see: landfall help", Level: agent.LevelProblem}}
	}
	found := []agent.Finding{{What: "settings", Detail: fmt.Sprintf("host %s, organization %s, token of %s", s.Host, s.Org, s.tokenFrom)}}
	client, err := api.New(s.clientConfig())
	if err != nil {
		return append(found, agent.Finding{What: "host", Detail: err.Error(), Mend: "correct --host, " + envHost + " or the config file", Level: agent.LevelProblem})
	}
	reached, reachable := app.checkReachable(ctx, client.Host())
	found = append(found, reached...)
	if !reachable {
		return found
	}
	return append(found, checkToken(ctx, client, s, environments)...)
}

// checkReachable checks whether the server answers, over what, and when it is there.
func (app *App) checkReachable(ctx context.Context, host string) (found []agent.Finding, reachable bool) {
	began := app.IO.Now()
	res, err := getReady(ctx, host)
	if err != nil {
		return []agent.Finding{{What: "host", Detail: err.Error(), Mend: "is the address right, does the server run there, and does the network let this machine through?", Level: agent.LevelProblem}}, false
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return []agent.Finding{{What: "host", Detail: fmt.Sprintf("%s/ready answers %s", host, res.Status), Mend: "if it is Landfall, its log says why it is not ready; if not, correct the host", Level: agent.LevelProblem}}, false
	}
	found = []agent.Finding{{What: "host", Detail: "answers, and is ready"}}
	if isInTheClear(host) {
		found[0].Level, found[0].Detail = agent.LevelWarning, "answers, over HTTP without encryption"
		found[0].Mend = "who is on the way can read the token: use an https address"
	}
	return append(found, checkClock(res, began, app.IO.Now())), true
}

func getReady(ctx context.Context, host string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, host+"/ready", nil)
	if err != nil {
		cancel()
		return nil, err
	}
	res, err := agent.NewHTTPClient().Do(req)
	cancel() // nothing of the body is read
	return res, err
}

// isInTheClear reports whether a token crosses a network as it is.
func isInTheClear(host string) bool {
	u, err := url.Parse(host)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

func checkClock(res *http.Response, asked, answered time.Time) agent.Finding {
	server, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return agent.Finding{What: "clock", Detail: "the server does not say what time it has", Mend: "a proxy may take the header Date away: let it through", Level: agent.LevelWarning}
	}
	off := asked.Add(answered.Sub(asked) / 2).Sub(server.Add(time.Second / 2)).Round(time.Second)
	if off.Abs() <= slightDrift {
		return agent.Finding{What: "clock", Detail: "agrees with the server's"}
	}
	way := "ahead of"
	if off < 0 {
		way = "behind"
	}
	return agent.Finding{
		What: "clock", Detail: fmt.Sprintf("this machine is %s %s the server", off.Abs(), way), Level: agent.LevelWarning,
		Mend: "agents of Landfall carry the server's time, but other programs do not: keep the clock with NTP",
	}
}

// checkToken checks who the token makes us, and what that may do in environments.
func checkToken(ctx context.Context, client *api.Client, s settings, environments []agent.Environment) []agent.Finding {
	viewer, err := client.Viewer(ctx)
	if err != nil {
		return []agent.Finding{{What: "token", Detail: err.Error(), Mend: "make one: landfall create token NAME --role reporter", Level: agent.LevelProblem}}
	}
	token := agent.Finding{What: "token", Detail: fmt.Sprintf("is %q of organization %s, with the role %s", viewer.Name, viewer.Organization.Name, strings.ToLower(viewer.Role))}
	switch {
	case viewer.Organization.Name != s.Org && len(environments) > 0:
		token.Level, token.Mend = agent.LevelProblem, fmt.Sprintf("it may not report for %s: use a token of that organization, or --org %s", s.Org, viewer.Organization.Name)
	case viewer.Role == "READER" && len(environments) > 0:
		token.Level, token.Mend = agent.LevelProblem, "it may read only: an agent needs the role reporter"
	case viewer.Role == "ADMIN" && len(environments) > 0:
		token.Level, token.Mend = agent.LevelWarning, "it may do everything, and an agent needs the role reporter only"
	}
	found := []agent.Finding{token}
	for _, e := range environments {
		found = append(found, checkEnvironment(ctx, client, viewer, e))
	}
	return found
}

// checkEnvironment checks whether an environment takes the reports of an agent.
func checkEnvironment(ctx context.Context, client *api.Client, viewer api.Viewer, e agent.Environment) agent.Finding {
	found := agent.Finding{What: e.Name}
	known, err := client.Environment(ctx, e.Name)
	kind := strings.ToUpper(e.WireKind())
	switch {
	case api.CodeOf(err) == api.CodeNotFound && viewer.Organization.CreatesEnvironments:
		found.Detail = "is made by the first report"
	case api.CodeOf(err) == api.CodeNotFound:
		found.Detail, found.Level = "there is no such environment", agent.LevelProblem
		found.Mend = fmt.Sprintf("create it: landfall create environment %s --type %s", e.Name, kind)
	case err != nil:
		found.Detail, found.Level, found.Mend = err.Error(), agent.LevelProblem, "try again; the server's log says more"
	case known.Type != kind:
		found.Detail, found.Level = fmt.Sprintf("is of type %s, and the agent reports %s", known.Type, kind), agent.LevelProblem
		found.Mend = "report another environment: a type stays"
	case known.ArchivedAt != nil:
		found.Detail, found.Level = "is archived", agent.LevelProblem
		found.Mend = "take it back: landfall archive environment " + e.Name + " --restore"
	case slices.Contains(known.FormerNames, e.Name):
		found.Detail, found.Level = "is now called "+known.Name, agent.LevelWarning
		found.Mend = "give the agent the new name"
	default:
		found.Detail = "is there, of type " + known.Type
	}
	return found
}
