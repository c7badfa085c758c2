package awsport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"pitboss/drill/port"
)

// ask makes one call of a bounded time, and says of an error what was asked.
func ask[Out any](ctx context.Context, what string, call func(context.Context) (Out, error)) (Out, error) {
	return within(ctx, patience, what, call)
}

// within is ask with another bound.
func within[Out any](ctx context.Context, limit time.Duration, what string, call func(context.Context) (Out, error)) (Out, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	out, err := call(limited)
	if err != nil {
		err = told(ctx, what, err)
	}
	return out, err
}

// told says what was asked, and tells a refusal, which keeps AWS's code and words, from no
// answer at all.
func told(ctx context.Context, what string, err error) error {
	var refusal smithy.APIError
	switch {
	case ctx.Err() != nil: // nobody waits for the answer any more
		return fmt.Errorf("%s: %w", what, ctx.Err())
	case errors.As(err, &refusal) && passing(err, refusal.ErrorCode()):
		return fmt.Errorf("%s: %w: %w", what, port.ErrUnreachable, &refused{refusal.ErrorCode(), refusal.ErrorMessage(), err})
	case errors.As(err, &refusal):
		return fmt.Errorf("%s: %w", what, &refused{refusal.ErrorCode(), refusal.ErrorMessage(), err})
	case unanswered(err):
		return fmt.Errorf("%s: %w: %w", what, port.ErrUnreachable, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// passing says whether a service said no more than that it cannot answer now: an outage is
// full of such answers, and so is a busy day.
func passing(err error, code string) bool {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError {
		return true
	}
	_, throttled := retry.DefaultThrottleErrorCodes[code]
	return throttled
}

// unanswered says whether nobody answered: no connection, or none in time.
func unanswered(err error) bool {
	var sending *smithyhttp.RequestSendError
	var network net.Error
	return errors.As(err, &sending) || errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded)
}

// refused is an answer of AWS that is not the one asked for.
type refused struct {
	code, message string
	cause         error
}

func (r *refused) Error() string { return r.code + ": " + r.message }

func (r *refused) Unwrap() error { return r.cause }

// code is AWS's code of a refusal; "" is of another error.
func code(err error) string {
	var r *refused
	if errors.As(err, &r) {
		return r.code
	}
	return ""
}

// pause waits, unless nobody waits any more.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// The pauses between two looks at something that takes its time.
const (
	firstLook   = 100 * time.Millisecond
	slowestLook = 4 * time.Second
)

// until looks again and again, ever more slowly, until what was asked for is so.
func until(ctx context.Context, limit time.Duration, what string, look func(context.Context) (done bool, state string, err error)) error {
	begun := time.Now()
	for wait := firstLook; ; wait = min(2*wait, slowestLook) {
		done, state, err := look(ctx)
		if err != nil || done {
			return err
		}
		if time.Since(begun) > limit {
			return fmt.Errorf("%s: still %s after %s: look at it, then go on with the drill", what, state, limit)
		}
		if err := pause(ctx, wait); err != nil {
			return fmt.Errorf("%s: %s: %w", what, state, err)
		}
	}
}
