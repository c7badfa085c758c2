package services

import (
	"slices"

	"pitboss/components/keyring"
)

// credentials is the one table of what outside parties gave us. Each is read by one domain.
var credentials = []Credential{
	{"psp-credentials", keyring.Payments, "what payment service providers know us by"},
	{"identity-provider", keyring.PII, "what identity and sanctions providers know us by"},
	{"game-providers", keyring.Data, "what studios and aggregators know us by, and sign their calls with"},
	{"messaging-provider", keyring.Data, "what the senders of mail, SMS and push know us by"},
	{"regulator-feed", keyring.Audit, "what the authority knows us by, and the key that signs what it is sent"},
	// The load balancer passes TLS on, so that the player's address stays known: the
	// certificate's key is needed where TLS ends.
	{"web-certificate", keyring.Data, "the certificate and key with which the gateway ends players' TLS"},
}

// Credentials is what outside parties gave us, in the order in which entries are made.
func Credentials() []Credential { return slices.Clone(credentials) }
