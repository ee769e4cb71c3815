package db

import (
	"database/sql"
	"errors"
	"fmt"

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

// brokenConstraint is the name of the constraint that an error tells of; empty
// if it tells of none.
func brokenConstraint(err error) string {
	if e := pq.As(err); e != nil {
		return e.Constraint
	}
	return ""
}
