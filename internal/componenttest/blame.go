package componenttest

import (
	"testing"
)

// Validator is a component's arguments.
type Validator interface {
	Validate() error
}

// Case is one edit of a valid example, and the field that must be blamed for it.
type Case[A Validator] struct {
	Reason string
	Edit   func(*A)
	Blames string // the field; empty means that the edit leaves the example valid
}

// blamer is an error that knows its fields, as every component's is.
type blamer interface {
	error
	Blames(field string) bool
}

// Blame tries every case on a copy of valid.
func Blame[A Validator](t *testing.T, valid A, cases map[string]Case[A]) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			args := valid
			c.Edit(&args)
			err := args.Validate()
			if c.Blames == "" {
				if err != nil {
					t.Errorf("refused: %v: %s", err, c.Reason)
				}
				return
			}
			b, ok := err.(blamer)
			if !ok || !b.Blames(c.Blames) {
				t.Errorf("error is %v, want it to blame %s: %s", err, c.Blames, c.Reason)
			}
		})
	}
}
