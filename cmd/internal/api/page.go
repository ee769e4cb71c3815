package api

import "context"

// maxPage is the most that the server gives in one page.
const maxPage = 100

// Cursor is a place in a list, as the server gave it.
type Cursor string

// List is a list, or as much of it as was asked for.
type List[T any] struct {
	Items []T
	More  bool // there is more than what was asked for
}

// page is one page of a list, as the API gives it.
type page[T any] struct {
	Nodes    []T      `graphql:"nodes"`
	PageInfo pageInfo `graphql:"pageInfo"`
}

type pageInfo struct {
	HasNextPage bool    `graphql:"hasNextPage"`
	EndCursor   *Cursor `graphql:"endCursor"`
}

// fetchFunc asks for one page. It must put the answer into a fresh value.
type fetchFunc[T any] func(first int, after *Cursor) (page[T], error)

// follow reads a list page by page, until limit items are there or all of them
// if limit is 0.
func follow[T any](ctx context.Context, c *Client, limit int, fetch fetchFunc[T]) (List[T], error) {
	first := maxPage
	if limit > 0 {
		first = min(limit, maxPage)
	}
	p, err := fetch(first, nil)
	if err != nil {
		return List[T]{}, err
	}
	return followFrom(ctx, c, p, limit, fetch)
}

// followFrom is follow where the first page is there already.
func followFrom[T any](ctx context.Context, c *Client, p page[T], limit int, fetch fetchFunc[T]) (List[T], error) {
	items := p.Nodes
	var after *Cursor
	for p.PageInfo.HasNextPage && (limit == 0 || len(items) < limit) {
		// A page may have no members and go on, where few of many fit. One that leads
		// nowhere would be asked for without end.
		end := p.PageInfo.EndCursor
		if end == nil || after != nil && *end == *after {
			return List[T]{}, &Error{Message: "the server says that the list goes on, but not where"}
		}
		if err := ctx.Err(); err != nil {
			return List[T]{}, err
		}
		if c.OnPage != nil {
			c.OnPage(len(items))
		}
		first := maxPage
		if limit > 0 {
			first = min(limit-len(items), maxPage)
		}
		var err error
		after = end
		if p, err = fetch(first, after); err != nil {
			return List[T]{}, err
		}
		items = append(items, p.Nodes...)
	}
	return List[T]{Items: items, More: p.PageInfo.HasNextPage}, nil
}
