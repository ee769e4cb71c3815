// Package graph serves the GraphQL API. The schema is in schema/, what gqlgen
// makes of it in generated/, and *.resolvers.go answer its fields.
//
// Fields that lead to further rows are not answered one by one. As soon as a
// resolver has a list, the selection below it is walked, and each field is loaded
// for all members of the list by one statement (walk.go, edges.go). The resolvers
// of those fields only pick up what is there. So the number of statements depends
// on the shape of a query, and not on how much it finds.
package graph
