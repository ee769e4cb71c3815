package model

// Delivery is one webhook request as it was received, and what it says.
type Delivery struct {
	Source string // github
	Key    string // what tells it from another: the forge's own id of the delivery
	Event  string // push, workflow_run, ...
	Body   []byte

	Ignored    string // why it is of no use; empty if it is to be applied
	Repository Repository
	Commits    []*Commit // without their parents, which no push tells
	Build      *Build
}
