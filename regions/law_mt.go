package regions

var ruleMT = Rule{"MT-location", Fact{
	Text:       "the system may be hosted elsewhere in the EEA, approved per set-up, with the regulatory data accessible to the authority at all times",
	Source:     "http://mgimalta.it/guidelines-issued-by-the-malta-gaming-authority-on-technical-infrastructure-hosting-gaming-and-control-systems/",
	Confidence: VerifiedSecondary,
	Note:       "the wording EEA is commonly stated; the location article of Directive 3 of 2018 was not readable",
}}

var lawMT = jurisdictionRecord{
	name: "Malta",
	regulator: Regulator{"Malta Gaming Authority", "MGA", Fact{
		Text:       "the MGA issues the guidelines on technical infrastructure for remote gaming licensees",
		Source:     "http://www.mga.org.mt/mga-issues-guidelines-on-technical-infrastructure-for-remote-gaming-licensees/",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: within(SetEEA), Rule: ruleMT},
		Standby: Area{Open: within(SetEEA), Rule: ruleMT},
	},
	vault: Vault{
		Name:   "replica of the regulatory data in Malta",
		Access: AccessReplica,
		Area: VaultArea{Area{
			Rule: Rule{"MT-replica", Fact{
				Text:       "a database replication server is kept in Malta when the primary is hosted elsewhere",
				Source:     "https://netshop-isp.com.cy/blog/igaming-in-malta-free-guide-for-database-replication-server-hosting",
				Confidence: VerifiedSecondary,
				Note:       "a hosting vendor; a law firm's note of 2014 says the opposite (http://whpartners.eu/news/june-2014-lgas-policy-changes-wh-partners-comment-2/), so the stricter reading holds",
			}},
			Instead: "AWS Outposts or a colocated server in Malta: AWS has no region there",
		}},
		Fact: Fact{
			Text:       "transaction logs keep their integrity and are accessible to the MGA at all times",
			Source:     "http://mgimalta.it/guidelines-issued-by-the-malta-gaming-authority-on-technical-infrastructure-hosting-gaming-and-control-systems/",
			Confidence: VerifiedSecondary,
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "customer due diligence is kept five years after the relationship ends (PMLFTR, S.L. 373.01)",
			Source:     "https://www.mga.org.mt/prevention-of-money-laundering-and-terrorist-financing/",
			Confidence: CommonlyStated,
			Note:       "the source shows that licensees are subject persons; the years were not read there",
		}),
		unknownGamePeriod("https://fdocuments.us/document/directive-3-of-2018-gaming-authorisations-and-compliance-v11-august.html", "Directive 3 of 2018, a mirror; no period in what was readable"),
	},
	unmet: []Obligation{{
		What:  "the authority's approval of this set-up",
		Needs: "the MGA's approval of hosting in the two regions, before going live",
		Rule:  ruleMT,
	}},
}
