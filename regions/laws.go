package regions

// laws holds every jurisdiction. Each record is in a file of its own, so that a
// change of law is a change of one file.
var laws = map[string]jurisdictionRecord{
	"BR": lawBR, "DE": lawDE, "DK": lawDK, "ES": lawES, "GB": lawGB,
	"GI": lawGI, "IT": lawIT, "MT": lawMT, "NJ": lawNJ, "NL": lawNL,
	"ON": lawON, "PA": lawPA, "SE": lawSE,
}

// gdprArea is where personal data may rest under the EU's GDPR. Adequacy would
// allow more; no compute rule of the catalogue does, so it stays at the EEA.
var gdprArea = PersonalDataArea{Area{
	Open: within(SetEEA),
	Rule: Rule{"EU-personal-data", Fact{
		Text:       "personal data stays in the EEA under the GDPR",
		Source:     "https://www.dpocentre.com/news/eu-renews-uk-personal-data-adequacy-decisions",
		Confidence: CommonlyStated,
		Note:       "the source shows adequacy for the United Kingdom; it is not used to open a region",
	}},
	Instead: "a data centre inside the EEA",
}}

// dutyItalyBackup is the one figure of a regime that bounds what may be lost.
const dutyItalyBackup = "IT-backup"
