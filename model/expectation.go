package model

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ExpectationKind is a kind of expectation.
type ExpectationKind string

// What can be expected.
const (
	ExpectReplicas   ExpectationKind = "REPLICAS"   // so many replicas of a flow, all its versions together
	ExpectProvenance ExpectationKind = "PROVENANCE" // only artifacts that a flow has, and whose commit was told
	ExpectMaxAge     ExpectationKind = "MAX_AGE"    // no artifacts made too long ago
	ExpectSameAs     ExpectationKind = "SAME_AS"    // the same artifacts as another environment
)

// MarshalGQL writes the kind as a GraphQL enum value.
func (k ExpectationKind) MarshalGQL(w io.Writer) { writeQuoted(w, string(k)) }

// UnmarshalGQL reads a kind from a GraphQL enum value.
func (k *ExpectationKind) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, k, ExpectReplicas, ExpectProvenance, ExpectMaxAge, ExpectSameAs)
}

// Bounds of expectations.
const (
	MaxExpectations  = 50 // of one environment
	maxExcepted      = 20
	maxReplicas      = 1_000_000
	maxDays          = 36_500
	maxLag           = 365 * 24 * time.Hour
	defaultLag       = time.Hour
	maxExpectedRunes = 2000
)

// Rule is what must hold in an environment. People write it as its String.
type Rule struct {
	Kind    ExpectationKind
	Flow    string        // of which flow; empty for all
	AtLeast *int          // replicas
	AtMost  *int          // replicas
	Days    int           // how old an artifact may be
	Other   string        // the environment to be the same as
	Within  time.Duration // how long it may lag behind the other
	Except  []string      // patterns of names that it is not for; * is any text
}

// ruleForms are the ways to write a rule. Case does not count in its words.
var ruleForms = []struct {
	form *regexp.Regexp
	read func(flow string, m []string) (Rule, error)
}{
	{regexp.MustCompile(`(?i)^at least (\d+)(?: replicas?)?$`), func(flow string, m []string) (Rule, error) { return replicasRule(flow, m[1], "") }},
	{regexp.MustCompile(`(?i)^at most (\d+)(?: replicas?)?$`), func(flow string, m []string) (Rule, error) { return replicasRule(flow, "", m[1]) }},
	{regexp.MustCompile(`(?i)^exactly (\d+)(?: replicas?)?$`), func(flow string, m []string) (Rule, error) { return replicasRule(flow, m[1], m[1]) }},
	{regexp.MustCompile(`(?i)^(\d+) to (\d+)(?: replicas?)?$`), func(flow string, m []string) (Rule, error) { return replicasRule(flow, m[1], m[2]) }},
	{regexp.MustCompile(`(?i)^at most (\d+) days? old$`), func(flow string, m []string) (Rule, error) {
		days, err := bounded("days", m[1], 1, maxDays)
		return Rule{Kind: ExpectMaxAge, Flow: flow, Days: days}, err
	}},
	{regexp.MustCompile(`(?i)^known provenance(?:,? except (.+))?$`), provenanceRule},
	{regexp.MustCompile(`(?i)^same as (\S+)(?: within (\d+)([smhd]))?$`), sameAsRule},
}

// ParseRule reads what people write: `runner: at least 3`, `runner: at most 5`,
// `runner: exactly 3`, `runner: 2 to 5`, `known provenance, except nginx*`, `at most
// 30 days old`, `runner: at most 30 days old`, `same as aws-beta within 1h`. It
// returns KindInvalid for anything else.
func ParseRule(text string) (Rule, error) {
	if err := ValidateText("expect", text, 1, maxExpectedRunes); err != nil {
		return Rule{}, err
	}
	flow, said := "", strings.Join(strings.Fields(text), " ")
	if before, after, ok := strings.Cut(said, ":"); ok && ValidateName("flow", before) == nil {
		flow, said = before, strings.TrimSpace(after)
	}
	for _, f := range ruleForms {
		if m := f.form.FindStringSubmatch(said); m != nil {
			return f.read(flow, m)
		}
	}
	return Rule{}, Invalid("expect", "%q is not understood. Write it as one of: `runner: at least 3`, `runner: at most 5`, `runner: exactly 3`, `runner: 2 to 5`, "+
		"`known provenance, except nginx*`, `at most 30 days old`, `runner: at most 30 days old`, `same as aws-beta within 1h`", clip(text, 100))
}

