package steps

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pitboss/drill/plan"
	"pitboss/drill/port"
	"pitboss/regions"
)

// preflight looks at everything that a drill between two living regions relies on, and
// refuses with all that is wrong at once. It changes nothing.
func preflight(ctx context.Context, h *Here) error {
	c := &checks{h: h}
	h.preCode(ctx, c)
	h.preAccount(ctx, c)
	h.preStores(ctx, c)
	h.preRegion(ctx, c)
	h.preQuota(ctx, c)
	if h.Plan.Kind != plan.Failover {
		h.preBoth(ctx, c)
	}
	return c.verdict()
}

// preCode: what the program says is where the drill begins, and nobody changes it now.
func (h *Here) preCode(ctx context.Context, c *checks) {
	active, err := h.Code.Active(ctx)
	if err == nil && active == h.Plan.To && h.Plan.Kind == plan.Failover {
		c.note(h.deviate("the market's file says that %s is active already: the region that is lost was to become so", active))
		c.want(h.written(ctx) != h.Plan.To, "where the market is written", h.Plan.To.String(), h.Plan.From.String()+": drill towards the region that does not write")
	} else if !c.unknown("the market's file", err) {
		c.want(active == h.Plan.From, "active in the market's file", active.String(), h.Plan.From.String())
	}
	stack, err := h.Code.InFlight(ctx)
	if err == nil && stack != "" && h.Plan.Kind == plan.Failover {
		// Perhaps the lost region's, and then nobody will ever end it; an update of another
		// stack is found when the program is told.
		c.note(h.deviate("an update of %s is in flight", stack))
	} else if !c.unknown("updates in flight", err) {
		c.want(stack == "", "updates in flight", orNone(stack), "none: wait for it, or for `pitboss up` to repair it")
	}
}

// written is where every store is written, as the new region tells it; zero is not one
// region, or not known.
func (h *Here) written(ctx context.Context) (at regions.Region) {
	var all []roles
	for _, d := range h.Inventory.Databases {
		all = append(all, h.database(d))
	}
	for _, c := range h.Inventory.Caches {
		all = append(all, h.cache(c))
	}
	for i, one := range all {
		now, err := one.describe(ctx, h.Plan.To)
		writer, ok := now.Writer()
		if err != nil || !ok || i > 0 && writer != at {
			return regions.Region{}
		}
		at = writer
	}
	return at
}

// preAccount: every call that will be made is allowed, and no alarm rings.
func (h *Here) preAccount(ctx context.Context, c *checks) {
	who, account, err := h.Account.Caller(ctx)
	if !c.unknown("who drills", err) {
		c.want(account == h.Inventory.Account, "account of "+who, account, h.Inventory.Account)
	}
	denied, err := h.Account.Denied(ctx, Actions(h.Inventory, h.Plan.Kind))
	if !c.unknown("permissions", err) {
		var names []string
		for _, a := range denied {
			names = append(names, a.Name+" on "+a.Resource)
		}
		c.want(len(denied) == 0, "calls that are not allowed", some(names), "none: give "+who+" these permissions")
	}
	for _, at := range h.living() {
		refused, err := h.Workloads.Denied(ctx, at)
		if !c.unknown("permissions in the cluster of "+at.String(), err) {
			c.want(len(refused) == 0, "calls that are not allowed in the cluster of "+at.String(), some(refused), "none: give "+who+" these permissions")
		}
		alarms, err := h.Account.Alarms(ctx, at)
		if len(alarms) > 0 && h.Plan.Kind == plan.Failover { // the loss of the other region rings them
			c.note(h.deviate("alarms in %s: %s", at, some(alarms)))
		} else if !c.unknown("alarms in "+at.String(), err) {
			c.want(len(alarms) == 0, "alarms in "+at.String(), some(alarms), "none: look after them first")
		}
	}
}

// preStores: every store has a member to promote, of the writer's version, close behind.
func (h *Here) preStores(ctx context.Context, c *checks) {
	for _, d := range h.Inventory.Databases {
		now, err := h.Databases.Describe(ctx, h.Plan.To, d)
		if !c.unknown(d.Name, err) {
			h.preStore(c, d.Name, now)
		}
		if h.Plan.Kind == plan.Failover {
			continue // how far behind it is, its dead writer cannot say
		}
		lag, err := h.Databases.Lag(ctx, d, h.Plan.To)
		if !c.unknown("lag of "+d.Name, err) {
			c.want(lag <= h.Inventory.RPO, "lag of "+d.Name, lag.Round(time.Millisecond).String(), "at most "+h.Inventory.RPO.String()+" (company policy)")
		}
	}
	for _, one := range h.Inventory.Caches {
		now, err := h.Caches.Describe(ctx, h.Plan.To, one)
		if !c.unknown(one.Name, err) {
			h.preStore(c, one.Name, now)
		}
	}
}

