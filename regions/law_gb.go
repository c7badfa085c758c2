package regions

var ruleGB = Rule{"GB-location", Fact{
	Text:       "the place of remote gambling equipment is not prescribed; the host country must permit remote gambling business and let data flow to the Commission on demand",
	Source:     "https://www.gamblingcommission.gov.uk/for-gambling-businesses/Compliance/Sector-specific-compliance/Remote-and-software/Key-equipment.aspx",
	Confidence: VerifiedPrimary,
	Note:       "only the United Kingdom and the EEA are opened: for no other country of the catalogue was it read that both conditions hold",
}}

var lawGB = jurisdictionRecord{
	name: "Great Britain",
	regulator: Regulator{"Gambling Commission", "UKGC", Fact{
		Text:       "the Gambling Commission regulates remote gambling in Great Britain",
		Source:     "https://www.gamblingcommission.gov.uk/for-gambling-businesses/Compliance/Sector-specific-compliance/Remote-and-software/Key-equipment.aspx",
		Confidence: VerifiedPrimary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: within(SetUK, SetEEA), Rule: ruleGB},
		Standby: Area{Open: within(SetUK, SetEEA), Rule: ruleGB},
	},
	vault: Vault{
		Name: "none", Access: AccessNone,
		Fact: Fact{
			Text:       "no regulator's vault or real-time feed",
			Source:     "https://www.gamblingcommission.gov.uk/for-gambling-businesses/Compliance/Sector-specific-compliance/Remote-and-software/Key-equipment.aspx",
			Confidence: CommonlyStated,
			Note:       "none found; licence condition 2.1.2 lets the Commission demand data",
		},
	},
	personal: PersonalDataArea{Area{
		Open: within(SetUK, SetEEA),
		Rule: Rule{"GB-personal-data", Fact{
			Text:       "personal data may rest in the United Kingdom and, transfers to the EEA being permitted without new arrangements, there",
			Source:     "https://ico.org.uk/for-organisations/data-protection-and-the-eu/data-protection-and-the-eu-in-detail/the-uk-gdpr/international-data-transfers/",
			Confidence: VerifiedPrimary,
			Note:       "the regulator's page says that the government keeps it under review; the date of the copy read is not known",
		}},
	}},
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "customer due diligence is kept five years after the relationship ends and then deleted (MLR 2017 reg 40(3), 40(5))",
			Source:     sourceUKRetention,
			Confidence: VerifiedPrimary,
			Note:       "reg 40(5): keeping personal data longer is a breach, listed exceptions apart; casinos, not betting",
		}),
		{Class: RecordSAR, Years: 5, From: StartReport, Basis: BasisLaw, Fact: Fact{
			Text:       "records of suspicious-activity reports are kept five years from the report",
			Source:     sourceUKRetention,
			Confidence: VerifiedPrimary,
		}},
		unknownGamePeriod(sourceUKRetention, "a separate period for game or bet transactions was not found"),
	},
	unmet: []Obligation{{
		What:  "a host country that permits remote gambling business",
		Needs: "counsel's confirmation for each region outside the United Kingdom that its country permits remote gambling and lets the data flow to the Commission",
		Rule:  ruleGB,
	}},
}

const sourceUKRetention = "https://www.gamblingcommission.gov.uk/guidance/the-prevention-of-money-laundering-and-combating-the-financing-of-terrorism/prevention-of-ml-and-combating-the-financing-of-terrorism-part-7-8-retention-period"
