package graph

//go:generate go tool gqlgen generate

// Resolver is the root of all resolvers.
type Resolver struct{}
