package cli

import "pitboss/regions"

// factJSON is one statement with its evidence.
type factJSON struct {
	Text       string `json:"text"`
	Source     string `json:"source"`
	Confidence string `json:"confidence"`
	Note       string `json:"note,omitempty"`
}

func sourced(f regions.Fact) factJSON {
	return factJSON{f.Text, f.Source, string(f.Confidence), f.Note}
}

type obligationJSON struct {
	What  string   `json:"what"`
	Needs string   `json:"needs"`
	Rule  string   `json:"rule"`
	Fact  factJSON `json:"fact"`
}

// areaJSON says which regions a rule admits.
type areaJSON struct {
	Rule       string   `json:"rule"`
	Open       []string `json:"open"`
	ByApproval []string `json:"byApproval"`
	Instead    string   `json:"instead,omitempty"`
	Fact       factJSON `json:"fact"`
}

func area(a regions.Area) areaJSON {
	return areaJSON{a.Rule.ID, names(a.Open), names(a.ByApproval), a.Instead, sourced(a.Rule.Fact)}
}

type vaultJSON struct {
	Name   string    `json:"name"`
	Access string    `json:"access"`
	Fact   factJSON  `json:"fact"`
	Area   *areaJSON `json:"area,omitempty"`
}

type retentionJSON struct {
	Class string   `json:"class"`
	Years int      `json:"years"`
	From  string   `json:"from"`
	Basis string   `json:"basis"`
	Fact  factJSON `json:"fact"`
}

type dutyJSON struct {
	ID    string   `json:"id"`
	Every string   `json:"every"`
	Fact  factJSON `json:"fact"`
}

type policyJSON struct {
	RTO           string   `json:"rto"`
	RPO           string   `json:"rpo"`
	DrillsPerYear int      `json:"drillsPerYear"`
	Basis         string   `json:"basis"`
	Fact          factJSON `json:"fact"`
}

// jurisdictionJSON is one jurisdiction in the --json answer of jurisdictions.
type jurisdictionJSON struct {
	Code           string           `json:"code"`
	Name           string           `json:"name"`
	Regulator      string           `json:"regulator"`
	RegulatorShort string           `json:"regulatorShort"`
	RegulatorFact  factJSON         `json:"regulatorFact"`
	AllowedHome    []string         `json:"allowedHome"`
	AllowedStandby []string         `json:"allowedStandby"`
	Home           areaJSON         `json:"homeArea"`
	Standby        areaJSON         `json:"standbyArea"`
	PersonalData   areaJSON         `json:"personalDataArea"`
	Vault          vaultJSON        `json:"vault"`
	Retention      []retentionJSON  `json:"retention"`
	Duties         []dutyJSON       `json:"duties"`
	Unmet          []obligationJSON `json:"unmet"`
	Policy         policyJSON       `json:"companyPolicy"`
}

func describeJurisdiction(j regions.Jurisdiction) jurisdictionJSON {
	res := regions.Resolve(regions.Placement{Jurisdiction: j})
	reg, c, v, p := j.Regulator(), j.Compute(), j.Vault(), regions.CompanyPolicy(j)
	out := jurisdictionJSON{
		Code: j.Code(), Name: j.Name(), Regulator: reg.Name, RegulatorShort: reg.Short, RegulatorFact: sourced(reg.Fact),
		AllowedHome: names(res.Home), AllowedStandby: names(res.Standby),
		Home: area(c.Home), Standby: area(c.Standby), PersonalData: area(j.PersonalData().Area),
		Vault:     vaultJSON{Name: v.Name, Access: string(v.Access), Fact: sourced(v.Fact)},
		Retention: []retentionJSON{}, Duties: []dutyJSON{}, Unmet: obligations(res),
		Policy: policyJSON{period(p.RTO), period(p.RPO), p.DrillsPerYear, string(p.Basis), sourced(p.Fact)},
	}
	if v.Area.Rule.ID != "" {
		at := area(v.Area.Area)
		out.Vault.Area = &at
	}
	for _, r := range j.Retentions() {
		out.Retention = append(out.Retention, retentionJSON{string(r.Class), r.Years, string(r.From), string(r.Basis), sourced(r.Fact)})
	}
	for _, d := range j.Duties() {
		out.Duties = append(out.Duties, dutyJSON{d.ID, period(d.Every), sourced(d.Fact)})
	}
	return out
}
