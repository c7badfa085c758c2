package report

import (
	"bytes"
	"encoding/json"
)

// JSON is the report for scripts: a Document.
func JSON(in Input) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	d := Make(in)
	if err := e.Encode(d); err != nil {
		// A Document has only strings, numbers and booleans: nothing of it can fail.
		panic(err)
	}
	return b.Bytes()
}
