package regions

var ruleDK = Rule{"DK-location", Fact{
	Text:       "since 30 May 2021 there is no placement rule: the authority must be able to supervise by remote access",
	Source:     "https://www.spillemyndigheden.dk/en/news/amendments-executive-orders-data-placement-requirements-removed",
	Confidence: VerifiedPrimary,
	Note:       "removed because of Regulation (EU) 2018/1807, hence the EEA and no further; that SAFE's place is free too is inferred",
}}

var lawDK = jurisdictionRecord{
	name: "Denmark",
	regulator: Regulator{"Spillemyndigheden", "DGA", Fact{
		Text:       "the Danish Gambling Authority sets the technical requirements of licences",
		Source:     "https://spillemyndigheden.dk/en/gambling-licensing-and-technical-requirements",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: within(SetEEA), Rule: ruleDK},
		Standby: Area{Open: within(SetEEA), Rule: ruleDK},
	},
	vault: Vault{
		Name: "SAFE", Access: AccessPull,
		Area: VaultArea{Area{Open: within(SetEEA), Rule: ruleDK, Instead: "a SAFE server inside the EEA that the authority can reach"}},
		Fact: Fact{
			Text:       "operators build and run a SAFE file server of game data, open to the authority and secured with TamperToken",
			Source:     "https://spillemyndigheden.dk/en/gambling-licensing-and-technical-requirements",
			Confidence: VerifiedPrimary,
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(5, factDKRetention),
		byLaw(RecordGame, 5, factDKRetention),
	},
}

var factDKRetention = Fact{
	Text:       "SAFE data and anti-money-laundering records are kept five years",
	Source:     "https://scribd.com/document/440579980/Technical-requirements-online-casino-and-betting-v2-1-pdf",
	Confidence: CommonlyStated,
	Note:       "section 3.2 on storing exists there; its figures were not read",
}
