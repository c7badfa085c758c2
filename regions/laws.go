package regions

// laws holds every jurisdiction. Each record is in a file of its own, so that a
// change of law is a change of one file.
var laws = map[string]jurisdictionRecord{
	"BR": lawBR, "DE": lawDE, "DK": lawDK, "ES": lawES, "GB": lawGB,
	"GI": lawGI, "IT": lawIT, "MT": lawMT, "NJ": lawNJ, "NL": lawNL,
	"ON": lawON, "PA": lawPA, "SE": lawSE,
}

// gdprArea is where personal data may rest under the EU's GDPR: every region of
// SetEEA is in a member state. Adequacy would allow more; no compute rule of the
// catalogue does, so it stays at the EEA.
var gdprArea = PersonalDataArea{Area{
	Open: within(SetEEA),
	Rule: Rule{"EU-personal-data", Fact{
		Text:       "personal data flows freely between member states under the GDPR, and no further without more",
		Source:     "https://privacad.com/guidelines-9-2020-on-relevant-and-reasoned-objection-under-regulation-2016-679-13/",
		Confidence: VerifiedSecondary,
		Note:       "the European Data Protection Board's Guidelines 9/2020, paragraphs 45 and 46, on a mirror; article 1(3) itself was not read",
	}},
	Instead: "a data centre inside the EEA",
}}

// dutyItalyBackup is the one figure of a regime that bounds what may be lost.
const dutyItalyBackup = "IT-backup"
