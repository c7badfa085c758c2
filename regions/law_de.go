package regions

var ruleDE = Rule{"DE-location", Fact{
	Text:       "where game servers and Safe-Server must stand was not found; the region inside Germany satisfies any reading",
	Source:     "https://lxgesetze.de/glüstv-2021/6f",
	Confidence: Unverified,
	Note:       "the rest of the EEA is likely allowed (Regulation (EU) 2018/1807) but that was not read, so it opens by the GGL's approval",
}}

var lawDE = jurisdictionRecord{
	name: "Germany",
	regulator: Regulator{"Gemeinsame Glücksspielbehörde der Länder", "GGL", Fact{
		Text:       "the GGL supervises online gambling and runs the evaluation system that reads the Safe-Servers",
		Source:     "https://gluecksspiel-behoerde.de/de/aufsichtssysteme/auswertesystem-safe-server",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: only("eu-central-1"), ByApproval: except(within(SetEEA), "eu-central-1"), Rule: ruleDE},
		Standby: Area{Open: only("eu-central-1"), ByApproval: except(within(SetEEA), "eu-central-1"), Rule: ruleDE},
	},
	vault: Vault{
		Name: "Safe-Server", Access: AccessPull,
		Area: VaultArea{Area{Open: only("eu-central-1"), Rule: ruleDE, Instead: "a Safe-Server in eu-central-1 or elsewhere in Germany"}},
		Fact: Fact{
			Text:       "operators record all data needed for supervision, store it digitally unalterable and give the authority direct electronic access at any time, players pseudonymised but linkable (GlüStV 2021 § 6i(2))",
			Source:     "https://www.gesetze-bayern.de/Content/Document/StVGlueStV2021-6i",
			Confidence: VerifiedPrimary,
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "customer due diligence is kept five years after the relationship ends (GwG)",
			Source:     "https://legislation.gov.uk/eudr/2015/849/chapter/V",
			Confidence: CommonlyStated,
			Note:       "article 40 of Directive (EU) 2015/849 was seen, its years were past the excerpt",
		}),
		unknownGamePeriod("https://lexaris.de/book/version/documentflat/head/1328652", "§ 6g governs it and only its title was read; § 6d(1) has players see 12 months of history"),
	},
	duties: []Duty{{"DE-audit", Year, Fact{
		Text:       "an independent expert body audits the effectiveness of the IT security concept at least once a year; fast restore is established and regularly tested (GlüStV 2021 § 6f)",
		Source:     "https://lxgesetze.de/glüstv-2021/6f",
		Confidence: VerifiedPrimary,
	}}},
}
