package cloud

import (
	"slices"
	"strconv"
	"strings"
)

// offeredVersions is what this simulated EKS offers: the Kubernetes minor
// versions that AWS sells in November 2026 (standard or extended support) and
// that the sandbox's control plane can emulate. AWS: "Understand the Kubernetes
// version lifecycle on EKS".
var offeredVersions = []string{"1.33", "1.34", "1.35", "1.36"}

// mayUpgrade: one minor version up at a time, never down. AWS: "Update existing
// cluster to new Kubernetes version".
func mayUpgrade(from, to string) error {
	if from == to {
		return nil
	}
	if !slices.Contains(offeredVersions, to) {
		return refuse("EKS", "UpdateClusterVersion", "InvalidParameterException", "unsupported Kubernetes version %s", to)
	}
	if a, b := minor(from), minor(to); b != a+1 {
		return refuse("EKS", "UpdateClusterVersion", "InvalidParameterException",
			"Unsupported Kubernetes minor version update from %s to %s", from, to)
	}
	return nil
}

func minor(version string) int {
	_, m, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(m)
	if err != nil {
		return -1
	}
	return n
}

// associationMayExist: a service account has one role.
func (c *Cloud) associationMayExist(r Resource) error {
	others, err := c.find(r.Type, func(o Resource) bool {
		return o.Account == r.Account && o.Region == r.Region && o.String("clusterName") == r.String("clusterName") &&
			o.String("namespace") == r.String("namespace") && o.String("serviceAccount") == r.String("serviceAccount")
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return refuse("EKS", "CreatePodIdentityAssociation", "ResourceInUseException", "Association already exists: %s", others[0].ID)
	}
	return c.associationFits(r)
}

func (c *Cloud) associationFits(r Resource) error {
	return c.roleExists(r, r.String("roleArn"), "EKS", "CreatePodIdentityAssociation", "InvalidParameterException")
}
