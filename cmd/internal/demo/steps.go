package demo

import (
	"strings"
	"time"
)

// kinds are the keys that say what a step is, each with what reads it.
var kinds = map[string]func(*parser, *mapping, Moment){
	"environment": (*parser).environment,
	"flow":        (*parser).flow,
	"expect":      (*parser).expectation,
	"push":        (*parser).push,
	"build":       (*parser).build,
	"artifact":    (*parser).created,
	"evidence":    (*parser).evidence,
	"deployment":  (*parser).deployment,
	"report":      (*parser).report,
}

// step reads one step. Its kind is the key that is one.
func (p *parser) step(m *mapping, at Moment) {
	var found []string
	for _, e := range m.entries {
		if kinds[e.key] != nil {
			found = append(found, e.key)
		}
	}
	if len(found) != 1 {
		p.errorf(at.Line, "here should be one kind of step, not %d %v", len(found), found)
		return
	}
	kinds[found[0]](p, m, at)
}

func (p *parser) environment(m *mapping, at Moment) {
	s := &EnvironmentStep{
		Moment: at, Name: m.text("environment"), Type: m.text("type"), Description: m.text("description"),
	}
	short := m.text("cluster")
	p.clusters[s.Name] = &cluster{
		name: s.Name, kind: s.Type, short: short,
		arn:     strings.Join([]string{"arn:aws:ecs", p.aws.region, p.aws.account, "task/"}, ":") + short + "/",
		running: map[string][]Instance{},
	}
	p.add(s)
}

func (p *parser) flow(m *mapping, at Moment) {
	s := &FlowStep{
		Moment: at, Name: m.text("flow"), Description: m.text("description"), Evidence: m.texts("needs"),
	}
	name := m.text("repository")
	if r := p.repos[name]; r != nil {
		s.Repository = r.name
	} else {
		p.errorf(at.Line, "there is no repository %q", name)
	}
	p.flows[s.Name] = true
	p.add(s)
}

func (p *parser) expectation(m *mapping, at Moment) {
	s := &ExpectationStep{Moment: at, Environment: m.text("in"), Expect: m.text("expect")}
	if p.clusters[s.Environment] == nil {
		p.errorf(at.Line, "there is no environment %q", s.Environment)
	}
	p.add(s)
}

func (p *parser) push(m *mapping, at Moment) {
	r, head, ok := p.lookup(at.Line, m.text("push"), m.text("head"))
	if !ok {
		return
	}
	s := &PushStep{Moment: at, Repository: r.name, Branch: p.branch, Before: r.head}
	s.Commits = r.missing(head, r.pushed)
	if len(s.Commits) == 0 {
		p.errorf(at.Line, "%s was pushed before", head.SHA)
		return
	}
	if s.Before == "" {
		s.Before = s.Commits[0].Parents[0]
	}
	for _, c := range s.Commits {
		if c.CommittedAt.After(at.At) {
			p.errorf(at.Line, "%s is pushed before it is committed", c.SHA)
		}
	}
	r.head = head.SHA
	p.add(s)
}

func (p *parser) build(m *mapping, at Moment) {
	r, head, ok := p.lookup(at.Line, m.text("build"), m.text("head"))
	start := &BuildStep{
		Moment: at, Branch: p.branch, Workflow: p.workflow, Head: head,
		Run: m.number("run"), Number: m.number("number"), Attempt: m.numberOr("attempt", 1),
		CreatedAt: at.At, StartedAt: at.At,
	}
	took, checkout := m.duration("took"), m.duration("checkout")
	conclusion := m.textOr("conclusion", "success")
	switch {
	case !ok:
		return
	case !r.pushed[head.SHA]:
		p.errorf(at.Line, "%s is built before it is pushed", head.SHA)
	case took == 0 || checkout >= took:
		p.errorf(at.Line, "\"took\" should say how long it took, and be longer than \"checkout\"")
	}
	start.Repository = r.name
	if first := r.builds[head.SHA]; first != nil && first.Run == start.Run {
		start.CreatedAt = first.CreatedAt
	}
	r.builds[head.SHA] = start
	p.add(start)
	if checkout > 0 {
		p.add(&CommitsStep{
			Moment:     Moment{At: at.At.Add(checkout), Line: at.Line},
			Repository: r.name, Commits: r.missing(head, r.reported),
		})
	}
	end := *start
	end.At, end.Conclusion = at.At.Add(took), conclusion
	p.add(&end)
}

