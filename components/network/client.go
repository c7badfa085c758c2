package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

// Client is who may connect to something in the network, and why.
type Client struct {
	// GroupID is the security group that the client carries. Required.
	GroupID pulumi.StringInput
	// Reason is the rule's description: an opening without one is not made. Required.
	Reason string
}

// CheckClients wants a security group of each client, and a reason that no other has.
func CheckClients(p *component.Problems, clients []Client) {
	seen := map[string]bool{}
	for i, c := range clients {
		field := fmt.Sprintf("Clients[%d]", i)
		p.Check(c.GroupID != nil, field, "must name a security group, %q has none", c.Reason)
		p.Check(c.Reason != "" && !seen[c.Reason], field, "must give a reason of its own, got %q", c.Reason)
		seen[c.Reason] = true
	}
}

// LetIn opens one port of a group to each client, for service.
func LetIn(s component.Scope, group pulumi.StringInput, service string, port int, clients []Client) error {
	for _, c := range clients {
		_, err := component.Create(s, "from-"+naming.Digest(c.Reason), vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group, Description: pulumi.String(service + " for " + c.Reason),
			IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(port), ToPort: pulumi.Int(port),
			ReferencedSecurityGroupId: c.GroupID.ToStringOutput().ToStringPtrOutput(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
