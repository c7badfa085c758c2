package postgres

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

// Port is where PostgreSQL answers, with TLS and nothing else.
const Port = 5432

// groups are a database's security groups. A group that was replaced would take its users
// with it, so only rules ever change.
type groups struct {
	database *ec2.SecurityGroup // the instances; it has no way out: a database answers and never calls
	clients  *ec2.SecurityGroup // what carries it may connect, and it lets out nothing else
	proxy    *ec2.SecurityGroup // the proxy's; nil without one
}

// addGroups makes the groups and every opening between them.
func (d *Postgres) addGroups(s component.Scope) (err error) {
	name := d.args.Database.Name
	if d.groups.database, err = d.addGroup(s, "instances", "instances of database "+name); err != nil {
		return err
	}
	if d.groups.clients, err = d.addGroup(s, "clients", "clients of database "+name); err != nil {
		return err
	}
	d.ClientsGroupID = d.groups.clients.ID().ToStringOutput()
	if err := d.open(s, "instances", d.groups.database); err != nil {
		return err
	}
	if !d.args.Database.Proxy {
		return nil
	}
	if d.groups.proxy, err = d.addGroup(s, "proxy-group", "proxy of database "+name); err != nil {
		return err
	}
	if err := d.open(s, "proxy", d.groups.proxy); err != nil {
		return err
	}
	if err := d.letIn(s, "instances-from-proxy", d.groups.database, d.groups.proxy.ID(), "its proxy"); err != nil {
		return err
	}
	return d.letOut(s, "proxy-to-instances", d.groups.proxy, d.groups.database, "its instances")
}

func (d *Postgres) addGroup(s component.Scope, what, description string) (*ec2.SecurityGroup, error) {
	return component.Create(s, what, ec2.NewSecurityGroup, &ec2.SecurityGroupArgs{
		VpcId: d.args.Network.VPCID, Description: pulumi.String(description),
		Tags: pulumi.StringMap{"Name": pulumi.String(d.args.identifier("-" + what))},
	})
}

// open lets in the clients group and every client that the arguments name, and lets the
// clients group out to it.
func (d *Postgres) open(s component.Scope, what string, group *ec2.SecurityGroup) error {
	if err := d.letIn(s, what+"-from-clients", group, d.groups.clients.ID(), "its clients group"); err != nil {
		return err
	}
	if err := d.letOut(s, "clients-to-"+what, d.groups.clients, group, "its "+what); err != nil {
		return err
	}
	for _, c := range d.args.Clients {
		if err := d.letIn(s, what+"-from-"+naming.Digest(c.Reason), group, c.GroupID.ToStringOutput(), c.Reason); err != nil {
			return err
		}
	}
	return nil
}

func (d *Postgres) letIn(s component.Scope, what string, group *ec2.SecurityGroup, from pulumi.StringPtrInput, reason string) error {
	_, err := component.Create(s, what, vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), ReferencedSecurityGroupId: from,
		Description: pulumi.String("PostgreSQL " + d.args.Database.Name + " for " + reason),
		IpProtocol:  pulumi.String("tcp"), FromPort: pulumi.Int(Port), ToPort: pulumi.Int(Port),
	})
	return err
}

func (d *Postgres) letOut(s component.Scope, what string, group, to *ec2.SecurityGroup, reason string) error {
	_, err := component.Create(s, what, vpc.NewSecurityGroupEgressRule, &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(), ReferencedSecurityGroupId: to.ID(),
		Description: pulumi.String("PostgreSQL " + d.args.Database.Name + " to " + reason),
		IpProtocol:  pulumi.String("tcp"), FromPort: pulumi.Int(Port), ToPort: pulumi.Int(Port),
	})
	return err
}
