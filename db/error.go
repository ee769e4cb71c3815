package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/landfall-dev/landfall/model"
)

// wrap gives an error of the database the kind that a caller can do something
// about. What names the thing, as in `flow "runner"`.
func wrap(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case model.KindOf(err) != model.KindInternal:
		return err
	case isAway(err):
		return &model.Error{Kind: model.KindBusy, Message: "the database does not answer: try again in a few seconds", Err: fmt.Errorf("%s: %w", what, err)}
	case errors.Is(err, sql.ErrNoRows):
		return &model.Error{Kind: model.KindNotFound, Message: what + " does not exist", Err: err}
	case pq.As(err, pqerror.CharacterNotInRepertoire) != nil:
		return &model.Error{Kind: model.KindInvalid, Message: what + ": what was given is not text", Err: err}
	case pq.As(err, pqerror.NumericValueOutOfRange, pqerror.DatetimeFieldOverflow) != nil:
		return &model.Error{Kind: model.KindInvalid, Message: what + ": a number that was given is out of range", Err: err}
	case pq.As(err, pqerror.UniqueViolation) != nil:
		return &model.Error{Kind: model.KindConflict, Message: what + " is there already", Err: err}
	default:
		return fmt.Errorf("%s: %w", what, err)
	}
}

// isAway reports whether an error says that the database is not there, or does not
// answer in time, and nothing of what it was asked. What it was asked may be done
// all the same: the answer alone may be lost.
func isAway(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	for _, lost := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded} {
		if errors.Is(err, lost) {
			return true
		}
	}
	e := pq.As(err)
	if e == nil {
		return false
	}
	switch e.Code {
	case pqerror.AdminShutdown, pqerror.CrashShutdown, pqerror.CannotConnectNow, pqerror.TooManyConnections, pqerror.QueryCanceled:
		return true
	}
	return e.Code.Class() == pqerror.ClassConnectionException
}

// brokenConstraint is the name of the constraint that an error tells of; empty
// if it tells of none.
func brokenConstraint(err error) string {
	if e := pq.As(err); e != nil {
		return e.Constraint
	}
	return ""
}
