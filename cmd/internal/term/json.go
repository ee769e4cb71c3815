package term

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// JSON writes one document. Characters that could steer a terminal are written
// as escapes, which changes nothing for who reads it as JSON.
func (s *IO) JSON(document any) error { return s.encode(document, "  ") }

// JSONLine writes one document of several, on a line of its own.
func (s *IO) JSONLine(document any) error { return s.encode(document, "") }

func (s *IO) encode(document any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", indent)
	e.SetEscapeHTML(false)
	if err := e.Encode(document); err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	s.write(escapeControls(b.String()))
	return nil
}

func escapeControls(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r != '\n' && steers(r) { // the encoder escapes line ends in strings itself
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