func replicasRule(flow, least, most string) (Rule, error) {
	r := Rule{Kind: ExpectReplicas, Flow: flow}
	if flow == "" {
		return r, Invalid("expect", "replicas of which flow? Write its name first, as in `runner: at least 3`")
	}
	for _, side := range []struct {
		said string
		to   **int
	}{{least, &r.AtLeast}, {most, &r.AtMost}} {
		if side.said == "" {
			continue
		}
		n, err := bounded("replicas", side.said, 0, maxReplicas)
		if err != nil {
			return r, err
		}
		*side.to = &n
	}
	if r.AtLeast != nil && r.AtMost != nil && *r.AtLeast > *r.AtMost {
		return r, Invalid("expect", "%d to %d is the wrong way round", *r.AtLeast, *r.AtMost)
	}
	if r.AtMost == nil && *r.AtLeast == 0 {
		return r, Invalid("expect", "at least 0 always holds")
	}
	return r, nil
}

func provenanceRule(flow string, m []string) (Rule, error) {
	r := Rule{Kind: ExpectProvenance}
	if flow != "" {
		return r, Invalid("expect", "known provenance is for all that runs: what has no flow could not be meant otherwise")
	}
	for pattern := range strings.SplitSeq(m[1], ",") {
		if pattern = strings.TrimSpace(pattern); pattern != "" {
			r.Except = append(r.Except, pattern)
		}
	}
	slices.Sort(r.Except)
	r.Except = slices.Compact(r.Except)
	if len(r.Except) > maxExcepted {
		return r, Invalid("expect", "%d exceptions are too many: %d is the most", len(r.Except), maxExcepted)
	}
	return r, nil
}

func sameAsRule(flow string, m []string) (Rule, error) {
	r := Rule{Kind: ExpectSameAs, Flow: flow, Other: m[1], Within: defaultLag}
	if err := ValidateName("environment", r.Other); err != nil {
		return r, err
	}
	if m[2] != "" {
		n, err := bounded("within", m[2], 0, int(maxLag/time.Second))
		if err != nil {
			return r, err
		}
		r.Within = time.Duration(n) * map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[strings.ToLower(m[3])]
	}
	if r.Within > maxLag {
		return r, Invalid("expect", "within %s is more than a year", m[2]+m[3])
	}
	return r, nil
}

func bounded(what, digits string, least, most int) (int, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || n < least || n > most {
		return 0, Invalid("expect", "%s must be from %d to %d", what, least, most)
	}
	return n, nil
}

// String is the rule as people write it, in one way: ParseRule reads it.
func (r Rule) String() string {
	said := r.Expected()
	if r.Flow != "" {
		said = r.Flow + ": " + said
	}
	return said
}

// Expected is the rule without its flow: `at least 3`.
func (r Rule) Expected() string {
	switch r.Kind {
	case ExpectReplicas:
		switch {
		case r.AtMost == nil:
			return fmt.Sprintf("at least %d", *r.AtLeast)
		case r.AtLeast == nil:
			return fmt.Sprintf("at most %d", *r.AtMost)
		case *r.AtLeast == *r.AtMost:
			return fmt.Sprintf("exactly %d", *r.AtLeast)
		}
		return fmt.Sprintf("%d to %d", *r.AtLeast, *r.AtMost)
	case ExpectProvenance:
		if len(r.Except) > 0 {
			return "known provenance, except " + strings.Join(r.Except, ", ")
		}
		return "known provenance"
	case ExpectMaxAge:
		return fmt.Sprintf("at most %s old", counted(r.Days, "day"))
	case ExpectSameAs:
		return fmt.Sprintf("same as %s within %s", r.Other, lag(r.Within))
	}
	return string(r.Kind)
}

