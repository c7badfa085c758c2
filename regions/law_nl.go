package regions

var ruleNL = Rule{"NL-location", Fact{
	Text:       "gaming means stand in an EU or EEA state unless the KSA exempts them (Remote Gambling Decree)",
	Source:     "https://www.kalffkatzfranssen.nl/en/news/notifications-to-the-european-commission-on-the-control-database-cbd/",
	Confidence: VerifiedSecondary,
	Note:       "June 2020: the article numbers are the draft's; enacted as Stb. 2021, 37",
}}

var lawNL = jurisdictionRecord{
	name: "Netherlands",
	regulator: Regulator{"Kansspelautoriteit", "KSA", Fact{
		Text:       "the KSA inspects the control database of each licensee",
		Source:     "https://kansspelautoriteit.nl/voor-zakelijke-aanbieders/online-kansspel/inrichten-beheren-controledatabank/",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: within(SetEEA), Rule: ruleNL},
		Standby: Area{Open: within(SetEEA), Rule: ruleNL},
	},
	vault: Vault{
		Name: "control database (CDB) in the Netherlands", Access: AccessPull,
		Area: VaultArea{Area{
			Rule: Rule{"NL-cdb", Fact{
				Text:       "the control database stands in the Netherlands, in rooms that supervisors can enter without the consent of third parties (art. 4.42, 5.3(3) and 4.21)",
				Source:     "https://www.kalffkatzfranssen.nl/en/news/notifications-to-the-european-commission-on-the-control-database-cbd/",
				Confidence: VerifiedSecondary,
				Note:       "numbers of the 2020 draft; that a shared cloud facility needs the KSA's agreement is inferred",
			}},
			Instead: "AWS Outposts or a colocated rack in the Netherlands that the licensee alone controls, and its recovery inside the Netherlands too: AWS has no region there",
		}},
		Fact: Fact{
			Text:       "play is recorded near real time on a separated system, CDB specifications v1.1 of 14 June 2023",
			Source:     "https://kansspelautoriteit.nl/voor-zakelijke-aanbieders/online-kansspel/inrichten-beheren-controledatabank/",
			Confidence: VerifiedPrimary,
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "customer due diligence is kept five years after the relationship ends (Wwft)",
			Source:     "https://legislation.gov.uk/eudr/2015/849/chapter/V",
			Confidence: CommonlyStated,
			Note:       "article 40 of Directive (EU) 2015/849 was seen, its years were past the excerpt",
		}),
		unknownGamePeriod("https://kansspelautoriteit.nl/voor-zakelijke-aanbieders/online-kansspel/inrichten-beheren-controledatabank/", "the control database's own period was not found"),
	},
}
