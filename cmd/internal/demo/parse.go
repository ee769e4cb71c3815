package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/landfall-dev/landfall/cmd/internal/lazy"
)

// shortSHA is how many digits of a SHA the story writes.
const shortSHA = 7

var (
	// logLine is a line of `git log --format='%H (%p) %cI %s'`.
	logLine   = lazy.Regexp(`^([0-9a-f]{40}) \(([0-9a-f]{7,40}(?: [0-9a-f]{7,40})*)\) (\S+) (.+)$`)
	sha256Hex = lazy.Regexp(`^[0-9a-f]{64}$`)
)

// parser reads a story from top to bottom and remembers what was said, because a
// step leaves out what follows from the steps before it.
type parser struct {
	*reader
	story    *Story
	zone     *time.Location
	branch   string
	workflow string
	author   Author
	images   string
	aws      struct{ account, region string }

	repos     map[string]*repo
	artifacts map[string]Artifact
	made      map[string]*BuildStep // by what came of it
	clusters  map[string]*cluster
	flows     map[string]bool
	now       time.Time
}

// repo is a repository while the story is read.
type repo struct {
	name     string // with its owner
	commits  map[string]Commit
	log      []Commit
	pushed   map[string]bool
	reported map[string]bool
	head     string
	builds   map[string]*BuildStep // the newest by full SHA
}

// parse reads a story and spells it out.
func parse(file string, data []byte) (*Story, error) {
	p := &parser{
		reader:    &reader{file: file},
		story:     &Story{},
		repos:     map[string]*repo{},
		artifacts: map[string]Artifact{},
		made:      map[string]*BuildStep{},
		clusters:  map[string]*cluster{},
		flows:     map[string]bool{},
	}
	doc := p.document(data)
	p.head(doc)
	p.logs(doc.need("repositories"))
	p.fingerprints(doc.need("artifacts"))
	for _, day := range p.mapping(doc.need("days")).entries {
		p.day(day)
	}
	doc.done()
	if err := p.err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.story.Steps, func(a, b Step) int {
		return a.Happened().At.Compare(b.Happened().At)
	})
	return p.story, nil
}

// head reads what holds for the whole story.
func (p *parser) head(doc *mapping) {
	p.story.Organization = doc.text("organization")
	p.branch, p.workflow, p.images = doc.text("branch"), doc.text("workflow"), doc.text("images")
	offset := doc.text("utc-offset")
	t, err := time.Parse("-07:00", offset)
	if err != nil {
		p.errorf(doc.line, "%q is no offset from UTC such as +02:00", offset)
	}
	_, seconds := t.Zone()
	p.zone = time.FixedZone("", seconds)
	author := p.mapping(doc.need("author"))
	p.author = Author{Name: author.text("name"), Email: author.text("email")}
	author.done()
	aws := p.mapping(doc.need("aws"))
	p.aws.account, p.aws.region = aws.text("account"), aws.text("region")
	aws.done()
}

// logs reads the commits of the repositories.
func (p *parser) logs(n *yaml.Node) {
	for _, e := range p.mapping(n).entries {
		r := &repo{
			name:     p.story.Organization + "/" + e.key,
			commits:  map[string]Commit{},
			pushed:   map[string]bool{},
			reported: map[string]bool{},
			builds:   map[string]*BuildStep{},
		}
		p.repos[e.key] = r
		for i, line := range strings.Split(strings.TrimSuffix(p.scalar(e.value), "\n"), "\n") {
			p.commit(r, e.value.Line+1+i, line) // the text begins below its key
		}
	}
}

// commit reads one line of a log.
func (p *parser) commit(r *repo, number int, line string) {
	m := logLine().FindStringSubmatch(line)
	if m == nil {
		p.errorf(number, "here should be a commit: sha (parents) time subject")
		return
	}
	c := Commit{SHA: m[1], Subject: m[4], Author: p.author}
	for parent := range strings.FieldsSeq(m[2]) {
		if len(parent) < len(c.SHA) {
			known, ok := r.commits[parent]
			if !ok {
				p.errorf(number, "parent %s is not above", parent)
			}
			parent = known.SHA
		}
		c.Parents = append(c.Parents, parent)
	}
	var err error
	if c.CommittedAt, err = time.Parse(time.RFC3339, m[3]); err != nil {
		p.errorf(number, "%q is no time", m[3])
	}
	short := c.SHA[:shortSHA]
	if _, ok := r.commits[short]; ok {
		p.errorf(number, "%s begins like another commit", c.SHA)
	}
	r.commits[short] = c
	r.log = append(r.log, c)
}

