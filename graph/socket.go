package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/coder/websocket"

	"github.com/landfall-dev/landfall/model"
)

// subprotocol is how GraphQL is spoken over a websocket.
const subprotocol = "graphql-transport-ws"

// Codes with which a websocket is closed: those of the protocol, and of websockets.
const (
	closeBadRequest  = 4400
	closeForbidden   = 4403
	closeInitTimeout = 4408
)

// maxInit bounds what may be sent by who is not proven yet.
const maxInit = 16 << 10

// isWebsocket reports whether a request asks for a websocket.
func isWebsocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// offersSubprotocol reports whether a client speaks as this server does.
func offersSubprotocol(r *http.Request) bool {
	for _, header := range r.Header.Values("Sec-WebSocket-Protocol") {
		for offered := range strings.SplitSeq(header, ",") {
			if strings.TrimSpace(offered) == subprotocol {
				return true
			}
		}
	}
	return false
}

// fromHere reports whether a request comes from a page of this server, or from no
// page: of its address from outside, or of the one that is asked.
func fromHere(r *http.Request, host string) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (strings.EqualFold(u.Host, r.Host) || (host != "" && strings.EqualFold(u.Host, host)))
}

// sockets accepts websockets for gqlgen.
type sockets struct{ write time.Duration }

// Accept answers a request for a websocket.
func (a sockets) Accept(w http.ResponseWriter, r *http.Request, _ transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{subprotocol}, InsecureSkipVerify: true, // where it comes from was looked at
	})
	if err != nil {
		return nil, err
	}
	s := sessionFrom(r.Context()).socket
	s.opened(conn, a.write)
	return s, nil
}

// socket is a websocket. A client that does not take what it is sent within a time is
// cut off.
type socket struct {
	mu      sync.Mutex
	conn    *websocket.Conn
	write   time.Duration
	ending  bool          // before it was opened
	closing chan struct{} // once it is being closed; closed when it is
	reader  *time.Timer
}

func (s *socket) opened(conn *websocket.Conn, write time.Duration) {
	s.mu.Lock()
	s.conn, s.write = conn, write
	ending := s.ending
	s.mu.Unlock()
	if ending {
		s.end()
	}
}

// end closes the socket because the server stops: clients connect again.
func (s *socket) end() {
	s.mu.Lock()
	s.ending = true
	open := s.conn != nil
	s.mu.Unlock()
	if open {
		_ = s.WriteClose(int(websocket.StatusGoingAway), "the server is stopping: connect again")
	}
}

// wait returns when the other side has been told that the socket is closed.
func (s *socket) wait() {
	s.mu.Lock()
	closing := s.closing
	s.mu.Unlock()
	if closing != nil {
		<-closing
	}
}

// NextReader reads the next message.
func (s *socket) NextReader() (int, io.Reader, error) {
	kind, data, err := s.conn.Read(context.Background())
	if err != nil {
		code := websocket.CloseStatus(err)
		if slices.Contains([]websocket.StatusCode{websocket.StatusNormalClosure, websocket.StatusNoStatusRcvd, websocket.StatusGoingAway}, code) || errors.Is(err, io.EOF) {
			err = transport.ErrWebsocketClosed
		}
		return int(kind), nil, err
	}
	return int(kind), bytes.NewReader(data), nil
}

// WriteJSON writes a message.
func (s *socket) WriteJSON(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.write)
	defer cancel()
	err = s.conn.Write(ctx, websocket.MessageText, data)
	if err != nil { // it may be half written: nothing more can be sent
		_ = s.conn.CloseNow()
	}
	return err
}

// WriteClose says that the socket is closed, and why.
func (s *socket) WriteClose(code int, message string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing != nil {
		return nil
	}
	closing, conn := make(chan struct{}), s.conn
	s.closing = closing
	go func() { // it waits for the other side to say the same
		defer close(closing)
		_ = conn.Close(closeCode(code, message), shortened(message))
	}()
	return nil
}

// closeCode is the code of the protocol for what gqlgen closes a socket for.
func closeCode(code int, message string) websocket.StatusCode {
	if code != transport.WebsocketCloseProtocolError {
		return websocket.StatusCode(code)
	}
	if strings.Contains(message, "timeout") {
		return closeInitTimeout
	}
	return closeBadRequest
}

// shortened is a message that fits into a websocket's close frame.
func shortened(message string) string {
	const most = 120
	if len(message) <= most {
		return message
	}
	return strings.ToValidUTF8(message[:most], "")
}

// Close ends the socket, when it has been said that it is closed.
func (s *socket) Close() error {
	s.stopTimer()
	go func() {
		s.wait()
		_ = s.conn.CloseNow()
	}()
	return nil
}

// Subprotocol is what was agreed on.
func (s *socket) Subprotocol() string { return s.conn.Subprotocol() }

// SetReadLimit bounds the messages that are read.
func (s *socket) SetReadLimit(limit int64) { s.conn.SetReadLimit(limit) }

// SetReadDeadline ends the socket if nothing lifts that before.
func (s *socket) SetReadDeadline(at time.Time) error {
	s.stopTimer()
	if !at.IsZero() {
		s.mu.Lock()
		s.reader = time.AfterFunc(time.Until(at), func() { _ = s.conn.CloseNow() })
		s.mu.Unlock()
	}
	return nil
}

func (s *socket) stopTimer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader != nil {
		s.reader.Stop()
	}
}

// websocketTransport speaks GraphQL over websockets. Who is there is proven by the
// header or a cookie of the request, or by the first message: browsers can send no header.
func websocketTransport(limits StreamLimits) transport.Websocket {
	limit := int64(maxInit)
	return transport.Websocket{
		Implementation:   sockets{limits.Write},
		InitTimeout:      limits.Init,
		PingPongInterval: limits.Heartbeat,
		PayloadReadLimit: &limit,
		InitFunc: func(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
			s := sessionFrom(ctx)
			if authorization := payload.Authorization(); authorization != "" || s.caller == nil {
				err := s.prove(ctx, authorization)
				if authorization == "" && s.signedOut != nil {
					err = s.signedOut
				}
				if err != nil {
					return transport.WithWebsocketCloseCode(transport.AppendCloseReason(ctx, refusalOf(err)), closeForbidden), nil, err
				}
			}
			s.socket.SetReadLimit(maxBody)
			return ctx, nil, nil
		},
	}
}

// refusalOf is why somebody is not let in, for the client.
func refusalOf(err error) string {
	if e, ok := errors.AsType[*model.Error](err); ok && e.Kind != model.KindInternal {
		return e.Message
	}
	return "internal error"
}
