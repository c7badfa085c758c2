package workload

import (
	"slices"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/kube"
	"pitboss/components/internal/roles"
	"pitboss/components/stores"
)

// addAccount makes who the service is in the cluster. No token of it is mounted: nothing of
// ours speaks to the Kubernetes API.
func (w *Workload) addAccount(s component.Scope) error {
	made, err := component.Create(s, "account", corev1.NewServiceAccount, &corev1.ServiceAccountArgs{
		Metadata: w.meta(w.args.Service.Name).Args(), AutomountServiceAccountToken: pulumi.Bool(false),
	}, w.after())
	w.needs = append(w.needs, made)
	return err
}

// addIdentity makes who the service is in AWS, if it asks AWS for anything. Pods get it when
// they start, so it is there before them, with all that it allows.
func (w *Workload) addIdentity(s component.Scope) error {
	grants := w.args.grants()
	if len(grants) == 0 {
		return nil
	}
	domain, service := w.args.Domain.Name, w.args.Service.Name
	access, err := roles.New(s, "role", awsiam.RoleArgs{
		Description:      pulumi.String("service " + service + " of market " + w.args.Market.Name + " in " + w.args.Region.String()),
		AssumeRolePolicy: pulumi.String(iam.TrustPods(w.args.Market.Account, domain, service).String()),
	})
	if err != nil {
		return err
	}
	var arns pulumi.StringArray
	for _, g := range grants {
		arns = append(arns, g.arn)
	}
	err = access.Allow(s, "policy", arns, func(arns []string) iam.Policy {
		var all []iam.Statement
		for i, g := range grants {
			all = append(all, g.allows(arns[i])...)
		}
		return iam.Document(all...)
	})
	if err != nil {
		return err
	}
	made, err := component.Create(s, "identity", awseks.NewPodIdentityAssociation, &awseks.PodIdentityAssociationArgs{
		ClusterName: w.args.ClusterName, Namespace: pulumi.String(domain), ServiceAccount: pulumi.String(service), RoleArn: access.Arn,
	}, pulumi.DependsOn(access.Policies))
	w.needs = append(w.needs, made)
	return err
}

// addGroups gives the pods of a service that connects to the vault security groups of their
// own: the cluster's, and that of each database's clients. A node never carries the latter.
// They are given to pods when those start.
func (w *Workload) addGroups(s component.Scope) error {
	vault := w.args.vault()
	if len(vault) == 0 {
		return nil
	}
	groups, seen := pulumi.StringArray{w.args.ClusterGroupID}, map[string]bool{}
	for _, e := range vault {
		if !seen[e.Consumer.Store] { // two users of one database need its group once
			groups = append(groups, e.ClientsGroupID)
		}
		seen[e.Consumer.Store] = true
	}
	made, err := kube.NewSecurityGroupPolicy(s, "groups", kube.SecurityGroupPolicyArgs{
		Meta: w.meta(w.args.Service.Name), Pods: selector(w.args.Domain.Name, w.args.Service.Name), GroupIDs: groups,
	}, w.after())
	w.needs = append(w.needs, made)
	return err
}

// vault is the stores of the vault among those that the service connects to.
func (a Args) vault() []Endpoint {
	return slices.DeleteFunc(a.endpoints(), func(e Endpoint) bool { return !e.inVault() })
}

func (e Endpoint) inVault() bool {
	d, ok := stores.FindDatabase(e.Consumer.Store)
	return ok && d.Zone == stores.Vault
}