// lag writes a time in the largest unit that fits it.
func lag(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d > 0 && d%unit.of == 0 {
			return fmt.Sprint(int64(d/unit.of)) + unit.name
		}
	}
	return fmt.Sprint(int64(d/time.Second)) + "s"
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Found says what was found in an environment that is not as expected: how many
// replicas, or how many artifacts that should not be so.
func (r Rule) Found(found int, environment string) string {
	switch r.Kind {
	case ExpectReplicas:
		return fmt.Sprintf("%s has %s in %s, expected %s", r.Flow, counted(found, "replica"), environment, r.Expected())
	case ExpectProvenance:
		return fmt.Sprintf("%s of unknown provenance in %s", counted(found, "artifact"), environment)
	case ExpectMaxAge:
		return fmt.Sprintf("%s in %s older than %s", counted(found, r.noun()), environment, counted(r.Days, "day"))
	case ExpectSameAs:
		return fmt.Sprintf("%s differs from %s by %s", environment, r.Other, counted(found, r.noun()))
	}
	return string(r.Kind)
}

// noun is what is counted.
func (r Rule) noun() string {
	if r.Flow != "" {
		return r.Flow + " artifact"
	}
	return "artifact"
}

// ExpectationState says whether an expectation is met.
type ExpectationState string

// The states of an expectation.
const (
	StateMet      ExpectationState = "MET"
	StateBreached ExpectationState = "BREACHED"
	StateUnknown  ExpectationState = "UNKNOWN" // nothing was reported yet
)

// MarshalGQL writes the state as a GraphQL enum value.
func (s ExpectationState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *ExpectationState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, StateMet, StateBreached, StateUnknown)
}

// Expectation is a rule that an environment has to meet. Every snapshot is judged
// by it.
type Expectation struct {
	Key         int
	Environment *Environment
	Rule        Rule
	CreatedAt   time.Time
	RemovedAt   *time.Time
	Breach      *Breach // that goes on; nil if none does
}

// IsNode marks what has an ID.
func (*Expectation) IsNode() {}

// ID is the expectation's id in the API.
func (e *Expectation) ID() ID {
	return NewID("expectation", e.Environment.OrganizationName, strconv.Itoa(e.Key))
}

// Kind is what kind of rule it is.
func (e *Expectation) Kind() ExpectationKind { return e.Rule.Kind }

// Summary is the rule as people write it.
func (e *Expectation) Summary() string { return e.Rule.String() }

// State says whether the newest snapshot meets it.
func (e *Expectation) State() ExpectationState {
	switch {
	case e.Breach != nil:
		return StateBreached
	case e.Environment.Newest == 0:
		return StateUnknown
	}
	return StateMet
}

// Breach is a time in which an expectation was not met.
type Breach struct {
	Key           int64
	Expectation   *Expectation
	Found         int // what was found last: replicas, or artifacts that should not be so
	StartedAt     time.Time
	StartedNumber int // of the first snapshot that shows it
	EndedAt       *time.Time
	EndedNumber   *int // of the first snapshot that no longer shows it

	StartedIn *Snapshot // filled when it is asked for
	EndedIn   *Snapshot // filled when it is asked for
}

// IsNode marks what has an ID.
func (*Breach) IsNode() {}

// ID is the breach's id in the API.
func (b *Breach) ID() ID {
	return NewID("breach", b.Expectation.Environment.OrganizationName, strconv.FormatInt(b.Key, 10))
}

// Environment is where it happened.
func (b *Breach) Environment() *Environment { return b.Expectation.Environment }

// Summary is one line for people.
func (b *Breach) Summary() string { return b.Expectation.Rule.Found(b.Found, b.Environment().Name) }

// Pages of expectations and breaches.
type (
	ExpectationConnection = Connection[*Expectation]
	ExpectationEdge       = Edge[*Expectation]
	BreachConnection      = Connection[*Breach]
	BreachEdge            = Edge[*Breach]
)

// CreateExpectationInput says what must hold in an environment.
type CreateExpectationInput struct {
	Organization string
	Environment  string
	Expect       string
}

// CreateExpectationPayload holds the expectation, judged.
type CreateExpectationPayload struct {
	Expectation *Expectation
	Created     bool
}

// RemoveExpectationInput says what is no longer expected.
type RemoveExpectationInput struct {
	Organization string
	Environment  string
	Expect       string
}

// RemoveExpectationPayload holds the expectation as it is now.
type RemoveExpectationPayload struct {
	Expectation *Expectation
}
