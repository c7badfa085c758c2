// Package iam is the shape of an AWS policy document: roles, buckets, keys and
// endpoints all write theirs with it, so that a policy is data which a test can read
// and never a string with holes. Only packages under components/ import it.
package iam

import "encoding/json"

// Effect is what a statement does with a request that it matches.
type Effect string

// The two effects. Deny always wins.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Principal says who a statement is about; exactly one field is set.
type Principal struct {
	AWS     []string `json:"AWS,omitempty"`     // ARNs, or "*"
	Service []string `json:"Service,omitempty"` // such as "eks.amazonaws.com"
}

// Anyone is every principal. A statement that allows Anyone needs a condition that
// names who is really meant.
func Anyone() *Principal { return &Principal{AWS: []string{"*"}} }

// Service is one AWS service acting for itself.
func Service(name string) *Principal { return &Principal{Service: []string{name}} }

// Arn is one principal by its ARN. AWS refuses a policy that names a principal which
// does not exist yet: use Anyone with the condition aws:PrincipalArn for those.
func Arn(arn string) *Principal { return &Principal{AWS: []string{arn}} }

// Condition is operator -> key -> values, such as
// StringEquals -> aws:SourceAccount -> [111122223333].
type Condition map[string]map[string][]string

// Statement is one sentence of a policy.
type Statement struct {
	Sid       string     `json:"Sid"`
	Effect    Effect     `json:"Effect"`
	Principal *Principal `json:"Principal,omitempty"`
	Action    []string   `json:"Action"`
	Resource  []string   `json:"Resource,omitempty"`
	Condition Condition  `json:"Condition,omitempty"`
}

// Policy is a whole document.
type Policy struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Document is the policy made of statements, in the order given.
func Document(statements ...Statement) Policy {
	return Policy{Version: "2012-10-17", Statement: statements}
}

// String renders p. Policies whose parts are all known need no waiting.
func (p Policy) String() string {
	b, err := json.Marshal(p)
	if err != nil { // strings, slices and maps of strings always marshal
		panic(err)
	}
	return string(b)
}

// Trust lets one service assume a role.
func Trust(service string, condition Condition) Policy {
	return Document(Statement{
		Sid: "Assume", Effect: Allow, Principal: Service(service),
		Action: []string{"sts:AssumeRole"}, Condition: condition,
	})
}

// TrustPods lets EKS Pod Identity hand a role to the pods of one service account of
// one namespace. TagSession is how Pod Identity says which pod asks.
func TrustPods(account, namespace, serviceAccount string) Policy {
	return Document(Statement{
		Sid: "Pods", Effect: Allow, Principal: Service("pods.eks.amazonaws.com"),
		Action: []string{"sts:AssumeRole", "sts:TagSession"},
		Condition: Condition{"StringEquals": {
			"aws:SourceAccount":                         {account},
			"aws:RequestTag/kubernetes-namespace":       {namespace},
			"aws:RequestTag/kubernetes-service-account": {serviceAccount},
		}},
	})
}
