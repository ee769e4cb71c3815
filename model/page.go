package model

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// Bounds of a page of any list.
const (
	DefaultPageSize = 20
	MaxPageSize     = 100
)

// Page is a part of a list that is asked for: the First places after the one
// that After names, or from the beginning if After is empty.
type Page struct {
	First int
	After Cursor
}

// NewPage checks what a client asked for; nil stands for what it left out. It
// returns KindInvalid for a size out of 1 to MaxPageSize.
func NewPage(first *int, after *Cursor) (Page, error) {
	p := Page{First: DefaultPageSize}
	if first != nil {
		p.First = *first
	}
	if p.First < 1 || p.First > MaxPageSize {
		return Page{}, Invalid("first", "first is %d, and must be from 1 to %d", p.First, MaxPageSize)
	}
	if after != nil {
		p.After = *after
	}
	return p, nil
}

// OrderDirection is which way a list goes.
type OrderDirection string

// The ways a list can go.
const (
	OrderAscending  OrderDirection = "ASC"
	OrderDescending OrderDirection = "DESC"
)

// MarshalGQL writes the direction as a GraphQL enum value.
func (d OrderDirection) MarshalGQL(w io.Writer) { writeQuoted(w, string(d)) }

// UnmarshalGQL reads a direction from a GraphQL enum value.
func (d *OrderDirection) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, d, OrderAscending, OrderDescending)
}

// Cursor is a place in a list: the sort key of what is there. On the wire it is
// `v1.` and the key's parts as a JSON array in base64url.
type Cursor string

// NewCursor makes the cursor of a place from the parts of its sort key.
func NewCursor(key ...string) Cursor {
	raw, err := json.Marshal(key)
	if err != nil {
		panic("a list of strings has no JSON: " + err.Error())
	}
	return Cursor("v1." + base64.RawURLEncoding.EncodeToString(raw))
}

// Key returns the n parts of the sort key. It returns KindInvalid if the cursor
// was not made with as many parts.
func (c Cursor) Key(n int) ([]string, error) {
	bad := NotACursor()
	encoded, found := strings.CutPrefix(string(c), "v1.")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if !found || err != nil {
		return nil, bad
	}
	var key []string
	if json.Unmarshal(raw, &key) != nil || len(key) != n {
		return nil, bad
	}
	for _, part := range key {
		if strings.ContainsRune(part, 0) {
			return nil, bad
		}
	}
	return key, nil
}

// MarshalGQL writes the cursor as a GraphQL string.
func (c Cursor) MarshalGQL(w io.Writer) { writeQuoted(w, string(c)) }

// UnmarshalGQL reads a cursor from a GraphQL string.
func (c *Cursor) UnmarshalGQL(v any) error {
	s, err := unmarshalString(v, "a cursor")
	*c = Cursor(s)
	return err
}

// TimeKey and IntKey write parts of sort keys; ParseTimeKey and ParseIntKey
// read them back, with KindInvalid for what is none.
func TimeKey(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// IntKey writes a number as a part of a sort key.
func IntKey(n int64) string { return strconv.FormatInt(n, 10) }

// ParseTimeKey reads what TimeKey wrote, of the years 1 to 9999.
func ParseTimeKey(s string) (time.Time, error) {
	n, err := ParseIntKey(s)
	if err != nil {
		return time.Time{}, err
	}
	t := time.UnixMicro(n).UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, NotACursor()
	}
	return t, nil
}

// ParseIntKey reads what IntKey wrote.
func ParseIntKey(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, NotACursor()
	}
	return n, nil
}

// NotACursor is the error of a cursor that is of another list, or of none.
func NotACursor() *Error {
	return Invalid("after", "after is not a cursor of this list: send back the endCursor of the page before, unchanged")
}

// Connection is a page of a list, as Relay describes it.
type Connection[T any] struct {
	Nodes  []T
	page   Page
	more   bool
	stop   *Cursor // where the next page begins, if that is not after the last node
	cursor func(T) Cursor
}

