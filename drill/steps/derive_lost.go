package steps

import "pitboss/drill/plan"

// failover is the steps after a region is gone.
func (b *builder) failover() {
	from, to := b.p.From.String(), b.p.To.String()
	b.lock()
	b.add(Step{Do: preflight, Step: plan.Step{Check: "every reading of " + to + " is as it must be"}},
		"preflight", "look at the region that is left", plan.Before, looking, "lock")
	b.add(Step{Do: fence, Back: unfence, Step: plan.Step{
		Check: "every database of it refuses a write, or its death was accepted by name",
		Undo:  from + " may write again, if it lives",
	}}, "fence", "keep "+from+" from writing", plan.Frozen, looking, "preflight")
	b.add(Step{Do: evacuate, Back: reopen, Step: plan.Step{
		Check: "the switch's state, asked of its data plane", Undo: "the switch is as it was",
	}}, "evacuate", "close "+from+" to players by the switch", plan.Frozen, quick, "fence")
	b.add(Step{Beside: "promote", Do: scaleUp, Back: scaleBack, Step: plan.Step{
		Check: "every pod runs", Undo: "the floors that were there before",
	}}, "scale-up", "give "+to+" the floors of "+from+", as far as they are known", plan.Frozen, scaling, "evacuate")
	promoted := b.promotions(failing, true, "evacuate")
	b.add(Step{Do: warm, Step: plan.Step{Check: "answers come in time"}},
		"warm", "ask "+to+" until it answers in time", plan.Frozen, warming, "scale-up")
	b.add(Step{Do: resume, Step: plan.Step{Check: "a write that is tried in each database is taken", Final: true}},
		"resume", "let "+to+" write", plan.Frozen, quick, append(promoted, "warm")...)
	b.add(Step{Do: moveAll, Step: plan.Step{Check: "the indicators of " + to, Final: true}},
		"traffic:100", "send every player to "+to, plan.Moving, b.pace.Hold+looking, "resume")
	b.add(Step{Do: quiet, Step: plan.Step{Check: "the replicator out of " + from + " carries nothing", Final: true}},
		"streams", "stop copying topics out of "+from, plan.After, turning, "resume")
	b.closing("traffic:100", "streams")
}

// back is what a failback does before it is a switchover: the region that was lost, or
// left, follows again.
func (b *builder) back() {
	from, to := b.p.From.String(), b.p.To.String()
	b.add(Step{Do: welcome, Step: plan.Step{Check: "every database and cache there follows, within the RPO"}},
		"welcome", "wait until the data of "+to+" follows "+from, plan.Before, waiting, "lock")
	b.add(Step{Do: rebuild, Step: plan.Step{Check: "the program has nothing left to change, and topics flow to " + to}},
		"rebuild", "make "+to+" a standby: told not to write, brought up, copied to", plan.Before, updating, "welcome")
	b.add(Step{Do: reopen, Step: plan.Step{Check: "the switch closes no region"}},
		"reopen", "open "+to+" again", plan.Before, quick, "rebuild")
}
