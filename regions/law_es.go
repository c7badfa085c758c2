package regions

var ruleES = Rule{"ES-location", Fact{
	Text:       "the Central Games Unit and its replica are regulated (RD 1613/2011 art. 14); where they must stand was not found, and the region inside Spain satisfies any reading",
	Source:     "https://www.global-regulation.com/translation/spain/618585/real-decree-1613---2011%252c-of-14-of-november%252c-by-which-is-develops-the-law-13---2011%252c-of-27-of-mayo%252c-regulation-of-the-game%252c-in-it-relative-to.html",
	Confidence: Unverified,
	Note:       "only the table of contents was read; the replica in another EEA region opens by the DGOJ's approval, since a second region would hold vault data too",
}}

var lawES = jurisdictionRecord{
	name: "Spain",
	regulator: Regulator{"Dirección General de Ordenación del Juego", "DGOJ", Fact{
		Text:       "the DGOJ validates the operators' internal control system",
		Source:     "http://www.azarplus.com/2018-05-29/la-dgoj-publica-una-guia-de-calidad-para-el-correcto-reporte-de-los-datos-del-sci/16296/noticia/",
		Confidence: VerifiedSecondary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: only("eu-south-2"), Rule: ruleES},
		Standby: Area{Open: only("eu-south-2"), ByApproval: except(within(SetEEA), "eu-south-2"), Rule: ruleES},
	},
	vault: Vault{
		Name: "SCI almacén", Access: AccessPull,
		Area: VaultArea{Area{
			Open: only("eu-south-2"),
			Rule: Rule{"ES-vault", Fact{
				Text:       "the capturer and the store of the internal control system stand physically in Spain",
				Source:     "http://www.boe.es/buscar/doc.php?id=BOE-A-2014-10302",
				Confidence: CommonlyStated,
				Note:       "only the recitals were read; one region in Spain means that the vault's own recovery is across its zones",
			}},
			Instead: "a store in eu-south-2 or elsewhere in Spain",
		}},
		Fact: Fact{
			Text:       "operators' files are generated and stored in the internal control system (SCI), validated by DGOJ inspection",
			Source:     "http://www.azarplus.com/2018-05-29/la-dgoj-publica-una-guia-de-calidad-para-el-correcto-reporte-de-los-datos-del-sci/16296/noticia/",
			Confidence: VerifiedSecondary,
		},
	},
	personal: gdprArea,
	retentions: []Retention{
		amlByLaw(10, Fact{
			Text:       "customer due diligence is kept ten years after the relationship ends (RD 304/2014 art. 29.1)",
			Source:     "http://zona-legal.blogspot.com",
			Confidence: VerifiedSecondary,
			Note:       "a draft would cut identity-verification records to four years; whether it was adopted is unverified",
		}),
		byLaw(RecordBooks, 6, Fact{
			Text:       "commercial books are kept six years (Código de Comercio)",
			Source:     "http://zona-legal.blogspot.com",
			Confidence: VerifiedSecondary,
		}),
		unknownGamePeriod("http://www.boe.es/buscar/doc.php?id=BOE-A-2014-10302", "Resolution of 6 October 2014: only the recitals were read"),
	},
}
