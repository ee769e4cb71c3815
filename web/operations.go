package web

import (
	_ "embed"
	"encoding/json"
)

//go:embed operations.json
var operations []byte

// Operations returns the documents that the dashboard asks, by the SHA-256 of each in
// hex: it sends the hash instead. They are made with the dashboard, from its source.
func Operations() map[string]string {
	documents := map[string]string{}
	if err := json.Unmarshal(operations, &documents); err != nil {
		panic(err) // what is embedded is known when the program is built
	}
	return documents
}
