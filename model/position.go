package model

import (
	"cmp"
	"math"
)

// Position is a place in the log of an organization, which is in the order in which
// events became known: that of the transactions that wrote them, and within one
// that of their keys. The zero Position is before all events.
type Position struct {
	Transaction int64
	Key         int64
}

// Cursor is the position as the API gives it.
func (p Position) Cursor() Cursor {
	return NewCursor(IntKey(p.Transaction), IntKey(p.Key))
}

// Compare returns less than 0 if p is before other, 0 if they are the same place,
// and more than 0 otherwise.
func (p Position) Compare(other Position) int {
	return cmp.Or(cmp.Compare(p.Transaction, other.Transaction), cmp.Compare(p.Key, other.Key))
}

// ParsePosition reads what Position.Cursor wrote. It returns KindInvalid for
// anything else.
func ParsePosition(c Cursor) (Position, error) {
	bad := Invalid("after", "after is not a position: send back the position of an event or of the organization, unchanged")
	key, err := c.Key(2)
	if err != nil {
		return Position{}, bad
	}
	transaction, err := ParseIntKey(key[0])
	if err != nil || transaction < 0 {
		return Position{}, bad
	}
	id, err := ParseIntKey(key[1])
	if err != nil || id < 0 || id == math.MaxInt64 {
		return Position{}, bad
	}
	return Position{Transaction: transaction, Key: id}, nil
}

// LogPart is a part of the log of an organization.
type LogPart struct {
	Events    []Event
	More      bool // there is more to read
	Unsettled bool // there is more, which can be read when older transactions have ended
}
