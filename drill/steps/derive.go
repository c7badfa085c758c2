package steps

import (
	"fmt"
	"slices"
	"time"

	"pitboss/drill/inventory"
	"pitboss/drill/plan"
	"pitboss/regions"
)

// An InputError is a drill that was asked for and cannot be.
type InputError struct{ Found, Allowed, Next string }

func (e *InputError) Error() string {
	return fmt.Sprintf("found %s\n  allowed: %s\n  next: %s", e.Found, e.Allowed, e.Next)
}

// Lose is the risk that a failover loses what a database had not yet sent.
func Lose(database string) string { return "lose:" + database }

// Derive makes the plan of a drill, and its steps with their code, from what the market
// has.
func Derive(inv inventory.Inventory, kind plan.Kind, to regions.Region, pace Pace) (plan.Plan, []Step, error) {
	if err := possible(inv, kind, to); err != nil {
		return plan.Plan{}, nil, err
	}
	p := plan.Plan{
		Market: inv.Market, Kind: kind, From: inv.Other(to), To: to,
		RTO: inv.RTO, RPO: inv.RPO, Failover: inv.Traffic.Failover,
	}
	b := &builder{inv: inv, pace: pace, p: p}
	switch kind {
	case plan.Failover:
		for _, d := range inv.Databases {
			p.Losses = append(p.Losses, Lose(d.Name))
		}
		b.failover()
	case plan.Failback:
		b.lock()
		b.back()
		b.switchover("reopen")
	default:
		b.lock()
		b.switchover("lock")
	}
	for _, s := range b.all {
		p.Steps = append(p.Steps, s.Step)
	}
	return p, b.all, p.Check()
}

// possible refuses what is no drill of this market.
func possible(inv inventory.Inventory, kind plan.Kind, to regions.Region) error {
	switch {
	case !slices.Contains(plan.Kinds(), kind):
		return &InputError{fmt.Sprintf("kind %q", kind), fmt.Sprint(plan.Kinds()), "choose one"}
	case inv.Standby.IsZero():
		return &InputError{"a market with one region, " + inv.Home.String(), "a drill between two regions",
			"drill what it has: the loss of a zone, and a restore from backup"}
	case to != inv.Home && to != inv.Standby:
		return &InputError{"--to " + to.String(), inv.Home.String() + " or " + inv.Standby.String() + ", the market's regions", "choose the one that is not active"}
	case to == inv.Active && kind != plan.Failover: // a drill may have died between the data and the file
		return &InputError{"--to " + to.String() + ", which is active already", inv.Other(to).String(), "drill towards " + inv.Other(to).String()}
	}
	return nil
}

// builder collects steps.
type builder struct {
	inv  inventory.Inventory
	pace Pace
	p    plan.Plan
	all  []Step
}

func (b *builder) add(s Step, id, does string, phase plan.Phase, within time.Duration, needs ...string) string {
	s.ID, s.Does, s.Phase, s.Within, s.Needs = id, does, phase, within, needs
	b.all = append(b.all, s)
	return id
}

// How long steps promise to take. What AWS gives a figure for is that figure, rounded up;
// the others are this project's own, to be replaced by what drills measure.
const (
	quick     = 15 * time.Second
	looking   = time.Minute
	scaling   = 5 * time.Minute // nodes boot and pods start: minutes, no figure of AWS's
	warming   = time.Minute
	draining  = 5 * time.Minute // CloudWatch measures topics once a minute, and is minutes behind
	promoting = 2 * time.Minute // Aurora: "a short time", under 30 s on recent versions; ElastiCache: about a minute
	failing   = 5 * time.Minute // Aurora: "typically within a few minutes"
	turning   = 15 * time.Minute
	updating  = time.Hour
	waiting   = 2 * time.Hour // a lost primary is copied anew
)

func (b *builder) lock() {
	b.add(Step{Do: lock, Back: unlock, Step: plan.Step{
		Check: "the newest lock in the audit buckets is this run's", Undo: "the lock is given back",
	}}, "lock", "keep every other drill of the market out", plan.Before, quick)
}

