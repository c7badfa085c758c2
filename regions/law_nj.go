package regions

// needsNJ is what meets New Jersey's rule. us-east-1 is named as the parent of
// an Outpost and as nothing else: it is in Virginia.
const needsNJ = "AWS Outposts in the licensee's own Atlantic City facility (parent region us-east-1, as parent only), with the data warehouse and the backup in New Jersey"

var ruleNJ = Rule{"NJ-location", Fact{
	Text:       "the primary operation stands in a restricted area of the casino hotel or another secure facility that the licensee owns or leases, inside Atlantic City; only backup used temporarily may, with the Division's approval, be outside the city (N.J.S.A. 5:12-95.22)",
	Source:     "https://lawserver.com/law/state/new-jersey/nj-laws/new_jersey_laws_5_12-95-22",
	Confidence: VerifiedPrimary,
	Note:       "read on a mirror; a Local Zone meets neither the city nor the owned or leased facility",
}}

var lawNJ = jurisdictionRecord{
	name: "New Jersey",
	regulator: Regulator{"Division of Gaming Enforcement", "DGE", Fact{
		Text:       "the Division can query and export all data (N.J.A.C. 13:69O-1.8(b))",
		Source:     sourceNJLogging,
		Confidence: VerifiedPrimary,
		Note:       "read on a mirror",
	}},
	compute: ComputeArea{
		Home:    Area{Rule: ruleNJ, Instead: needsNJ},
		Standby: Area{Rule: ruleNJ, Instead: needsNJ},
	},
	vault: Vault{
		Name: "data warehouse in New Jersey", Access: AccessPull,
		Area: VaultArea{Area{
			Rule: Rule{"NJ-warehouse", Fact{
				Text:       "the data warehouse is servers located in New Jersey that store transactions from the primary equipment (N.J.A.C. 13:69O-1.1)",
				Source:     "https://docsbay.net/internet-and-mobile-gaming",
				Confidence: VerifiedPrimary,
				Note:       "read on a mirror of an older edition",
			}},
			Instead: "Outposts or a colocated server in New Jersey: AWS has no region there",
		}},
		Fact: Fact{
			Text:       "a separate copy is kept on an independent logging device or secure transaction file (N.J.A.C. 13:69O-1.8(a))",
			Source:     sourceNJLogging,
			Confidence: VerifiedPrimary,
			Note:       "read on a mirror",
		},
	},
	personal: PersonalDataArea{Area{
		Rule: Rule{"NJ-personal-data", Fact{
			Text:       "account activity is part of the primary operation and stays with it",
			Source:     "https://lawserver.com/law/state/new-jersey/nj-laws/new_jersey_laws_5_12-95-22",
			Confidence: Unverified,
			Note:       "inferred from the place of the primary operation, and it only closes regions; the NJ Data Privacy Act is commonly stated to apply as well",
		}},
		Instead: needsNJ,
	}},
	retentions: []Retention{
		amlByLaw(5, factUSAML),
		byLaw(RecordGame, 10, Fact{
			Text:       "all information to recreate play and account activity is kept at least ten years (N.J.A.C. 13:69O-1.8(d))",
			Source:     sourceNJLogging,
			Confidence: VerifiedPrimary,
			Note:       "read on a mirror",
		}),
	},
	duties: []Duty{{"NJ-assessment", Year, Fact{
		Text:       "an independent assessment of integrity and security each year (N.J.A.C. 13:69O-1.2(q))",
		Source:     "https://d1tvxue8o4w0fl.cloudfront.net/regulation/new-jersey-administrative-code/title-13-law-and-public-safety/chapter-69o-internet-and-mobile-gaming/subchapter-3-remote-gaming-systems/section-1369o-31-remote-gaming-systems-rgs",
		Confidence: VerifiedPrimary,
		Note:       "read on a mirror",
	}}},
	unmet: []Obligation{{
		What:  "the primary operation inside Atlantic City",
		Needs: needsNJ,
		Rule:  ruleNJ,
	}},
}

const sourceNJLogging = "https://print.casetext.com/regulation/new-jersey-administrative-code/title-13-law-and-public-safety/chapter-69o-internet-and-mobile-gaming/subchapter-1-general-provisions/section-1369o-18-mandatory-gaming-system-logging"

// factUSAML holds in every state: it is federal law.
var factUSAML = Fact{
	Text:       "casino records under the Bank Secrecy Act are kept five years (31 CFR 1010.430)",
	Source:     "https://omb.report/omb/1506-0054",
	Confidence: VerifiedPrimary,
	Note:       "counted from the end of the relationship, the later of the readings",
}
