package aws_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// fault is an error of AWS, or an answer that is none if it has a body.
type fault struct {
	status        int
	code, message string
	body          string
	header        map[string]string
}

// read takes an operation and its input from a request.
func (m *model) read(r *http.Request) (operation string, in message, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", nil, err
	}
	in = message{}
	switch m.Metadata.Protocol {
	case "json":
		_, operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), m.Metadata.TargetPrefix+".")
		err = json.Unmarshal(body, &in)
	case "query":
		var form url.Values
		form, err = url.ParseQuery(string(body))
		operation = form.Get("Action")
		form.Del("Action")
		form.Del("Version")
		for name := range form {
			in[name] = form.Get(name)
		}
	default:
		operation, in = m.route(r)
	}
	known, ok := m.Operations[operation]
	if !ok || err != nil {
		return "", nil, errors.Join(fmt.Errorf("%s %s is no operation of %s", r.Method, r.URL, m.Metadata.ServiceID), err)
	}
	return operation, in, m.check(operation, known.Input.Shape, in)
}

// route finds the operation of a request whose method and path say it.
func (m *model) route(r *http.Request) (string, message) {
	for operation, known := range m.Operations {
		path, query, _ := strings.Cut(known.HTTP.RequestURI, "?")
		in, fits := match(path, r.URL.Path)
		if !fits || known.HTTP.Method != r.Method || (query != "") != r.URL.Query().Has("list-type") {
			continue
		}
		for name, at := range m.Shapes[known.Input.Shape].Members {
			switch {
			case at.Location == "querystring" && r.URL.Query().Has(at.LocationName):
				in[name] = r.URL.Query().Get(at.LocationName)
			case at.Location == "header" && r.Header.Get(at.LocationName) != "":
				in[name] = r.Header.Get(at.LocationName)
			}
		}
		return operation, in
	}
	return "", nil
}

// match compares a path with one of a description, as /{Bucket}/{Key+} is one.
func match(pattern, path string) (message, bool) {
	in := message{}
	patterns, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, p := range patterns {
		name, isVariable := strings.CutPrefix(strings.TrimSuffix(p, "}"), "{")
		name, takesAll := strings.CutSuffix(name, "+")
		switch {
		case i >= len(parts), !isVariable && p != parts[i]:
			return nil, false
		case takesAll:
			in[name] = strings.Join(parts[i:], "/")
			return in, in[name] != ""
		case isVariable:
			in[name] = parts[i]
		}
	}
	return in, len(patterns) == len(parts)
}

// write sends an answer. One that the description does not have is an error.
func (m *model) write(w http.ResponseWriter, operation string, out message) error {
	known := m.Operations[operation]
	if known.Output == nil {
		return nil
	}
	if err := m.check(operation, known.Output.Shape, out); err != nil {
		return err
	}
	if m.Metadata.Protocol == "json" || m.Metadata.Protocol == "rest-json" {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(toJSON(out))
	}
	s := m.Shapes[known.Output.Shape]
	for name, value := range out {
		if at := s.Members[name]; at.Location == "header" {
			w.Header().Set(at.LocationName, text(value, http.TimeFormat))
		}
	}
	if s.Payload != "" {
		content, _ := out[s.Payload].(string) // HEAD has none
		_, err := io.WriteString(w, content)
		return err
	}
	if known.HTTP.Method == http.MethodHead {
		return nil
	}
	var body bytes.Buffer
	m.writeXML(&body, known.Output.Shape, out)
	root, result := "ListBucketResult", body.String()
	if wrapper := known.Output.ResultWrapper; wrapper != "" {
		root, result = operation+"Response", "<"+wrapper+">"+result+"</"+wrapper+">"
	}
	w.Header().Set("Content-Type", "text/xml")
	_, err := fmt.Fprintf(w, "%s<%s>%s</%s>", xml.Header, root, result, root)
	return err
}

// writeXML writes what is in an element.
func (m *model) writeXML(w *bytes.Buffer, shapeName string, value any) {
	v, isStructure := value.(message)
	if !isStructure {
		_ = xml.EscapeText(w, []byte(text(value, time.RFC3339)))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		at := m.Shapes[shapeName].Members[name]
		s, tag := m.Shapes[at.Shape], name
		if at.Location != "" {
			continue
		}
		if at.LocationName != "" {
			tag = at.LocationName
		}
		if items, isList := v[name].([]any); isList { // all lists in these APIs are flat
			for _, item := range items {
				m.element(w, tag, s.Member.Shape, item)
			}
			continue
		}
		m.element(w, tag, at.Shape, v[name])
	}
}

func (m *model) element(w *bytes.Buffer, tag, shapeName string, value any) {
	fmt.Fprintf(w, "<%s>", tag)
	m.writeXML(w, shapeName, value)
	fmt.Fprintf(w, "</%s>", tag)
}

func text(value any, layout string) string {
	if t, ok := value.(time.Time); ok {
		return t.UTC().Format(layout)
	}
	return fmt.Sprint(value)
}

// refuse sends an error as the protocol has it.
func (m *model) refuse(w http.ResponseWriter, r *http.Request, f *fault) {
	for name, value := range f.header {
		w.Header().Set(name, value)
	}
	body := f.body
	if body == "" {
		switch m.Metadata.Protocol {
		case "json", "rest-json":
			w.Header().Set("X-Amzn-ErrorType", f.code)
			body = fmt.Sprintf(`{"__type":%q,"message":%q}`, f.code, f.message)
		case "query":
			body = fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>1</RequestId></ErrorResponse>", f.code, f.message)
		default:
			body = fmt.Sprintf("%s<Error><Code>%s</Code><Message>%s</Message><RequestId>1</RequestId></Error>", xml.Header, f.code, f.message)
		}
	}
	w.WriteHeader(f.status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, body)
	}
}
