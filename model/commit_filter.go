package model

import "time"

// CommitFilter says which commits are wanted: all that is given must hold. A nil one
// fits all.
type CommitFilter struct {
	Repository  *string    // its name with its owner
	AuthorEmail *string    // in upper or lower case
	Since       *time.Time // committed then or later
	Until       *time.Time // committed before
}

// Validate checks bounds. It returns KindInvalid.
func (f *CommitFilter) Validate() error {
	if f == nil || f.AuthorEmail == nil {
		return nil
	}
	return ValidateText("authorEmail", *f.AuthorEmail, 1, maxEmail)
}
