package regions

var ruleGI = Rule{"GI-location", Fact{
	Text:       "the authority works out multi-jurisdictional technology, cloud included, case by case; no rule on the servers' place was read",
	Source:     "https://sovereigngroup.com/gibraltar/e-gaming-gibraltar",
	Confidence: VerifiedSecondary,
	Note:       "so each region needs the authority's approval; whether a successor of the Gambling Act 2005 is in force is unverified",
}}

var lawGI = jurisdictionRecord{
	name: "Gibraltar",
	regulator: Regulator{"Gibraltar Licensing Authority and Gambling Commissioner", "GC", Fact{
		Text:       "the Gambling Commissioner issues the Remote Technical and Operating Standards under the Gambling Act 2005",
		Source:     "https://documents.pub/document/sioneras-guidelines-development-the-rtos-is-a-dynamic-document-in-that-further.html",
		Confidence: VerifiedPrimary,
		Note:       "a mirror, perhaps an older edition",
	}},
	compute: ComputeArea{
		Home:    Area{ByApproval: within(SetUK, SetEEA), Rule: ruleGI},
		Standby: Area{ByApproval: within(SetUK, SetEEA), Rule: ruleGI},
	},
	vault: Vault{
		Name: "none", Access: AccessNone,
		Fact: Fact{
			Text:       "no regulator's vault was found",
			Source:     "https://documents.pub/document/sioneras-guidelines-development-the-rtos-is-a-dynamic-document-in-that-further.html",
			Confidence: Unverified,
		},
	},
	personal: PersonalDataArea{Area{
		ByApproval: within(SetUK, SetEEA),
		Rule: Rule{"GI-personal-data", Fact{
			Text:       "the Gibraltar GDPR recognises the United Kingdom; transfers to the EEA take standard contractual clauses",
			Source:     "https://sovereigngroup.com/gibraltar/e-gaming-gibraltar",
			Confidence: CommonlyStated,
			Note:       "neither was read, and adequacy between Gibraltar and the EU is unverified, so each transfer needs a word in writing of its own, apart from the licensing authority's on the place",
		}},
	}},
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "customer due diligence is kept five years after the relationship ends (Proceeds of Crime Act 2015)",
			Source:     "https://fdocuments.net/document/code-of-practice-for-the-gambling-industry-anti-money-of-practice-for-the-gambling.html",
			Confidence: CommonlyStated,
			Note:       "section not verified",
		}),
		unknownGamePeriod("https://documents.pub/document/sioneras-guidelines-development-the-rtos-is-a-dynamic-document-in-that-further.html", "RTOS: the retention clauses were past the excerpt"),
	},
	unmet: []Obligation{{
		What:  "proportionate substance in Gibraltar",
		Needs: "the licensing authority's agreement on what must stand in Gibraltar: AWS has no region there",
		Rule:  ruleGI,
	}},
}
