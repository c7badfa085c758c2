package regions

import "time"

var ruleIT = Rule{"IT-location", Fact{
	Text:       "by the notified draft, all resources of the concession holder's system stand within the EEA, in a cloud too (technical rules under D.Lgs. 41/2024 art. 6(3))",
	Source:     sourceITDraft,
	Confidence: VerifiedSecondary,
	Note:       "a draft, notified as 2024/0405/IT and read on a mirror of the EU's register (https://technical-regulation-information-system.ec.europa.eu/en/notification/26107); Malta filed an opinion; the final text was not read",
}}

var lawIT = jurisdictionRecord{
	name: "Italy",
	regulator: Regulator{"Agenzia delle Dogane e dei Monopoli", "ADM", Fact{
		Text:       "the ADM grants the concessions and published guidelines for the verification bodies",
		Source:     "https://www.pressgiochi.it/gioco-online-adm-pubblica-le-linee-guida-eventuali-osservazioni-entro-il-15-aprile/133261",
		Confidence: VerifiedSecondary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: within(SetEEA), Rule: ruleIT},
		Standby: Area{Open: within(SetEEA), Rule: ruleIT},
	},
	vault: Vault{
		Name: "ADM's central system", Access: AccessFeed,
		Fact: Fact{
			Text:       "platforms exchange real-time messages with the servers of the regulator's technical provider; there is no local vault",
			Source:     "https://gamingtechlaw.com/?p=19733",
			Confidence: VerifiedSecondary,
			Note:       "that the provider is Sogei is commonly stated",
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(10, Fact{
			Text:       "customer due diligence is kept ten years after the relationship ends (D.Lgs. 231/2007)",
			Source:     "https://legislation.gov.uk/eudr/2015/849/chapter/V",
			Confidence: CommonlyStated,
			Note:       "the directive's article 40 was seen, the decree's article not",
		}),
		unknownGamePeriod(sourceITDraft, "the period for gaming logs was not found"),
	},
	duties: []Duty{{dutyItalyBackup, 120 * time.Second, Fact{
		Text:       "a backup every 120 seconds in different places inside the EEA",
		Source:     "https://sbcnews.co.uk/europe/2025/04/07/italy-amd-it-checklist-2025/",
		Confidence: VerifiedSecondary,
		Note:       "ADM's guidelines for verification bodies, draft of 2025; reads as an RPO of at most 120 s and a second site",
	}}},
}

const sourceITDraft = "https://switec.info/en/notifications/detail/?id=89380&nr=2024%2F0405%2FIT"
