package model

import (
	"strings"
	"time"
	"unicode"
)

// Bounds of what is known of agents.
const (
	maxProgram   = 200                 // characters of what one calls itself
	MaxAgents    = 1000                // of one environment
	AgentsForget = 90 * 24 * time.Hour // after which one is forgotten that was not seen
)

// Agent is who reports an environment: a program with a token.
type Agent struct {
	OrganizationName string
	Key              int64
	Program          string // what it calls itself; may be empty
	TokenName        string
	Environment      *Environment
	FirstSeenAt      time.Time
	LastSeenAt       time.Time
}

// IsNode marks what has an ID.
func (*Agent) IsNode() {}

// ID is the agent's id in the API.
func (a *Agent) ID() ID { return NewID("agent", a.OrganizationName, IntKey(a.Key)) }

// AgentCursor is the place of an agent in a list, the latest seen first.
func AgentCursor(a *Agent) Cursor { return NewCursor(TimeKey(a.LastSeenAt), IntKey(a.Key)) }

// AgentSighting says that a report came that was proven.
type AgentSighting struct {
	Organization string
	Environment  string
	TokenHash    [32]byte
	Program      string
}

// ProgramOf is what a program calls itself, made fit to be kept: what cannot be printed is
// left out, and what is too long is cut.
func ProgramOf(userAgent string) string {
	printable := strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, userAgent[:min(len(userAgent), 10*maxProgram)])
	return strings.TrimSpace(CleanText(printable, maxProgram))
}

// The pages of agents.
type (
	AgentConnection = Connection[*Agent]
	AgentEdge       = Edge[*Agent]
)