// switchover is the steps between two regions that live.
func (b *builder) switchover(after string) {
	from, to := b.p.From.String(), b.p.To.String()
	b.add(Step{Do: preflight, Step: plan.Step{Check: "every reading is as it must be; one that cannot be had is not"}},
		"preflight", "look at all that the drill relies on", plan.Before, looking, after)
	b.add(Step{Do: scaleUp, Back: scaleBack, Step: plan.Step{
		Check: "every pod runs", Undo: "the floors that were there before",
	}}, "scale-up", "give "+to+" the floors of "+from, plan.Before, scaling, "preflight")
	b.add(Step{Do: warm, Step: plan.Step{Check: fmt.Sprintf("%d answers in a row within %s", b.pace.Warmups, P95)}},
		"warm", "ask "+to+" until it answers in time", plan.Before, warming, "scale-up")
	b.add(Step{Do: freeze, Back: unfreeze, Step: plan.Step{
		Check: "every namespace's flag says so", Undo: "they may write again, once every database is back",
	}}, "freeze", "tell services in "+from+" to write no more", plan.Frozen, quick, "warm")
	b.add(Step{Do: closeDoor, Back: openDoor, Step: plan.Step{
		Check: "the rules of the databases' security groups admit nobody", Undo: "the rules as the program made them",
	}}, "close", "let no new connection to the databases of "+from, plan.Frozen, quick, "freeze")
	fenced := b.freezeData("close")
	b.add(Step{Do: drain, Step: plan.Step{Check: "no record is left to copy or to read"}},
		"drain", "wait for the topics", plan.Frozen, draining, fenced...)
	promoted := b.promotions(promoting, false, "drain")
	b.add(Step{Do: resume, Back: refreeze, Step: plan.Step{
		Check: "a write that is tried in each database is taken", Undo: "services and databases refuse writes again",
	}}, "resume", "let "+to+" write, and "+from+" hand on what still arrives there", plan.Frozen, quick, promoted...)
	b.movement()
	b.closing("settle")
}

// freezeData is a step a database.
func (b *builder) freezeData(after string) (ids []string) {
	for _, d := range b.inv.Databases {
		ids = append(ids, b.add(Step{Beside: "freeze", Do: freezeData(d), Back: thawData(d), Step: plan.Step{
			Check: "a write that is tried is refused", Undo: "it takes writes in " + b.p.From.String() + " again",
		}}, "freeze:"+d.Name, "make "+d.Name+" refuse every write", plan.Frozen, quick, after))
	}
	return ids
}

// promotions is a step a store, all at the same time.
func (b *builder) promotions(within time.Duration, final bool, after ...string) (ids []string) {
	to := b.p.To.String()
	one := func(name, what string, of func(*Here) roles) {
		s := Step{Beside: "promote", Do: promote(of), Back: demote(of), Step: plan.Step{
			Check: to + " is its writer, and nothing is under way", Undo: b.p.From.String() + " becomes its writer again",
		}}
		if final {
			s.Back, s.Undo, s.Final = nil, "", true
		}
		ids = append(ids, b.add(s, "promote:"+name, "make "+to+" the writer of "+what+" "+name, plan.Frozen, within, after...))
	}
	for _, d := range b.inv.Databases {
		one(d.Name, "database", func(h *Here) roles { return h.database(d) })
	}
	for _, c := range b.inv.Caches {
		one(c.Name, "cache", func(h *Here) roles { return h.cache(c) })
	}
	return ids
}

// movement is what players are moved by, once both regions can serve them.
func (b *builder) movement() {
	from, to := b.p.From.String(), b.p.To.String()
	last := "resume"
	for _, percent := range Stages() {
		last = b.add(Step{Do: move(percent), Back: moveBack, Step: plan.Step{
			Check: fmt.Sprintf("logins %s, deposits %s, answers within %s, bets settle, of at least %d requests", ratio(LoginRatio), ratio(DepositRatio), P95, b.pace.Requests),
			Undo:  "all players go to " + from + " again",
		}}, fmt.Sprintf("traffic:%d", percent), fmt.Sprintf("send %d %% of players to %s", percent, to), plan.Moving, b.pace.Hold+looking, last)
	}
	b.add(Step{Do: turnStreams(fromOf, toOf), Back: turnStreams(toOf, fromOf), Step: plan.Step{
		Check: "the replicator out of " + to + " carries the topics, the other none", Undo: "turned back",
	}}, "streams", "copy topics the other way", plan.Moving, turning, "resume")
	b.add(Step{Do: openDoor, Back: closeDoor, Step: plan.Step{
		Check: "the rules are as the program made them", Undo: "closed again until the databases are back",
	}}, "open", "let readers of "+from+" in again", plan.Moving, quick, "resume")
	b.add(Step{Do: settle, Back: handOn, Step: plan.Step{
		Check: "services in " + from + " may not write and hand nothing on", Undo: "they hand on again",
	}}, "settle", "end the handing on", plan.Moving, quick, last, "streams", "open")
}

func fromOf(h *Here) regions.Region { return h.Plan.From }
func toOf(h *Here) regions.Region   { return h.Plan.To }

func ratio(r float64) string { return fmt.Sprintf("%.4g %%", 100*r) }

// closing tells the program, and gives the lock back.
func (b *builder) closing(after ...string) {
	b.add(Step{Do: saySo, Step: plan.Step{Check: "the update succeeds", Final: true}},
		"say-so", "set active to "+b.p.To.String()+" in the market's file, and bring the program up", plan.After, updating, after...)
	b.add(Step{Do: agree, Step: plan.Step{Check: "a preview with refresh of the regions and the traffic changes nothing", Final: true}},
		"agree", "see that code and cloud agree", plan.After, updating, "say-so")
	b.add(Step{Do: unlock, Step: plan.Step{Check: "the lock is gone", Final: true}},
		"unlock", "let other drills in", plan.After, quick, "agree")
}