func (h *Here) preStore(c *checks, name string, now port.Replicated) {
	writer, ok := now.Writer()
	c.want(now.Busy == "", "changes of "+name, orNone(now.Busy), "none under way")
	moved := h.Plan.Kind == plan.Failover && writer == h.Plan.To // by a drill that the region's loss has ended
	c.want(!ok || writer == h.Plan.From || moved, "writer of "+name, writer.String(), h.Plan.From.String())
	to, there := now.In(h.Plan.To)
	c.want(there && to.Ready, "member of "+name+" in "+h.Plan.To.String(), fmt.Sprintf("there %v, ready %v", there, to.Ready), "one that follows and can be promoted")
	from, _ := now.In(h.Plan.From)
	if h.Plan.Kind != plan.Failover {
		c.want(from.Version == to.Version, "versions of "+name, from.Version+" and "+to.Version, "the same: another one cannot be promoted")
	}
}

// preRegion: the new region runs, has its secrets, and can be watched.
func (h *Here) preRegion(ctx context.Context, c *checks) {
	to := h.Plan.To
	waiting, err := h.Workloads.Waiting(ctx, to)
	if len(waiting) > 0 && h.Plan.Kind == plan.Failover { // it is waited for, once it is scaled up
		c.note(h.deviate("what does not run in %s: %s", to, some(waiting)))
	} else if !c.unknown("what runs in "+to.String(), err) {
		c.want(len(waiting) == 0, "what does not run in "+to.String(), some(waiting), "nothing")
	}
	missing, err := h.Workloads.SecretsMissing(ctx, to)
	if !c.unknown("secrets in "+to.String(), err) {
		c.want(len(missing) == 0, "secrets that are missing in "+to.String(), some(missing), "none")
	}
	if got, err := h.Indicators.Read(ctx, to, time.Minute); !c.unknown("indicators of "+to.String(), err) {
		c.want(true, "indicators of "+to.String(), fmt.Sprintf("known, of %.0f requests in the last minute", got.Requests), "")
	}
	flag, agreed, err := h.Workloads.Flag(ctx, to)
	if !c.unknown("what services in "+to.String()+" are told", err) {
		// A drill that the region's loss has ended may have told them already.
		c.want(agreed && !flag.Writes || h.Plan.Kind == plan.Failover, "services in "+to.String(), describe(flag), "all are told not to write")
	}
}

// preQuota: the new region may have as many vCPUs as the active one has. Of a region that is
// lost nothing can be asked: then it must at least keep what it has.
func (h *Here) preQuota(ctx context.Context, c *checks) {
	to, like := h.Plan.To, h.Plan.From
	if h.Plan.Kind == plan.Failover {
		like = to
	}
	needed, err := h.Workloads.VCPUs(ctx, like)
	unknown := c.unknown("vCPUs of the nodes in "+like.String(), err)
	quota, err := h.Account.VCPUs(ctx, to)
	if !c.unknown("quota of vCPUs in "+to.String(), err) && !unknown {
		c.want(quota >= needed, "quota of vCPUs in "+to.String(), fmt.Sprint(quota),
			fmt.Sprintf("at least %d, what the nodes in %s have: ask AWS to raise it", needed, like))
	}
}

// preBoth: the two regions are alike, and the old one is as the program made it.
func (h *Here) preBoth(ctx context.Context, c *checks) {
	theirs, err := h.Workloads.Images(ctx, h.Plan.From)
	if c.unknown("images in "+h.Plan.From.String(), err) {
		return
	}
	ours, err := h.Workloads.Images(ctx, h.Plan.To)
	if c.unknown("images in "+h.Plan.To.String(), err) {
		return
	}
	var other []string
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if content(ours[name]) != content(theirs[name]) {
			other = append(other, name)
		}
	}
	c.want(len(other) == 0, "services whose image differs", some(other), "none: bring both regions to one release")
	flag, agreed, err := h.Workloads.Flag(ctx, h.Plan.From)
	if !c.unknown("what services in "+h.Plan.From.String()+" are told", err) {
		c.want(agreed && flag.Writes, "services in "+h.Plan.From.String(), describe(flag), "all are told that they may write")
	}
	left, err := h.Streams.Behind(ctx, h.Inventory.Streams, h.Plan.From)
	if !c.unknown("topics of "+h.Plan.From.String(), err) { // they are drained later; that they can be told matters now
		c.want(true, "topics of "+h.Plan.From.String(), fmt.Sprintf("%d records to copy, %d to read, as of %s ago", left.Copied, left.Read, h.Clock.Now().Sub(left.AsOf).Round(time.Second)), "")
	}
	now, err := h.Traffic.Evacuated(ctx, h.Inventory.Traffic)
	if !c.unknown("the switch", err) {
		c.want(!now[h.Plan.From] && !now[h.Plan.To], "the switch", closed(now), "no region is closed")
	}
	shares, err := h.Traffic.Shares(ctx, h.Inventory.Traffic)
	if !c.unknown("where players go", err) {
		c.want(shares[h.Plan.From] == 100, "players in "+h.Plan.From.String(), fmt.Sprintf("%d %%", shares[h.Plan.From]), "all of them")
	}
}

// content is what of an image is the same in both regions: not where it is pulled from.
func content(image string) string {
	if _, digest, ok := strings.Cut(image, "@"); ok {
		return digest
	}
	return image[strings.LastIndexByte(image, '/')+1:]
}

// living are the regions that must answer.
func (h *Here) living() []regions.Region {
	if h.Plan.Kind == plan.Failover {
		return []regions.Region{h.Plan.To}
	}
	return h.both()
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
