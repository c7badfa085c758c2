package regions

import "time"

var ruleBR = Rule{"BR-location", Fact{
	Text:       "betting system and data stand in data centres in Brazil (Portaria SPA/MF 722/2024 art. 4)",
	Source:     sourceBR722,
	Confidence: VerifiedSecondary,
	Note:       "the text is quoted there; the data centre is ISO 27001 certified",
}}

// ruleBRAbroad opens only countries that are said to have the agreement. The
// one with the United States is often described as criminal only.
var ruleBRAbroad = Rule{"BR-abroad", Fact{
	Text:       "abroad only in a country with a legal-cooperation agreement with Brazil in civil and criminal matters jointly, with the player's specific consent, the Ministry's access on site, a continuous tested replica in Brazil and a continuity plan (Portaria SPA/MF 722/2024 art. 4 § 1)",
	Source:     sourceBR722,
	Confidence: VerifiedSecondary,
	Note:       "which countries qualify is unverified; Spain, Italy and France are commonly said to, so they open only with the Ministry's acceptance in writing",
}}

var brAbroad = only("eu-south-1", "eu-south-2", "eu-west-3")

var lawBR = jurisdictionRecord{
	name: "Brazil",
	regulator: Regulator{"Secretaria de Prêmios e Apostas", "SPA/MF", Fact{
		Text:       "the SPA of the Ministry of Finance rules on betting systems and receives the operators' daily files",
		Source:     "https://starspay.com/pt/secretaria-de-premios-e-apostas-divulga-manual-do-sigap-e-modelo-de-envio-de-dados",
		Confidence: VerifiedSecondary,
	}},
	compute: ComputeArea{
		Home:    Area{Open: only("sa-east-1"), Rule: ruleBR},
		Standby: Area{Open: only("sa-east-1"), ByApproval: brAbroad, Rule: ruleBRAbroad},
	},
	vault: Vault{
		Name: "SIGAP", Access: AccessFeed,
		Fact: Fact{
			Text:       "files go to SIGAP daily by 06:00 of the next day and count once their structure and quality are accepted",
			Source:     "https://starspay.com/pt/secretaria-de-premios-e-apostas-divulga-manual-do-sigap-e-modelo-de-envio-de-dados",
			Confidence: VerifiedSecondary,
			Note:       "a batch, not a vault",
		},
	},
	personal: PersonalDataArea{Area{Open: only("sa-east-1"), ByApproval: brAbroad, Rule: ruleBRAbroad}},
	retentions: []Retention{
		amlByLaw(5, Fact{
			Text:       "anti-money-laundering records are kept at least five years (Portaria SPA/MF 1.143/2024)",
			Source:     "http://martinsvillac.com.br/apostas-online-nova-portaria-define-regras-contra-lavagem-de-dinheiro-e-terrorismo/",
			Confidence: VerifiedSecondary,
			Note:       "article number not read; counted from the end of the relationship, the later of the readings",
		}),
		unknownGamePeriod("https://legisweb.com.br/legislacao/?id=461891", "the period for bets was not found"),
	},
	duties: []Duty{{"BR-sigap", 24 * time.Hour, Fact{
		Text:       "the previous day's files are sent to SIGAP by 06:00",
		Source:     "https://yogonet.com/brasil/noticias/2024/08/07/2635-secretaria-de-premios-e-apostas-publica-manual-do-sigap",
		Confidence: VerifiedSecondary,
	}}},
	unmet: []Obligation{{
		What:  "a second site in Brazil",
		Needs: "recovery across the zones of sa-east-1, the only region in Brazil, or a second site there that is not AWS's; a standby abroad takes all conditions of art. 4 § 1",
		Rule:  ruleBR,
	}},
}

const sourceBR722 = "https://gamesbras.com/legislao/2024/5/7/fazenda-ira-aceitar-excepcionalmente-plataformas-de-apostas-jogo-online-sediadas-no-exterior-44767.html"
