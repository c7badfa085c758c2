package cluster

import (
	"fmt"
	"slices"

	"pitboss/regions/eks"
)

// addonVersions are the managed add-ons of one Kubernetes version, pinned: an add-on
// changes when this table does, and never because a cluster was rebuilt on another day.
type addonVersions struct {
	kubernetes                                      string
	vpcCNI, kubeProxy, podIdentity, coreDNS, ebsCSI string
	source                                          string // where they were seen together
}

// Each row was seen running together in public configurations; AWS's own answer is
// `aws eks describe-addon-versions --kubernetes-version V`. Move a row deliberately:
// a new version of an add-on is rolled out when the stack is next brought up.
var addons = []addonVersions{
	{"1.33", "v1.20.4-eksbuild.1", "v1.33.5-eksbuild.2", "v1.3.10-eksbuild.2", "v1.12.4-eksbuild.1", "v1.53.0-eksbuild.1", "EKS user guide (kube-proxy); public Terraform configurations for the rest"},
	{"1.34", "v1.21.1-eksbuild.1", "v1.34.1-eksbuild.2", "v1.3.10-eksbuild.2", "v1.12.4-eksbuild.1", "v1.54.0-eksbuild.1", "EKS user guide (kube-proxy); public Terraform configurations for the rest"},
	{"1.35", "v1.21.1-eksbuild.3", "v1.35.0-eksbuild.2", "v1.3.10-eksbuild.3", "v1.13.2-eksbuild.1", "v1.57.1-eksbuild.1", "one public Terraform configuration of a 1.35 cluster"},
	{"1.36", "v1.22.3-eksbuild.1", "v1.36.0-eksbuild.13", "v1.3.10-eksbuild.3", "v1.14.3-eksbuild.3", "v1.63.1-eksbuild.1", "one public Terraform configuration of a 1.36 cluster"},
}

// addonsFor is the row of a Kubernetes version.
func addonsFor(v eks.Version) (addonVersions, error) {
	i := slices.IndexFunc(addons, func(row addonVersions) bool { return row.kubernetes == v.String() })
	if i < 0 {
		return addonVersions{}, fmt.Errorf("Kubernetes %q has no row in the table of add-on versions: add one to components/cluster/versions.go", v)
	}
	return addons[i], nil
}