// fingerprints reads the fingerprints of what was built.
func (p *parser) fingerprints(n *yaml.Node) {
	for _, service := range p.mapping(n).entries {
		r := p.repos[service.key]
		if r == nil {
			p.errorf(service.line, "there is no repository %q", service.key)
			continue
		}
		for _, e := range p.mapping(service.value).entries {
			c, ok := r.commits[e.key]
			if !ok {
				p.errorf(e.line, "%s has no commit %s", r.name, e.key)
				continue
			}
			digest := p.scalar(e.value)
			if !sha256Hex().MatchString(digest) {
				p.errorf(e.line, "%q is no fingerprint: it should be 64 digits", digest)
			}
			p.artifact(service.key, r, c, digest)
		}
	}
}

func (p *parser) artifact(service string, r *repo, c Commit, digest string) {
	tagged := ref(service, c.SHA)
	a := Artifact{
		Service: service, Fingerprint: digest, Commit: c, Repository: r.name,
		Name:   p.images + "/" + tagged,
		RunsAs: fmt.Sprintf("%s.dkr.ecr.%s.amazonaws.com/%s", p.aws.account, p.aws.region, tagged),
	}
	p.artifacts[tagged] = a
	p.story.Artifacts = append(p.story.Artifacts, a)
}

// day reads the steps of one day.
func (p *parser) day(e *entry) {
	date, err := time.ParseInLocation(time.DateOnly, e.key, p.zone)
	if err != nil {
		p.errorf(e.line, "%q is no day", e.key)
		return
	}
	for _, n := range p.list(e.value) {
		m := p.mapping(n)
		at := Moment{At: p.clock(m, "at", date), Line: n.Line}
		if at.At.Before(p.now) {
			p.errorf(n.Line, "this happened before what is above it")
		}
		p.now = at.At
		p.step(m, at)
		m.done()
	}
}

// clock reads a time of day.
func (p *parser) clock(m *mapping, key string, date time.Time) time.Time {
	text := m.text(key)
	t, err := time.Parse(time.TimeOnly, text)
	if err != nil {
		p.errorf(m.line, "%q should be a time of day such as 11:35:00, not %q", key, text)
		return date
	}
	hour, minute, second := t.Clock()
	return date.Add(time.Duration(hour)*time.Hour +
		time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
}

// lookup finds a commit of a repository by its short form.
func (p *parser) lookup(line int, name, short string) (*repo, Commit, bool) {
	r := p.repos[name]
	if r == nil {
		p.errorf(line, "there is no repository %q", name)
		return nil, Commit{}, false
	}
	c, ok := r.commits[short]
	if !ok {
		p.errorf(line, "%s has no commit %q", r.name, short)
	}
	return r, c, ok
}

// missing returns the commits up to head that are not in known, in the order of
// the log, and adds them to known.
func (r *repo) missing(head Commit, known map[string]bool) []Commit {
	wanted := map[string]bool{head.SHA: true}
	var out []Commit
	for _, c := range slices.Backward(r.log) { // children come after parents
		if !wanted[c.SHA] || known[c.SHA] {
			continue
		}
		known[c.SHA] = true
		out = append(out, c)
		for _, parent := range c.Parents {
			wanted[parent] = true
		}
	}
	slices.Reverse(out)
	return out
}

// add puts a step into the story.
func (p *parser) add(s Step) { p.story.Steps = append(p.story.Steps, s) }

// known finds an artifact by the way people say it.
func (p *parser) known(line int, text string) (Artifact, bool) {
	a, ok := p.artifacts[text]
	if !ok {
		p.errorf(line, "there is no artifact %q", text)
	}
	return a, ok
}
