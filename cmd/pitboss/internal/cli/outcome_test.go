package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/tally"
	"pitboss/stacks/market"
)

func TestExitCode(t *testing.T) {
	cases := map[string]struct {
		reason string
		err    error
		want   int
	}{
		"Done":         {"all is well", nil, exitOK},
		"Failed":       {"tried and failed", errFailed, exitFailed},
		"Usage":        {"called wrongly", &usageError{"a", "b"}, exitUsage},
		"Input":        {"a wrapped input error", fmt.Errorf("x: %w", &inputError{errors.New("y")}), exitUsage},
		"Problems":     {"what the market file says", market.Problems{{File: "f"}}, exitUsage},
		"Refused":      {"a risk not accepted", errRefused, exitRefused},
		"Changes":      {"a preview that was to find none", errChanges, exitChanges},
		"Interrupted":  {"by us", errInterrupted, exitInterrupted},
		"Killed":       {"stopped dead", errKilled, exitInterrupted},
		"EngineStop":   {"by the engine", fmt.Errorf("x: %w", engine.ErrInterrupted), exitInterrupted},
		"NoEngine":     {"nobody to ask", &engine.SelectError{}, exitUnknown},
		"Command":      {"the backend did not answer", &engine.CommandError{}, exitUnknown},
		"Unclassified": {"could not tell is never fine", errors.New("what?"), exitUnknown},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, exitCode(c.err), c.reason) })
	}
}

var stack = market.Stack{Name: "mt-foundation", Kind: market.KindFoundation}

const urn = "urn:pulumi:mt-foundation::pitboss::aws:kms/key:Key::ledger"

func TestJudge(t *testing.T) {
	protected := tally.Failure{URN: urn, Message: "resource \"x\" cannot be deleted\nbecause it is protected. To unprotect …"}
	cases := map[string]struct {
		reason string
		result engine.Result
		want   string
	}{
		"Good":        {"no error", engine.Result{}, resultSucceeded},
		"Failed":      {"an error", engine.Result{Err: errors.New("x")}, resultFailed},
		"Interrupted": {"asked to stop", engine.Result{Err: engine.ErrInterrupted}, resultInterrupted},
		"Planned":     {"a plan that loses something, although the preview itself went well", engine.Result{Lost: []tally.Change{{URN: urn}}}, resultRefused},
		"Protected":   {"the engine's own refusal", engine.Result{Err: errors.New("x"), Failures: []tally.Failure{protected}}, resultRefused},
		"AWSOwn":      {"AWS's own deletion protection is a failure", engine.Result{Err: errors.New("x"), Failures: []tally.Failure{{URN: urn, Message: "Cannot delete protected DB instance"}}}, resultFailed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := judge(stack, c.result, false)
			assert.Equal(t, c.want, o.Result, c.reason)
			if c.want == resultRefused {
				assert.Equal(t, []string{urn}, o.Refused, "named by URN")
			}
			if c.want == resultFailed {
				assert.NotEmpty(t, o.Failures, "a failure always has words")
			}
		})
	}
}

func TestTheWorstResultIsTheRun(t *testing.T) {
	o := outcome{Result: resultSucceeded}
	for _, r := range []string{resultRefused, resultFailed, resultSkipped, resultSucceeded} {
		o.add(stackOutcome{Name: r, Result: r, Changes: tally.Changes{Creates: 1}})
	}
	assert.Equal(t, resultFailed, o.Result)
	assert.Equal(t, 4, o.Total.Creates)
	var b strings.Builder
	require.NoError(t, o.table(&b))
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	assert.Len(t, lines, 6, "a heading, a row per stack, the total")
	assert.Regexp(t, `^total\s+failed\s+4\s+0\s+0\s+0\s+0\s+0s$`, lines[5])
}

func TestOrders(t *testing.T) {
	stacks := []market.Stack{
		{Name: "f", Kind: market.KindFoundation}, {Name: "home", Kind: market.KindRegion},
		{Name: "standby", Kind: market.KindRegion}, {Name: "g", Kind: market.KindGSLB},
	}
	names := func(order [][]market.Stack) string {
		var out []string
		for _, wave := range order {
			var one []string
			for _, s := range wave {
				one = append(one, s.Name)
			}
			out = append(out, strings.Join(one, "+"))
		}
		return strings.Join(out, " ")
	}
	assert.Equal(t, "f home standby g", names(inTurn(stacks)), "each reads those before it")
	assert.Equal(t, "g standby home f", names(backwards(inTurn(stacks))), "what others stand on is destroyed last")
	assert.Equal(t, "f home standby g", names(inTurn(stacks)), "and the order itself is not changed")
	assert.Equal(t, "f home+standby g", names(together(stacks, false)), "the first preview cannot know what others will publish")
	assert.Equal(t, "f+home+standby+g", names(together(stacks, true)), "later they have published it")
	assert.Equal(t, "standby", names(together(stacks[2:3], false)), "one stack is one wave")
}

func TestBackendWithoutSecrets(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://user:pass@host/db":       "postgres://***@host/db",
		"s3://bucket?region=eu-west-1":       "s3://bucket?region=eu-west-1",
		"file:///srv/pitboss/.sandbox/state": "file:///srv/pitboss/.sandbox/state",
		"https://app.pulumi.com/a@b":         "https://app.pulumi.com/a@b",
	} {
		assert.Equal(t, want, withoutSecrets(in))
	}
}

func TestAdvice(t *testing.T) {
	assert.Contains(t, advice("error configuring: AWS account ID not allowed: 999", "mt-foundation", "111122223333"), "111122223333")
	assert.Contains(t, advice("the stack is currently locked by 1 lock(s)", "mt-foundation", ""), "pulumi cancel --stack mt-foundation")
	assert.Empty(t, advice("something new", "s", "a"), "no advice is better than wrong advice")
}

func TestPeriod(t *testing.T) {
	for d, want := range map[time.Duration]string{
		365 * 24 * time.Hour: "365 days", 15 * time.Minute: "15 minutes", 120 * time.Second: "120 seconds", time.Minute: "60 seconds",
	} {
		assert.Equal(t, want, period(d))
	}
}
