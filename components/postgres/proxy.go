package postgres

import (
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
)

// Limits of the pool: without them, services under load open connections until the
// database has none left, and then wallets wait for each other.
const (
	// maxConnections is the proxy's share of the database's connections, in percent. The
	// rest is for administration, change data capture and readers.
	maxConnections = 80
	// maxIdle is how many of all may be kept open without work, in percent.
	maxIdle = 20
	// borrowSeconds is how long a client waits for a free connection: as long as a player
	// waits for a bet. AWS's default is two minutes, by which time everybody has retried.
	borrowSeconds = 5
	// idleSeconds is how long a client may keep a connection to the proxy without using it.
	idleSeconds = 900
)

// addProxy makes the pool in front of the writer, if the database has one. Each region has
// its own, with this region's member behind it: while the region stands by, the member has
// no writer, and after a promotion services are told to use this one.
func (d *Postgres) addProxy(s component.Scope) error {
	if !d.args.Database.Proxy {
		return nil
	}
	access, err := d.addProxyRole(s)
	if err != nil {
		return err
	}
	proxy, err := component.Create(s, "proxy", rds.NewProxy, &rds.ProxyArgs{
		Name:                pulumi.String(d.args.identifier("")), // its log group is named after it, and exists before it
		EngineFamily:        pulumi.String("POSTGRESQL"),
		Auths:               d.logins(),
		RoleArn:             access.Arn,
		RequireTls:          pulumi.Bool(true),
		VpcSubnetIds:        d.args.Network.Vault, // other subnets replace the proxy
		VpcSecurityGroupIds: pulumi.StringArray{d.groups.proxy.ID()},
		IdleClientTimeout:   pulumi.Int(idleSeconds),
		DebugLogging:        pulumi.Bool(false), // it would log statements, and players' data in them
	}, pulumi.DependsOn(access.Policies), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return err
	}
	pool, err := component.Create(s, "pool", rds.NewProxyDefaultTargetGroup, &rds.ProxyDefaultTargetGroupArgs{
		DbProxyName: proxy.Name,
		ConnectionPoolConfig: rds.ProxyDefaultTargetGroupConnectionPoolConfigArgs{
			MaxConnectionsPercent: pulumi.Int(maxConnections), MaxIdleConnectionsPercent: pulumi.Int(maxIdle),
			ConnectionBorrowTimeout: pulumi.Int(borrowSeconds),
		},
	})
	if err != nil {
		return err
	}
	_, err = component.Create(s, "target", rds.NewProxyTarget, &rds.ProxyTargetArgs{
		DbProxyName: proxy.Name, TargetGroupName: pool.Name, DbClusterIdentifier: d.cluster.ClusterIdentifier,
	}, pulumi.DependsOn(d.instances))
	d.Proxy, d.ProxyARN = proxy.Endpoint, proxy.Arn
	return err
}

// logins is who may connect. Services come with their AWS role and never see a password;
// the proxy logs in for them with the one in their secret.
func (d *Postgres) logins() rds.ProxyAuthArray {
	var out rds.ProxyAuthArray
	for _, c := range d.args.throughProxy() {
		out = append(out, rds.ProxyAuthArgs{
			AuthScheme: pulumi.String("SECRETS"), IamAuth: pulumi.String("REQUIRED"),
			SecretArn: d.args.SecretARNs[c.Name], Description: pulumi.String(c.Name), // the user is in the secret; AWS refuses it here
		})
	}
	return out
}

// addProxyRole makes the role that the proxy reads those secrets with, and no others. The
// trust has no condition, as AWS documents it: one that RDS does not send would leave the
// proxy without logins.
func (d *Postgres) addProxyRole(s component.Scope) (*roles.Role, error) {
	access, err := roles.New(s, "proxy-role", awsiam.RoleArgs{
		Description:      pulumi.String("proxy of database " + d.args.identifier("")),
		AssumeRolePolicy: pulumi.String(iam.Trust("rds.amazonaws.com", nil).String()),
	})
	if err != nil {
		return nil, err
	}
	refs := pulumi.StringArray{d.args.KeyARN}
	for _, c := range d.args.throughProxy() {
		refs = append(refs, d.args.SecretARNs[c.Name])
	}
	region := d.args.Network.Region.String()
	return access, access.Allow(s, "proxy-secrets", refs, func(arns []string) iam.Policy {
		return iam.Document(
			iam.Statement{Sid: "Secrets", Effect: iam.Allow, Resource: arns[1:], Action: []string{"secretsmanager:GetSecretValue"}},
			iam.Statement{Sid: "Key", Effect: iam.Allow, Resource: arns[:1], Action: []string{"kms:Decrypt"},
				Condition: iam.Condition{"StringEquals": {"kms:ViaService": {"secretsmanager." + region + ".amazonaws.com"}}}},
		)
	})
}
