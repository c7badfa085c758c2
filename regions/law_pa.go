package regions

var rulePAHome = Rule{"PA-location", Fact{
	Text:       "the Board approves every location: a restricted area at the facility or in its county, or a secure data centre elsewhere in the United States (58 Pa. Code § 809a.3(a))",
	Source:     "https://www.law.cornell.edu/regulations/pennsylvania/58-Pa-Code-SS-809a-3",
	Confidence: VerifiedPrimary,
	Note:       "casino, not sports betting, which stays in Pennsylvania (Wire Act, commonly stated)",
}}

var rulePABackup = Rule{"PA-backup", Fact{
	Text:       "redundant, secondary and emergency servers stand in a secure data centre at premises apart from the primary, within the Commonwealth (58 Pa. Code § 809a.3(a))",
	Source:     "https://www.law.cornell.edu/regulations/pennsylvania/58-Pa-Code-SS-809a-3",
	Confidence: VerifiedPrimary,
	Note:       "it is ambiguous which of the two must be in Pennsylvania; read strictly the backup, so a standby in a region needs the Board's written word that it may be outside",
}}

var lawPA = jurisdictionRecord{
	name: "Pennsylvania",
	regulator: Regulator{"Pennsylvania Gaming Control Board", "PGCB", Fact{
		Text:       "the Board approves locations and certifies data-hosting providers (58 Pa. Code § 809a.3, § 807a.1)",
		Source:     "http://www.pacodeandbulletin.gov/Display/pabull?file=/secure/pabulletin/data/vol51/51-35/1379a.html",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{ByApproval: within(SetUnitedStates), Rule: rulePAHome},
		Standby: Area{ByApproval: within(SetUnitedStates), Rule: rulePABackup},
	},
	vault: Vault{
		Name: "revenue, player and game data in Pennsylvania", Access: AccessPull,
		Area: VaultArea{Area{
			Rule: Rule{"PA-data", Fact{
				Text:       "the Board may require revenue, player and game data to be kept in Pennsylvania, protected from modification (58 Pa. Code § 809a.3(b))",
				Source:     "https://www.law.cornell.edu/regulations/pennsylvania/58-Pa-Code-SS-809a-3",
				Confidence: VerifiedPrimary,
				Note:       "may: ask the Board",
			}},
			Instead: "AWS Outposts in Pennsylvania, or the Local Zone us-east-1-phl-1a once its Geography attribute proves the state: AWS has no region there",
		}},
		Fact: Fact{
			Text:       "a separate copy of the log is kept and the Board can query and export it (58 Pa. Code § 811a.7)",
			Source:     sourcePALogging,
			Confidence: VerifiedPrimary,
			Note:       "read on a mirror",
		},
	},
	// No rule of its own on personal data was read. It rests with the system, so
	// nothing opens before the Board has approved the system's place, and PA-data
	// stays on the list of what is unmet.
	personal: PersonalDataArea{Area{ByApproval: within(SetUnitedStates), Rule: rulePAHome}},
	retentions: []Retention{
		amlByLaw(5, factUSAML),
		byLaw(RecordBooks, 5, Fact{
			Text:       "books and records are kept five years (58 Pa. Code § 465a.6(c))",
			Source:     "https://www.law.cornell.edu/regulations/pennsylvania/58-Pa-Code-SS-465a-6",
			Confidence: VerifiedPrimary,
		}),
		byLaw(RecordGame, 10, Fact{
			Text:       "what recreates play and account activity is kept at least ten years (58 Pa. Code § 811a.7(d))",
			Source:     sourcePALogging,
			Confidence: VerifiedPrimary,
			Note:       "read on a mirror",
		}),
	},
	unmet: []Obligation{{
		What:  "backup equipment within the Commonwealth",
		Needs: "Outposts or a secure data centre in Pennsylvania at premises apart from the primary, with every location submitted to the Board before launch (58 Pa. Code § 817a.2)",
		Rule:  rulePABackup,
	}},
}

const sourcePALogging = "https://regulations.justia.com/states/pennsylvania/title-58/part-vii/subpart-l/chapter-811a/section-811a-7"
