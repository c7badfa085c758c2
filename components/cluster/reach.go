package cluster

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// apiPort is where the Kubernetes API answers.
const apiPort = 443

func (a Args) validateReach(p *component.Problems) {
	for _, cidr := range a.PublicCIDRs {
		p.Check(cidr.IsValid() && cidr.Bits() > 0, "PublicCIDRs", "must name blocks, got %s: the whole internet is not one", cidr)
	}
	for i, cidr := range a.PrivateCIDRs {
		p.Check(cidr.IsValid() && cidr.Addr().Is4() && cidr.Bits() > 0, "PrivateCIDRs", "must name IPv4 blocks, got %s: the whole internet is not one", cidr)
		p.Check(!slices.Contains(a.PrivateCIDRs[:i], cidr), "PrivateCIDRs", "names %s twice: AWS takes a rule once", cidr)
	}
}

// addDoors lets each named private network reach the API. The private endpoint answers
// on the cluster's own security group, which lets in only what carries it too. Nodes
// carry it as well, so the rule opens their port 443 to the same network: nothing of
// ours listens there on a node.
func (c *Cluster) addDoors(s component.Scope) error {
	for _, cidr := range c.args.PrivateCIDRs {
		rule, err := component.Create(s, "api-from-"+strings.ReplaceAll(cidr.String(), "/", "-"), vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: c.Handle().SecurityGroupID,
			Description:     pulumi.String("Kubernetes API from " + cidr.String() + ", named in apiEndpoint.privateCIDRs"),
			IpProtocol:      pulumi.String("tcp"), FromPort: pulumi.Int(apiPort), ToPort: pulumi.Int(apiPort),
			CidrIpv4: pulumi.String(cidr.String()),
		})
		if err != nil {
			return err
		}
		c.doors = append(c.doors, rule)
	}
	return nil
}

func texts(prefixes []netip.Prefix) pulumi.StringArray {
	var out pulumi.StringArray
	for _, prefix := range prefixes {
		out = append(out, pulumi.String(prefix.String()))
	}
	return out
}