// Edge is one place in a Connection.
type Edge[T any] struct {
	Cursor Cursor
	Node   T
}

// PageInfo says where a page stands in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *Cursor
	EndCursor       *Cursor
}

// NewConnection makes a page of rows, which are one more than asked for if the
// list goes on.
func NewConnection[T any](rows []T, p Page, cursor func(T) Cursor) *Connection[T] {
	more := len(rows) > p.First
	if more {
		rows = rows[:p.First]
	}
	if rows == nil {
		rows = []T{}
	}
	return &Connection[T]{Nodes: rows, page: p, more: more, cursor: cursor}
}

// NewPartOfConnection makes a page for which only a part of a list was looked
// through. If that was not enough for a full page, the next one begins after stop,
// the last place that was looked at; it is nil if that was the last of the list.
func NewPartOfConnection[T any](rows []T, p Page, cursor func(T) Cursor, stop *Cursor) *Connection[T] {
	c := NewConnection(rows, p, cursor)
	if !c.more && stop != nil {
		c.more, c.stop = true, stop
	}
	return c
}

// Members returns the nodes, for code that does not know their type.
func (c *Connection[T]) Members() []any {
	if c == nil {
		return nil
	}
	members := make([]any, len(c.Nodes))
	for i, node := range c.Nodes {
		members[i] = node
	}
	return members
}

// Edges returns the page with a cursor for each place.
func (c *Connection[T]) Edges() []*Edge[T] {
	edges := make([]*Edge[T], len(c.Nodes))
	for i, node := range c.Nodes {
		edges[i] = &Edge[T]{Cursor: c.cursor(node), Node: node}
	}
	return edges
}

// PageInfo says where the page stands in its list.
func (c *Connection[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.more, HasPreviousPage: c.page.After != ""}
	if len(c.Nodes) > 0 {
		start, end := c.cursor(c.Nodes[0]), c.cursor(c.Nodes[len(c.Nodes)-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	if c.stop != nil {
		info.EndCursor = c.stop
	}
	return info
}

// The pages of the API.
type (
	ArtifactConnection        = Connection[*Artifact]
	ArtifactEdge              = Edge[*Artifact]
	AttestationConnection     = Connection[Attestation]
	AttestationEdge           = Edge[Attestation]
	BuildConnection           = Connection[*Build]
	BuildEdge                 = Edge[*Build]
	CommitConnection          = Connection[*Commit]
	CommitEdge                = Edge[*Commit]
	DeliveredChangeConnection = Connection[*DeliveredChange]
	DeliveredChangeEdge       = Edge[*DeliveredChange]
	DeploymentConnection      = Connection[*Deployment]
	DeploymentEdge            = Edge[*Deployment]
	EnvironmentConnection     = Connection[*Environment]
	EnvironmentEdge           = Edge[*Environment]
	EventConnection           = Connection[Event]
	EventEdge                 = Edge[Event]
	FlowConnection            = Connection[*Flow]
	FlowEdge                  = Edge[*Flow]
	FlowChangeConnection      = Connection[*FlowChange]
	FlowChangeEdge            = Edge[*FlowChange]
	OrganizationConnection    = Connection[*Organization]
	OrganizationEdge          = Edge[*Organization]
	RepositoryConnection      = Connection[*Repository]
	RepositoryEdge            = Edge[*Repository]
	RunningArtifactConnection = Connection[*RunningArtifact]
	RunningArtifactEdge       = Edge[*RunningArtifact]
	RunningChangeConnection   = Connection[*RunningChange]
	RunningChangeEdge         = Edge[*RunningChange]
	SnapshotConnection        = Connection[*Snapshot]
	SnapshotEdge              = Edge[*Snapshot]
	NotificationConnection    = Connection[*Notification]
	NotificationEdge          = Edge[*Notification]
	TokenConnection           = Connection[*Token]
	TokenEdge                 = Edge[*Token]
)
