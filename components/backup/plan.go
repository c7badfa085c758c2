package backup

import (
	"fmt"

	awsbackup "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
	"pitboss/components/stores"
	"pitboss/regions"
)

const planToken = "pitboss:components:BackupPlan"

// Database is a database of the region that is backed up.
type Database struct {
	// Name is that of its row in components/stores. Required.
	Name string
	// ClusterARN is the cluster of this region. Required.
	ClusterARN pulumi.StringInput
}

// PlanArgs describes the backups of one region. They are the same whatever the region's
// role: a secondary is backed up too, so a promotion starts with copies of its own.
type PlanArgs struct {
	// Market names the vaults, which the foundation has made, and the role. Required.
	Market naming.Market
	// Region is where the databases are. Required.
	Region regions.Region
	// Other is the market's other region, which every backup is copied to. Required, and
	// not Region.
	Other regions.Region
	// Databases is what is backed up. Required.
	Databases []Database
}

// Validate reports every problem at once, each naming its field.
func (a PlanArgs) Validate() error {
	p := component.Problems{Of: "backup.PlanArgs"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Region.IsZero(), "Region", "is required")
	p.Check(!a.Other.IsZero(), "Other", "is required: a copy in the same region is lost with it")
	p.Check(a.Region.IsZero() || a.Region != a.Other, "Other", "must not be %s itself: a copy there is lost with it", a.Region)
	p.Check(len(a.Databases) > 0, "Databases", "is required")
	for i, d := range a.Databases {
		field := fmt.Sprintf("Databases[%d]", i)
		_, known := stores.FindDatabase(d.Name)
		p.Check(known, field, "found %q, which is no database of components/stores: it has no vault", d.Name)
		p.Check(d.ClusterARN != nil, field, "must say which cluster is backed up")
		for _, earlier := range a.Databases[:i] {
			p.Check(d.Name != earlier.Name, field, "is %q again", d.Name)
		}
	}
	return p.Err()
}

// Plan is the backups of one region.
type Plan struct {
	pulumi.ResourceState
}

// NewPlan makes a plan for each database, and the role that AWS Backup works with.
func NewPlan(ctx *pulumi.Context, name string, args PlanArgs, opts ...pulumi.ResourceOption) (*Plan, error) {
	out := &Plan{}
	s, err := component.Open(ctx, planToken, name, out, args, pulumi.Map{
		"region": pulumi.String(args.Region.String()), "other": pulumi.String(args.Other.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	role, err := addRole(s, args)
	if err != nil {
		return nil, err
	}
	for _, d := range args.Databases {
		if err := addPlan(s, args, d, role); err != nil {
			return nil, err
		}
	}
	return out, s.Publish(out, pulumi.Map{})
}

// addPlan makes the plan of one database. Aurora has no cold storage, so nothing moves
// there, and its point-in-time recovery is the cluster's own.
func addPlan(s component.Scope, a PlanArgs, d Database, role *roles.Role) error {
	var rules awsbackup.PlanRuleArray
	for _, schedule := range schedules {
		rules = append(rules, awsbackup.PlanRuleArgs{
			RuleName: pulumi.String(schedule.Name), Schedule: pulumi.String(schedule.Cron),
			TargetVaultName: pulumi.String(a.Market.BackupVault(a.Region, d.Name)),
			Lifecycle:       awsbackup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(schedule.Days)},
			CopyActions: awsbackup.PlanRuleCopyActionArray{awsbackup.PlanRuleCopyActionArgs{
				DestinationVaultArn: pulumi.String(a.Market.BackupVaultARN(a.Other, d.Name)),
				Lifecycle:           awsbackup.PlanRuleCopyActionLifecycleArgs{DeleteAfter: pulumi.Int(schedule.Copied)},
			}},
		})
	}
	plan, err := component.Create(s, d.Name, awsbackup.NewPlan, &awsbackup.PlanArgs{Rules: rules})
	if err != nil {
		return err
	}
	_, err = component.Create(s, d.Name+"-selection", awsbackup.NewSelection, &awsbackup.SelectionArgs{
		PlanId: plan.ID(), IamRoleArn: role.Arn, Resources: pulumi.StringArray{d.ClusterARN},
	}, pulumi.DependsOn(role.Policies))
	return err
}

// addRole makes the role that AWS Backup works with: its own policy, and the databases'
// keys. The trust has no condition, as AWS documents it: one that AWS Backup does not send
// would stop every backup in silence.
func addRole(s component.Scope, a PlanArgs) (*roles.Role, error) {
	role, err := roles.New(s, "role", awsiam.RoleArgs{
		Name:             pulumi.String(a.Market.Role(a.Region, naming.RoleBackup)),
		Description:      pulumi.String("backs up the databases of " + a.Market.Name + " in " + a.Region.String() + " and copies them to " + a.Other.String()),
		AssumeRolePolicy: pulumi.String(iam.Trust("backup.amazonaws.com", nil).String()),
	}, "service-role/AWSBackupServiceRolePolicyForBackup")
	if err != nil {
		return nil, err
	}
	return role, role.Allow(s, "keys", pulumi.StringArray{}, func([]string) iam.Policy { return mayUseKeys(a) })
}

// mayUseKeys is what copying under our keys takes: a backup is read with the key of this
// region and its copy written with that of the other, by RDS, in the name of this role. The
// keys are named by their aliases, which are the same in every region.
func mayUseKeys(a PlanArgs) iam.Policy {
	var aliases []string
	for _, one := range a.Databases {
		d, _ := stores.FindDatabase(one.Name)
		aliases = append(aliases, a.Market.KeyAlias(string(d.Key)))
	}
	var via []string
	for _, service := range []string{"rds", "backup"} {
		for _, r := range []regions.Region{a.Region, a.Other} {
			via = append(via, service+"."+r.String()+".amazonaws.com")
		}
	}
	keys := "arn:aws:kms:*:" + a.Market.Account + ":key/*"
	ours := map[string][]string{"kms:ResourceAliases": aliases}
	return iam.Document(
		iam.Statement{
			Sid: "Copy", Effect: iam.Allow, Resource: []string{keys},
			Action:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
			Condition: iam.Condition{"ForAnyValue:StringEquals": ours, "StringEquals": {"kms:ViaService": via}},
		},
		iam.Statement{
			Sid: "Keep", Effect: iam.Allow, Resource: []string{keys}, Action: []string{"kms:CreateGrant"},
			Condition: iam.Condition{
				"ForAnyValue:StringEquals": ours, "StringEquals": {"kms:ViaService": via},
				"Bool": {"kms:GrantIsForAWSResource": {"true"}},
			},
		},
	)
}
