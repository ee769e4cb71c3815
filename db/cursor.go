package db

import (
	"encoding/hex"
	"math"

	"github.com/landfall-dev/landfall/model"
)

// Where a page of a list begins is a parameter of its statement. Of a list that is
// read from its beginning, that is a place before all others.

// nameAfter is the name after which a page of a list by name begins.
func nameAfter(p model.Page) (string, error) {
	if p.After == "" {
		return "", nil
	}
	key, err := p.After.Key(1)
	if err != nil {
		return "", err
	}
	return key[0], nil
}

// numberBefore is the number before which a page of a list by number begins, the
// largest first.
func numberBefore(p model.Page) (int64, error) {
	if p.After == "" {
		return math.MaxInt32, nil
	}
	key, err := p.After.Key(1)
	if err != nil {
		return 0, err
	}
	n, err := model.ParseIntKey(key[0])
	return min(n, math.MaxInt32), err
}

// numberAfter is the number after which a page of a list by number begins, the
// smallest first.
func numberAfter(p model.Page) (int64, error) {
	if p.After == "" {
		return math.MinInt64, nil
	}
	key, err := p.After.Key(1)
	if err != nil {
		return 0, err
	}
	return model.ParseIntKey(key[0])
}

// buildBefore is the place before which a page of a list of builds begins, which
// goes by run, attempt and system, the largest first.
func buildBefore(p model.Page) (run, attempt int64, system string, err error) {
	if p.After == "" {
		return math.MaxInt64, math.MaxInt32, "", nil
	}
	key, err := p.After.Key(3)
	if err != nil {
		return 0, 0, "", err
	}
	if run, err = model.ParseIntKey(key[0]); err != nil {
		return 0, 0, "", err
	}
	attempt, err = model.ParseIntKey(key[1])
	return run, attempt, key[2], err
}

// timeAndNumberBefore is the place before which a page of a list begins that
// goes by time and key, the latest first.
func timeAndNumberBefore(p model.Page) (at any, number int64, err error) {
	if p.After == "" {
		return "infinity", math.MaxInt64, nil
	}
	key, err := p.After.Key(2)
	if err != nil {
		return nil, 0, err
	}
	t, err := model.ParseTimeKey(key[0])
	if err != nil {
		return nil, 0, err
	}
	number, err = model.ParseIntKey(key[1])
	return t, number, err
}

// timeAndHexBefore is the place before which a page of a list begins that goes
// by time and digest, the latest first.
func timeAndHexBefore(p model.Page) (at any, digest []byte, err error) {
	if p.After == "" {
		return "infinity", []byte{}, nil
	}
	key, err := p.After.Key(2)
	if err != nil {
		return nil, nil, err
	}
	t, err := model.ParseTimeKey(key[0])
	if err != nil {
		return nil, nil, err
	}
	digest, decodeErr := hex.DecodeString(key[1])
	if decodeErr != nil {
		return nil, nil, model.Invalid("after", "after is not a cursor of this list")
	}
	return t, digest, nil
}

// timeHexAndNumberBefore is the place before which a page of a list begins that goes by
// time, digest and key, the latest first.
func timeHexAndNumberBefore(p model.Page) (at any, digest []byte, number int64, err error) {
	if p.After == "" {
		return "infinity", []byte{}, 0, nil
	}
	key, err := p.After.Key(3)
	if err != nil {
		return nil, nil, 0, err
	}
	at, digest, err = timeAndHexBefore(model.Page{After: model.NewCursor(key[0], key[1])})
	if err != nil {
		return nil, nil, 0, err
	}
	number, err = model.ParseIntKey(key[2])
	return at, digest, number, err
}

// runningBefore is the place before which a page of what runs begins, the latest
// started first.
func runningBefore(p model.Page) (at any, fingerprint []byte, name string, err error) {
	if p.After == "" {
		return "infinity", []byte{}, "", nil
	}
	key, err := p.After.Key(3)
	if err != nil {
		return nil, nil, "", err
	}
	at, fingerprint, err = timeAndHexBefore(model.Page{After: model.NewCursor(key[0], key[1])})
	return at, fingerprint, key[2], err
}
