// Package secrets makes a market's passwords: one entry of Secrets Manager a consumer of a
// store, under the key of the class that it reads, with a replica in the standby region.
// The foundation stack imports it, so that a password outlives what it opens; region
// stacks read back what it published.
package secrets

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/stores"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Secrets"

const (
	// passwordLength is of letters and digits, 230 bits of chance. There is nothing else
	// in a password: RDS refuses some signs, ElastiCache most, and every URL, shell and
	// JSON document on its way changes others. ElastiCache takes 16 to 128.
	passwordLength = 40
	// recoveryDays is how long a secret that is deleted can still be saved: the longest
	// that AWS allows.
	recoveryDays = 30
)

// Args describes a market's secrets.
type Args struct {
	// Market names the secrets. Required.
	Market naming.Market
	// Home is where each secret is made. Required.
	Home regions.Region
	// Standby is where each has its replica. Required, and not Home.
	Standby regions.Region
	// Keys is the key of each class in both regions. Required: one for each class that a
	// consumer reads.
	Keys map[keyring.Class]keyring.Pair
	// Consumers is who gets a secret. Required.
	Consumers []stores.Consumer
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "secrets.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: a replica there would be none", a.Home)
	p.Check(len(a.Consumers) > 0, "Consumers", "is required")
	err := stores.CheckConsumers(a.Consumers)
	p.Check(err == nil, "Consumers", "%v", err)
	for _, c := range a.Consumers {
		p.Check(a.Keys[c.Class].Complete(), "Keys", "has no key of class %s in both regions, which the secret of %s needs", c.Class, c.Name)
	}
	return p.Err()
}

// Secrets is the secrets of one market.
type Secrets struct {
	pulumi.ResourceState

	consumers []stores.Consumer
	arns      map[string]pulumi.StringOutput // by consumer
	passwords map[string]pulumi.StringOutput // by consumer; secret
}

// New makes the secrets. It needs two providers, that of AWS in the home region and that
// of random numbers.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Secrets, error) {
	out := &Secrets{
		consumers: args.Consumers,
		arns:      map[string]pulumi.StringOutput{}, passwords: map[string]pulumi.StringOutput{},
	}
	s, err := component.Open(ctx, typeToken, name, out, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, c := range args.Consumers {
		secret, err := out.addSecret(s, args, c)
		if err != nil {
			return nil, err
		}
		if err := out.addPassword(s, c, secret); err != nil {
			return nil, err
		}
	}
	return out, s.Publish(out, pulumi.Map{})
}

// addSecret makes a consumer's entry, and its replica under the same name and the standby
// region's key. A recovery that has to write secrets cuts the replica loose: from then on
// the two are apart, and the next update must not tie them together again.
func (out *Secrets) addSecret(s component.Scope, a Args, c stores.Consumer) (*secretsmanager.Secret, error) {
	key := a.Keys[c.Class]
	secret, err := component.Create(s, c.Name, secretsmanager.NewSecret, &secretsmanager.SecretArgs{
		Name:                 pulumi.String(a.Market.Secret(c.Name)),
		Description:          pulumi.String(fmt.Sprintf("pitboss market %s: %s of store %s", a.Market.Name, c.Name, c.Store)),
		KmsKeyId:             key.Home.ToStringOutput(),
		RecoveryWindowInDays: pulumi.Int(recoveryDays),
		Replicas: secretsmanager.SecretReplicaArray{secretsmanager.SecretReplicaArgs{
			Region: pulumi.String(a.Standby.String()), KmsKeyId: key.Standby.ToStringOutput(),
		}},
		Tags: pulumi.StringMap{"pitboss:class": pulumi.String(string(c.Class)), "pitboss:store": pulumi.String(c.Store)},
	}, component.Stateful(), pulumi.IgnoreChanges([]string{"replicas"}))
	if err != nil {
		return nil, err
	}
	out.arns[c.Name] = secret.Arn
	return secret, nil
}

// credentials is a secret's document, as RDS Proxy and AWS's own clients read it.
type credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// addPassword makes a consumer's password and writes it into the entry. The password is
// never plain: not as an input, not in the state, not in a diff.
func (out *Secrets) addPassword(s component.Scope, c stores.Consumer, secret *secretsmanager.Secret) error {
	made, err := component.Create(s, c.Name+"-password", random.NewRandomPassword, &random.RandomPasswordArgs{
		Length: pulumi.Int(passwordLength), Special: pulumi.Bool(false),
		MinLower: pulumi.Int(1), MinUpper: pulumi.Int(1), MinNumeric: pulumi.Int(1),
	}, component.Stateful())
	if err != nil {
		return err
	}
	// The provider marks the result already; this holds if it ever stops to.
	password := pulumi.ToSecret(made.Result).(pulumi.StringOutput)
	out.passwords[c.Name] = password
	_, err = component.Create(s, c.Name+"-version", secretsmanager.NewSecretVersion, &secretsmanager.SecretVersionArgs{
		SecretId:     secret.ID(),
		SecretString: component.JSON(pulumi.StringArray{password}, func(v []string) any { return credentials{c.Username, v[0]} }),
	}, component.Stateful())
	return err
}
