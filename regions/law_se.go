package regions

var ruleSE = Rule{"SE-location", Fact{
	Text:       "the location rule was not readable; the region inside Sweden satisfies any reading",
	Source:     "https://ferenda.lagen.nu/sifs/2022:3",
	Confidence: Unverified,
	Note:       "often described: in Sweden unless the authority has remote control or an agreement with the foreign regulator; hence the rest of the EEA by approval",
}}

var lawSE = jurisdictionRecord{
	name: "Sweden",
	regulator: Regulator{"Spelinspektionen", "SGA", Fact{
		Text:       "the Swedish Gambling Authority issues the technical requirements (SIFS 2022:3)",
		Source:     "https://ferenda.lagen.nu/sifs/2022:3",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: only("eu-north-1"), Rule: ruleSE},
		Standby: Area{Open: only("eu-north-1"), ByApproval: except(within(SetEEA), "eu-north-1"), Rule: ruleSE},
	},
	vault: Vault{
		Name: "none", Access: AccessNone,
		Fact: Fact{
			Text:       "no regulator's vault or real-time feed was found; the self-exclusion register is checked",
			Source:     "https://gamblehub.io/wiki/legal/sweden-license",
			Confidence: Unverified,
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(5, factSERetention),
		byLaw(RecordGame, 5, factSERetention),
	},
}

var factSERetention = Fact{
	Text:       "records are kept five years (Gambling Act, Anti-Money Laundering Act)",
	Source:     "https://www.spelinspektionen.se/en/rules-and-regulation/money-laundering",
	Confidence: CommonlyStated,
	Note:       "the duties were read there, the section and the years not",
}
