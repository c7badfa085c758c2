// Package rules is every rule that a stack of Pitboss is judged by before it is touched,
// and how to judge by them. It knows neither Pulumi's policy packs nor its engine: a rule
// reads plain resources. The policy pack, the command line and the tests import it.
//
// A value that only the cloud knows, and not yet, is Unknown. A rule that needs it can
// neither hold nor be broken: it says that it could not tell, and by what.
package rules
