package cli

import (
	"strings"
)

// explain tells on standard error what failed, in the error's own words, and
// what to do next.
func (a *app) explain(o *outcome, t target) {
	for _, s := range o.Stacks {
		for _, f := range s.Failures {
			if s.Result == resultRefused && index(s.Refused, f.URN) >= 0 {
				continue // listed below
			}
			if s.Result == resultInterrupted && f.URN == "" {
				continue // "update canceled": everybody knows
			}
			stack := s.Name
			if s.at != "" {
				stack = s.at
			}
			at := stack
			if f.Name != "" && f.Type != "pulumi:pulumi:Stack" {
				at += ": " + f.Type + " " + f.Name
			}
			a.say("")
			a.say("%s", at)
			a.say("%s", indent(f.Message))
			if next := advice(f.Message, stack, t.market.Account); next != "" {
				a.say("  next: %s", next)
			}
		}
		if s.Result == resultRefused && len(s.Refused) > 0 {
			a.explainRefused(o, s)
		}
		a.explainReview(s, t)
		if len(s.Exposed) > 0 {
			a.say("")
			a.say("%s: protection by AWS is off on %s; `pitboss up %s` puts it back", s.Name, count(len(s.Exposed), "resource"), t.market.Name)
		}
	}
	if r := o.OutOfTurn; r != nil {
		a.say("")
		a.say("%s: refused, because its turn has not come: found %s", r.Stack, r.Found)
		a.say("  allowed: %s", r.Allowed)
		a.say("  next: %s", r.Next)
	}
	if o.next != "" && o.Result == resultRefused {
		a.say("")
		a.say("nothing was destroyed")
		a.say("  next: %s", o.next)
	}
	if o.Result == resultFailed && o.Command != "preview" {
		a.say("")
		a.say("what succeeded is kept; after correcting the cause, run this again: it goes on from here\n  %s", a.command())
	}
}

// explainRefused names what one stack would lose.
func (a *app) explainRefused(o *outcome, s stackOutcome) {
	a.say("")
	if len(s.Protected) == 0 {
		a.say("%s: refused, because it would lose protected resources:", s.Name)
		for _, urn := range s.Refused {
			a.say("  %s", urn)
		}
		next := "undo the change that replaces or removes them; if they really must go, take `Protect` off them in the program first, in a change of its own"
		if o.Command == "down" {
			next = "somebody has protected them meanwhile: run it again, and it prints their names"
		}
		a.say("  next: %s", next)
		return
	}
	a.say("%s: refused, because these are protected and were not named:", s.Name)
	for _, thing := range s.Protected {
		if thing.Named {
			continue
		}
		stays := ""
		if thing.Retained {
			stays = "; leaves the stack and stays in the cloud"
		}
		a.say("  %s  (%s%s)", thing.Name, thing.Type, stays)
	}
}

// advices says what to do about errors that people meet often. The first
// match wins.
var advices = []struct {
	words []string // any of them, in lower case
	next  string   // {stack} and {account} are filled in
}{
	{[]string{"account id not allowed", "not allowed account"}, "the credentials are of another account: take those of {account} (AWS_PROFILE, AWS_ACCESS_KEY_ID), or correct `account` in the market file"},
	{[]string{"no valid credential sources", "failed to refresh cached credentials", "expiredtoken", "security token included in the request is"}, "log in to AWS account {account}, for example with `aws sso login`, and check AWS_PROFILE"},
	{[]string{"incorrect passphrase", "passphrase must be set"}, "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the passphrase the stack was made with"},
	{[]string{"pulumi_access_token must be set", "please run `pulumi login`", "not logged in"}, "run `pulumi login`, or set PULUMI_BACKEND_URL"},
	{[]string{"connection refused"}, "the engine's backend does not answer: `make up` brings the sandbox's back; of another one, look at PULUMI_BACKEND_URL"},
	{[]string{"is currently locked by", "another update is currently in progress"}, "wait for that run to end; if it is dead, `pulumi cancel --stack {stack}`"},
	{[]string{"no resource plugin", "could not load plugin", "failed to load plugin"}, "run `pulumi install` in the project, or `make up` for the sandbox, which has its own plugins"},
	{[]string{"accessdenied", "unauthorizedoperation", "is not authorized to perform"}, "let the role of these credentials do this in account {account}"},
	{[]string{"disable deletion protection", "deletion protection is enabled", "cannot delete protected"}, "AWS's own deletion protection is on: run `pitboss down` again, it takes it off what is named"},
	{[]string{"alreadyexists", "resourceinuseexception", "already exists"}, "something of this name is there that the stack's state does not know: remove it, or `pulumi import` it into {stack}"},
}

func advice(message, stack, account string) string {
	low := strings.ToLower(message)
	for _, a := range advices {
		for _, w := range a.words {
			if strings.Contains(low, w) {
				return strings.NewReplacer("{stack}", stack, "{account}", account).Replace(a.next)
			}
		}
	}
	return ""
}

// isProtected recognises the engine's refusal to lose a protected resource.
// AWS has a deletion protection of its own: that is a failure like any other.
func isProtected(message string) bool {
	flat := strings.Join(strings.Fields(message), " ")
	return strings.Contains(flat, "cannot be deleted because it is protected") || strings.Contains(flat, "currently marked for protection")
}

// command is the command line of this run, to be run again as it is.
func (a *app) command() string {
	words := []string{"pitboss"}
	for _, arg := range a.args {
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'`$&|;<>()*?[]{}\\#!~") {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

func indent(s string) string { return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") }
