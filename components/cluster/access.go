package cluster

import (
	"strings"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

// adminPolicy is EKS's own policy for an administrator of the whole cluster.
const adminPolicy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

// addAdmins gives each administrator an access entry with EKS's admin policy. Nodes get
// theirs from EKS. A role that was deleted and made again needs its entry made again
// too: the entry remembers the old one.
func (c *Cluster) addAdmins(s component.Scope) error {
	for _, arn := range c.args.Admins {
		who := roleName(arn) + "-" + naming.Digest(arn) // two accounts may use one name
		entry, err := component.Create(s, "admin-"+who, awseks.NewAccessEntry, &awseks.AccessEntryArgs{
			ClusterName: c.eks.Name, PrincipalArn: pulumi.String(arn), Type: pulumi.String("STANDARD"),
		})
		if err != nil {
			return err
		}
		policy, err := component.Create(s, "admin-"+who+"-policy", awseks.NewAccessPolicyAssociation, &awseks.AccessPolicyAssociationArgs{
			ClusterName: c.eks.Name, PrincipalArn: entry.PrincipalArn, PolicyArn: pulumi.String(adminPolicy),
			AccessScope: awseks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("cluster")},
		})
		if err != nil {
			return err
		}
		c.admins = append(c.admins, policy)
	}
	return nil
}

// roleName is the last part of a role's ARN.
func roleName(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// kubeconfig is the document that kubectl and the Kubernetes provider read.
func kubeconfig(name, region string, endpoint, ca pulumi.StringOutput) pulumi.StringOutput {
	type object map[string]any
	return component.JSON(pulumi.StringArray{endpoint, ca}, func(refs []string) any {
		return object{
			"apiVersion": "v1", "kind": "Config", "current-context": name,
			"clusters": []object{{"name": name, "cluster": object{"server": refs[0], "certificate-authority-data": refs[1]}}},
			"contexts": []object{{"name": name, "context": object{"cluster": name, "user": name}}},
			"users": []object{{"name": name, "user": object{"exec": object{
				"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws", "interactiveMode": "Never",
				"args": []string{"eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"},
			}}}},
		}
	})
}
