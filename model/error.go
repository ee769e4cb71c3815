package model

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about an error. In upper case it is the
// `extensions.code` of GraphQL errors and the `code` of REST errors.
type Kind string

// The kinds of errors. Whatever is none of them is KindInternal.
const (
	KindInvalid         Kind = "invalid"         // the input is wrong: correct it
	KindUnauthenticated Kind = "unauthenticated" // no proof, or a wrong one
	KindForbidden       Kind = "forbidden"       // proven, but not allowed
	KindNotFound        Kind = "not_found"       // there is no such thing
	KindAmbiguous       Kind = "ambiguous"       // a reference fits several things
	KindConflict        Kind = "conflict"        // it contradicts what is there
	KindTooLarge        Kind = "too_large"       // the input is over its limit
	KindUnsupported     Kind = "unsupported"     // the input is in a form that is not taken
	KindBusy            Kind = "busy"            // too much at once, or the database is away: try again in a few seconds
	KindInternal        Kind = "internal"        // our fault, or the database's
)

// Error is an error whose Message may be shown to a user: a sentence that says
// what was wrong and what to do. The cause, if any, is for the log only.
type Error struct {
	Kind    Kind
	Field   string // the input field at fault, if one is
	Message string
	Err     error
}

// Error returns the message, and the cause behind it for the log.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind with a message for users.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Invalid makes an error of KindInvalid about one input field.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// KindOf reports the kind of the first Error in err's chain, KindInternal for
// any other error, and the empty kind for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}
