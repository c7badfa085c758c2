package services

import "slices"

// Operator is a program of others that serves the platform's objects in the cluster, from a
// namespace of its own. Its manifests are not ours.
type Operator struct{ Namespace, Why string }

// The namespaces of the operators.
const (
	KEDA            = "keda"
	ExternalSecrets = "external-secrets"
	Monitoring      = "monitoring"
	VPA             = "vpa"
)

// SystemNamespace is that of EKS's own add-ons.
const SystemNamespace = "kube-system"

var operators = []Operator{
	{KEDA, "scales workers by the lag of their topics"},
	{ExternalSecrets, "copies secrets from Secrets Manager into the namespaces that may read them"},
	{Monitoring, "Prometheus, which reads metrics, and the adapter that scales by them"},
	{VPA, "recommends what pipelines should ask for"},
}

// Operators is every operator, in order.
func Operators() []Operator { return slices.Clone(operators) }

// Exempt is the namespaces that our admission rules do not judge: those of the operators
// and the system's, because an add-on that cannot start takes the cluster with it.
func Exempt() []string {
	out := []string{SystemNamespace}
	for _, o := range operators {
		out = append(out, o.Namespace)
	}
	slices.Sort(out)
	return out
}
