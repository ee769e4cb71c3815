package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	graphql "github.com/hasura/go-graphql-client"
)

// Code says what a caller can do about an error. It is the `extensions.code` of
// GraphQL errors and the `code` of REST errors.
type Code string

// The codes of the server. Errors that the server did not make have none.
const (
	CodeInvalid         Code = "INVALID"
	CodeUnauthenticated Code = "UNAUTHENTICATED"
	CodeForbidden       Code = "FORBIDDEN"
	CodeNotFound        Code = "NOT_FOUND"
	CodeAmbiguous       Code = "AMBIGUOUS"
	CodeConflict        Code = "CONFLICT"
	CodeTooLarge        Code = "TOO_LARGE"
	CodeInternal        Code = "INTERNAL"
)

// Error is what the server refused, or why it could not be asked.
type Error struct {
	Code    Code
	Field   string // the input field at fault, if one is
	Message string
	Err     error // the cause, if the server did not refuse
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first Error in err's chain, and none for any
// other error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// redirectError says where a server wants to be asked instead.
type redirectError struct{ to string }

func (e *redirectError) Error() string { return "redirected to " + e.to }

// signInError says why there is no token to sign in with.
type signInError struct{ err error }

func (e *signInError) Error() string { return e.err.Error() }
func (e *signInError) Unwrap() error { return e.err }

// decodeError makes an *Error of what the GraphQL library returns. The library
// says only "422 Unprocessable Entity" where the server said why.
func (c *Client) decodeError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	list, ok := errors.AsType[graphql.Errors](err)
	if !ok || len(list) == 0 {
		return err
	}
	if refused, ok := errors.AsType[graphql.NetworkError](err); ok {
		return c.refusal(refused.StatusCode(), []byte(refused.Body()))
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return c.unreachable(err)
	}
	code, _ := list[0].Extensions["code"].(string)
	switch code {
	case graphql.ErrRequestError:
		return c.unreachable(err)
	case graphql.ErrJsonDecode, graphql.ErrGraphQLDecode:
		return &Error{
			Message: fmt.Sprintf("%s did not answer as a Landfall server of this version does: check the host", c.host),
			Err:     err,
		}
	case graphql.ErrGraphQLEncode:
		return fmt.Errorf("write the query: %w", err)
	}
	return errorOf(list)
}

// errorOf is one Error of all that a server said. What the library could not
// decode beside it is left out: those errors alone have a cause.
func errorOf(list graphql.Errors) *Error {
	e := &Error{}
	var messages []string
	for _, item := range list {
		if item.Unwrap() == nil && !slices.Contains(messages, item.Message) {
			messages = append(messages, item.Message)
		}
	}
	e.Message = strings.Join(messages, "\n")
	code, _ := list[0].Extensions["code"].(string)
	e.Code = Code(code)
	e.Field, _ = list[0].Extensions["field"].(string)
	return e
}

// refusal reads an answer whose status is an error: GraphQL's shape, REST's, or
// neither, if something else than Landfall answered.
func (c *Client) refusal(status int, body []byte) error {
	var answer struct {
		Errors  json.RawMessage `json:"errors"` // a list in GraphQL, an object in REST
		Message string          `json:"message"`
		Code    Code            `json:"code"`
	}
	if json.Unmarshal(body, &answer) == nil {
		var list graphql.Errors
		if json.Unmarshal(answer.Errors, &list) == nil && len(list) > 0 {
			e := errorOf(list)
			if e.Code == "" {
				e.Code = codeOfStatus(status)
			}
			return e
		}
		if answer.Message != "" {
			return refusalOf(status, answer.Code, answer.Message, answer.Errors)
		}
	}
	// No code: the 404 of a stranger does not mean that there is no such flow.
	return &Error{
		Message: fmt.Sprintf("%s answered %d %s, and not as a Landfall server does: check the host", c.host, status, http.StatusText(status)),
	}
}

// refusalOf reads REST's errors: a message, and a text for each wrong field.
func refusalOf(status int, code Code, message string, fields json.RawMessage) *Error {
	e := &Error{Code: code, Message: message}
	if e.Code == "" {
		e.Code = codeOfStatus(status)
	}
	var byField map[string]string
	if json.Unmarshal(fields, &byField) != nil {
		return e
	}
	names := make([]string, 0, len(byField))
	for name := range byField {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if e.Field == "" {
			e.Field = name
		}
		if byField[name] != message {
			e.Message += "\n" + name + ": " + byField[name]
		}
	}
	return e
}

func codeOfStatus(status int) Code {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return CodeInvalid
	case http.StatusUnauthorized:
		return CodeUnauthenticated
	case http.StatusForbidden:
		return CodeForbidden
	case http.StatusNotFound:
		return CodeNotFound
	case http.StatusConflict:
		return CodeConflict
	case http.StatusRequestEntityTooLarge:
		return CodeTooLarge
	default:
		return ""
	}
}

// unreachable says why there was no answer that could be read, and what to do.
func (c *Client) unreachable(err error) *Error {
	e := &Error{Err: err}
	if redirect, ok := errors.AsType[*redirectError](err); ok {
		e.Message = fmt.Sprintf("the server at %s sends its callers to %s: set --host or LANDFALL_HOST to where it is", c.host, redirect.to)
		return e
	}
	if signIn, ok := errors.AsType[*signInError](err); ok {
		e.Code, e.Message = CodeUnauthenticated, signIn.Error()
		return e
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		e.Message = fmt.Sprintf("the answer of the server at %s is over %d MiB", c.host, tooLarge.Limit>>20)
		return e
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		e.Message = fmt.Sprintf("cannot find the server at %s: no machine is named %s (set --host or LANDFALL_HOST)", c.host, dns.Name)
		return e
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		e.Message = fmt.Sprintf("the server at %s did not answer within %s", c.host, c.timeout)
		return e
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		e.Message = fmt.Sprintf("cannot reach the server at %s: is it running? (set --host or LANDFALL_HOST)", c.host)
		return e
	}
	e.Message = fmt.Sprintf("cannot reach the server at %s: %v (set --host or LANDFALL_HOST)", c.host, innermost(err))
	return e
}

// innermost is the error that the others are wrapped around: what the network
// said, without how it was asked.
func innermost(err error) error {
	for {
		if list, ok := err.(graphql.Errors); ok && len(list) > 0 { //nolint:errorlint // walks the chain itself
			err = list[0].Unwrap()
			continue
		}
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
