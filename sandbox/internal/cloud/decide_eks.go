package cloud

import "encoding/base64"

// decideCluster fills what EKS reports about a cluster. Its endpoint and CA are
// those of the control plane that its creation starts (see consequence).
func decideCluster(c *Cloud, r Resource, old, out map[string]any) error {
	decideTimes(c, r, old, out) //nolint:errcheck // never fails
	out["status"], out["platformVersion"] = "ACTIVE", "eks.1"
	if r.String("version") == "" { // EKS takes its newest
		out["version"] = offeredVersions[len(offeredVersions)-1]
	}
	network := map[string]any{"clusterSecurityGroupId": clusterGroup(r.ID, r.Region)}
	if config, ok := r.Props["vpcConfig"].(map[string]any); ok {
		if subnets, ok := config["subnetIds"].([]any); ok && len(subnets) > 0 {
			id, _ := subnets[0].(string)
			if subnet, err := c.get(r.Account, r.Region, "aws_subnet", id); err == nil {
				network["vpcId"] = subnet.String("vpcId")
			}
		}
		if cidrs, _ := config["publicAccessCidrs"].([]any); len(cidrs) == 0 {
			network["publicAccessCidrs"] = []any{"0.0.0.0/0"} // EKS's own default; inert while public access is off
		}
	}
	out["vpcConfig"] = network
	out["identities"] = []any{map[string]any{"oidcs": []any{map[string]any{
		"issuer": "https://oidc.eks." + r.Region + ".amazonaws.com/id/" + hexID(32, r.Account, r.ID),
	}}}}
	if old != nil {
		out["endpoint"], out["certificateAuthorities"] = old["endpoint"], old["certificateAuthorities"]
	}
	return nil
}

// setControlPlane records where the control plane of r answers.
func setControlPlane(r *Resource, endpoint, caPEM string) {
	r.Props["endpoint"] = endpoint
	r.Props["certificateAuthorities"] = []any{map[string]any{"data": base64.StdEncoding.EncodeToString([]byte(caPEM))}}
}

func clusterGroup(cluster, region string) string { return "sg-" + hexID(17, "eks", cluster, region) }

func decideNodeGroup(c *Cloud, r Resource, _, out map[string]any) error {
	out["status"] = "ACTIVE"
	out["resources"] = []any{map[string]any{
		"autoscalingGroups":           []any{map[string]any{"name": "eks-" + r.String("nodeGroupName") + "-" + hexID(8, r.ID)}},
		"remoteAccessSecurityGroupId": "",
	}}
	if r.String("version") == "" {
		if cluster, err := c.get(r.Account, r.Region, "aws_eks_cluster", r.String("clusterName")); err == nil {
			out["version"] = cluster.String("version")
		}
	}
	return nil
}

func decideAccessEntry(c *Cloud, r Resource, old, out map[string]any) error {
	if r.String("userName") == "" {
		out["userName"] = r.String("principalArn")
	}
	return decideTimes(c, r, old, out)
}

func decidePodIdentity(_ *Cloud, r Resource, _, out map[string]any) error {
	out["associationId"], out["associationArn"] = r.ID, arnOf(r)
	return nil
}
