package model

import "time"

// Agent is who reports an environment: a program with a token.
type Agent struct {
	OrganizationName string
	Key              int64
	Program          string // what it calls itself; may be empty
	TokenName        string
	EnvironmentKey   int
	Environment      *Environment // filled when it is asked for
	FirstSeenAt      time.Time
	LastSeenAt       time.Time
}

// IsNode marks what has an ID.
func (*Agent) IsNode() {}

// ID is the agent's id in the API.
func (a *Agent) ID() ID { return NewID("agent", a.OrganizationName, IntKey(a.Key)) }

// The pages of agents.
type (
	AgentConnection = Connection[*Agent]
	AgentEdge       = Edge[*Agent]
)
