package model

// RunningFlowChanged says that it became known of which flow something is that runs
// already.
type RunningFlowChanged struct{ *EventFacts }

// ToFlow is the name of the flow.
func (e RunningFlowChanged) ToFlow() string { return e.Name }

// ExpectationBreached says that an environment ceased to be as expected.
type ExpectationBreached struct{ *EventFacts }

// Expectation is what was expected.
func (e ExpectationBreached) Expectation() *Expectation { return e.Expected }

// Found is how many replicas there are, or artifacts that should not be so.
func (e ExpectationBreached) Found() int { return e.After }

// ExpectationMet says that an environment is as expected again.
type ExpectationMet struct{ *EventFacts }

// Expectation is what was expected.
func (e ExpectationMet) Expectation() *Expectation { return e.Expected }

// Found is how many replicas there are.
func (e ExpectationMet) Found() int { return e.After }