func (p *parser) created(m *mapping, at Moment) {
	a, ok := p.known(at.Line, m.text("artifact"))
	if !ok {
		return
	}
	p.needFlow(at.Line, a)
	build := p.repos[a.Service].builds[a.Commit.SHA]
	if build == nil {
		p.errorf(at.Line, "nothing was built from %s yet", a.Commit.SHA)
		return
	}
	p.made[a.Ref()] = build
	p.add(&ArtifactStep{Moment: at, Flow: a.Service, Artifact: a, BuildURL: build.URL()})
}

func (p *parser) evidence(m *mapping, at Moment) {
	s := &EvidenceStep{Moment: at, Name: m.text("evidence"), Compliant: m.truth("compliant", true)}
	s.Artifact, s.BuildURL = p.reported(at.Line, m.text("for"))
	s.Flow = s.Artifact.Service
	p.add(s)
}

func (p *parser) deployment(m *mapping, at Moment) {
	s := &DeploymentStep{Moment: at, Environment: m.text("to")}
	s.Artifact, s.BuildURL = p.reported(at.Line, m.text("deployment"))
	s.Flow = s.Artifact.Service
	if p.clusters[s.Environment] == nil {
		p.errorf(at.Line, "there is no environment %q", s.Environment)
	}
	p.add(s)
}

// reported finds an artifact that CI has reported, and the page of its build.
func (p *parser) reported(line int, text string) (Artifact, string) {
	a, ok := p.known(line, text)
	if !ok {
		return a, ""
	}
	build := p.made[text]
	if build == nil {
		p.errorf(line, "%s is not reported yet", text)
		return a, ""
	}
	return a, build.URL()
}

func (p *parser) needFlow(line int, a Artifact) {
	if !p.flows[a.Service] {
		p.errorf(line, "there is no flow %q", a.Service)
	}
}

func (p *parser) report(m *mapping, at Moment) {
	name := m.text("report")
	c := p.clusters[name]
	if c == nil {
		p.errorf(at.Line, "there is no environment %q", name)
		return
	}
	started := at.At.Add(-startedBefore)
	if m.find("started") != nil {
		date := time.Date(at.At.Year(), at.At.Month(), at.At.Day(), 0, 0, 0, 0, p.zone)
		started = p.clock(m, "started", date)
	}
	if started.After(at.At) || !at.At.After(c.seen) {
		p.errorf(at.Line, "a report comes after what it tells, and after the report before")
	}
	c.seen = at.At
	unchanged := m.truth("unchanged", false)
	changes := p.starts(c, m, started) + p.scales(c, m, started) + p.stops(c, m)
	if unchanged == (changes > 0) {
		p.errorf(at.Line, "a report has either changes or \"unchanged: true\"")
	}
	p.add(&ReportStep{
		Moment: at, Environment: name, Type: c.kind, Unchanged: unchanged, Report: c.report(at.At),
	})
}

// starts, scales and stops apply the changes of a report and count them.
func (p *parser) starts(c *cluster, m *mapping, at time.Time) int {
	return p.changes(m, "start", func(line int, a Artifact, n int) {
		if len(c.running[a.Ref()]) > 0 {
			p.errorf(line, "%s runs in %s already", a.Ref(), c.name)
		}
		c.run(a, n, at)
	})
}

func (p *parser) scales(c *cluster, m *mapping, at time.Time) int {
	return p.changes(m, "scale", func(line int, a Artifact, n int) {
		if was := len(c.running[a.Ref()]); was == 0 || was == n {
			p.errorf(line, "%s cannot be scaled from %d to %d in %s", a.Ref(), was, n, c.name)
		}
		c.run(a, n, at)
	})
}

func (p *parser) stops(c *cluster, m *mapping) int {
	names := m.texts("stop")
	for _, name := range names {
		a, ok := p.known(m.line, name)
		if ok && len(c.running[name]) == 0 {
			p.errorf(m.line, "%s does not run in %s", name, c.name)
		}
		if ok {
			c.run(a, 0, time.Time{})
		}
	}
	return len(names)
}

// changes applies a mapping of artifacts to numbers of replicas.
func (p *parser) changes(m *mapping, key string, apply func(line int, a Artifact, n int)) int {
	entries := p.mapping(m.take(key)).entries
	for _, e := range entries {
		if a, ok := p.known(e.line, e.key); ok {
			apply(e.line, a, int(p.integer(e.value)))
		}
	}
	return len(entries)
}
