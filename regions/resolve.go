package regions

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Placement is the question where a market may be.
type Placement struct {
	Jurisdiction Jurisdiction
	// Home and Standby are the regions chosen; zero when none is chosen yet.
	Home, Standby Region
	// Approvals maps a rule's id to the reference of the regulator's written
	// approval under it. May be nil.
	Approvals map[string]string
}

// An Obligation is something that the jurisdiction demands and that no choice of
// AWS regions meets. It refuses nothing; somebody has to see to it.
type Obligation struct {
	// What is demanded.
	What string
	// Needs is what would meet it.
	Needs string
	// Rule is the evidence.
	Rule Rule
}

// A Refusal says why a region may not play a role. It is an error.
type Refusal struct {
	Jurisdiction Jurisdiction
	Region       Region
	Role         Role
	// Rule is what refuses, with its source.
	Rule Rule
	// Next is what would change the answer.
	Next string
}

func (r Refusal) Error() string {
	return fmt.Sprintf("%s may not be %s of a market in %s: rule %s: %s (%s, %s); %s",
		r.Region, r.Role, r.Jurisdiction, r.Rule.ID, r.Rule.Text, r.Rule.Confidence, r.Rule.Source, r.Next)
}

// A NoRegion says that a jurisdiction has no AWS region inside its area, and
// what would be needed. It is an error.
type NoRegion struct {
	Jurisdiction Jurisdiction
	// Rule is what leaves no region.
	Rule Rule
	// Instead is what would meet the rule.
	Instead string
}

func (n NoRegion) Error() string {
	return fmt.Sprintf("%s (%s) has no AWS region inside its area: rule %s: %s (%s, %s); it needs %s",
		n.Jurisdiction.Name(), n.Jurisdiction, n.Rule.ID, n.Rule.Text, n.Rule.Confidence, n.Rule.Source, n.Instead)
}

// A Resolution says which regions a market may use.
type Resolution struct {
	Jurisdiction Jurisdiction
	// Home and Standby are the regions allowed in each role, sorted.
	Home, Standby []Region
	// Refused is every other pair of region and role, sorted by role and region.
	Refused []Refusal
	// Unmet is what the jurisdiction demands and regions cannot give.
	Unmet []Obligation
}

// Resolve answers which regions may be home and standby, and refuses the rest
// with the rule and its source.
func Resolve(p Placement) Resolution {
	law, ok := laws[p.Jurisdiction.code]
	if !ok {
		return Resolution{}
	}
	return resolve(law, p)
}

func resolve(law jurisdictionRecord, p Placement) Resolution {
	res := Resolution{Jurisdiction: p.Jurisdiction}
	res.Home = res.admit(RoleHome, law.compute.Home, law.personal.Area, p.Approvals)
	res.Standby = res.admit(RoleStandby, law.compute.Standby, law.personal.Area, p.Approvals)
	res.Unmet = append(slices.Clone(law.unmet), vaultObligation(law.vault, p)...)
	return res
}

// admit lists the regions that every area admits and records the refusal of
// each other one under the first area that refuses it.
func (res *Resolution) admit(role Role, compute, personal Area, approvals map[string]string) []Region {
	var in []Region
	for _, r := range All() {
		areas := []Area{compute, personal}
		i := slices.IndexFunc(areas, func(a Area) bool { return !a.admits(r, approvals) })
		if i < 0 {
			in = append(in, r)
			continue
		}
		res.Refused = append(res.Refused, Refusal{res.Jurisdiction, r, role, areas[i].Rule, areas[i].next(r)})
	}
	return in
}

// next says what would open r under a.
func (a Area) next(r Region) string {
	open := strings.Join(namesOf(a.Open), ", ")
	switch {
	case slices.Contains(a.ByApproval, r) && open == "":
		return fmt.Sprintf("it opens only with the regulator's written approval: put its reference under approvals: %s", a.Rule.ID)
	case slices.Contains(a.ByApproval, r):
		return fmt.Sprintf("choose one of %s, or put the reference of the regulator's written approval under approvals: %s", open, a.Rule.ID)
	case len(a.Open)+len(a.ByApproval) == 0:
		return "no AWS region is inside the area; it needs " + a.Instead
	case open == "":
		return fmt.Sprintf("choose one of %s, each with the regulator's written approval under approvals: %s", strings.Join(namesOf(a.ByApproval), ", "), a.Rule.ID)
	}
	return "choose one of " + open
}

// vaultObligation is unmet when a vault must stand somewhere and no chosen
// region is inside.
func vaultObligation(v Vault, p Placement) []Obligation {
	if v.Area.Rule.ID == "" {
		return nil
	}
	inside := func(r Region) bool { return slices.Contains(v.Area.Open, r) }
	if inside(p.Home) || inside(p.Standby) {
		return nil
	}
	if p.Home.IsZero() && p.Standby.IsZero() && len(v.Area.Open) > 0 {
		return nil // nothing chosen yet, and a region can meet it
	}
	return []Obligation{{What: v.Name, Needs: v.Area.Instead, Rule: v.Area.Rule}}
}

// None returns a NoRegion error when the jurisdiction has no region for one of
// the roles, with or without approval, and nil otherwise.
func (res Resolution) None() error {
	c := res.Jurisdiction.Compute()
	for _, a := range []Area{c.Home, c.Standby} {
		if len(a.Open)+len(a.ByApproval) == 0 {
			return NoRegion{res.Jurisdiction, a.Rule, a.Instead}
		}
	}
	return nil
}

// Refusal returns why r may not play role, and whether it may not.
func (res Resolution) Refusal(role Role, r Region) (Refusal, bool) {
	i := slices.IndexFunc(res.Refused, func(f Refusal) bool { return f.Role == role && f.Region == r })
	if i < 0 {
		return Refusal{}, false
	}
	return res.Refused[i], true
}

// Check reports every reason why home and standby do not form a market here.
// What it returns are Refusals, or one NoRegion, joined.
func (res Resolution) Check(home, standby Region) error {
	if res.Jurisdiction.IsZero() {
		return errors.New("no jurisdiction: resolve one of " + strings.Join(Codes(), ", "))
	}
	if err := res.None(); err != nil {
		return err
	}
	var errs []error
	for _, at := range []struct {
		role   Role
		region Region
	}{{RoleHome, home}, {RoleStandby, standby}} {
		if at.region.IsZero() {
			errs = append(errs, fmt.Errorf("%s is not chosen", at.role))
		} else if f, refused := res.Refusal(at.role, at.region); refused {
			errs = append(errs, f)
		}
	}
	if home == standby && !home.IsZero() {
		errs = append(errs, fmt.Errorf("home and standby are both %s: losing one region must leave the other", home))
	}
	return errors.Join(errs...)
}
