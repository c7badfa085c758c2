package regions

var ruleON = Rule{"ON-location", Fact{
	Text:       "no server-residency rule was found; data is kept in Canada",
	Source:     "https://agco.ca/en/book/export/html/245851",
	Confidence: Unverified,
	Note:       "strict reading: the operating agreement with iGaming Ontario is under NDA and may hold a rule (https://www.torkinmanes.com/our-resources/publications-presentations/publication/legal-igaming-comes-to-ontario)",
}}

var lawON = jurisdictionRecord{
	name: "Ontario",
	regulator: Regulator{"Alcohol and Gaming Commission of Ontario", "AGCO", Fact{
		Text:       "the AGCO regulates, iGaming Ontario conducts and manages",
		Source:     "https://agco.ca/en/book/export/html/245851",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: within(SetCanada), Rule: ruleON},
		Standby: Area{Open: within(SetCanada), Rule: ruleON},
	},
	vault: Vault{
		Name: "iGaming Ontario's data exchange", Access: AccessFeed,
		Fact: Fact{
			Text:       "operators set up secure data exchange services with iGaming Ontario; there is no vault",
			Source:     "https://www.torkinmanes.com/our-resources/publications-presentations/publication/legal-igaming-comes-to-ontario",
			Confidence: VerifiedSecondary,
		},
	},
	personal: PersonalDataArea{Area{
		Open: within(SetCanada),
		Rule: Rule{"ON-personal-data", Fact{
			Text:       "personal data stays in Canada",
			Source:     "https://www.fintrac-canafe.gc.ca/guidance-directives/recordkeeping-document/record/cas-eng",
			Confidence: Unverified,
			Note:       "PIPEDA is commonly said to allow processing abroad with accountability; that is not used to open a region",
		}},
	}},
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "casino records are kept at least five years and produced within 30 days (PCMLTFA)",
			Source:     "https://www.fintrac-canafe.gc.ca/guidance-directives/recordkeeping-document/record/cas-eng",
			Confidence: CommonlyStated,
			Note:       "the 30 days were read there, the years not; a province may lengthen but not shorten",
		}),
		unknownGamePeriod("https://agco.ca/en/book/export/html/245851", "Registrar's Standards: no period in the pages read"),
	},
	unmet: []Obligation{{
		What:  "the operating agreement's own terms on where data is kept",
		Needs: "a check of the agreement with iGaming Ontario, which is under NDA",
		Rule:  ruleON,
	}},
}
