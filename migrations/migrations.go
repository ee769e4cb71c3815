// Package migrations holds the changes of the database schema as SQL, in the
// order of their names. A file that was released is never edited.
package migrations

import "embed"

// FS has one `.tx.up.sql` and one `.tx.down.sql` for each change.
//
//go:embed *.sql
var FS embed.FS
