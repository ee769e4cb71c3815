// Package model holds what Landfall talks about (organizations, flows,
// artifacts, environments, snapshots, events) and the rules that need no
// database: how references are read, what a report says, what follows from
// evidence. Everything here is a value or a pure function of values.
package model
