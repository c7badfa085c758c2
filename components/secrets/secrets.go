// Package secrets makes a market's passwords: one entry of Secrets Manager a consumer of a
// store, under the key of the class that it reads, with a replica in the standby region.
// What outside parties gave us gets an entry too, empty: people fill it.
// The foundation stack imports it, so that a password outlives what it opens; region
// stacks read back what it published.
package secrets

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/services"
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
	// consumer or a credential is of.
	Keys map[keyring.Class]keyring.Pair
	// Consumers is who gets a secret. Required.
	Consumers []stores.Consumer
	// Credentials is what outside parties gave us. None by default.
	Credentials []services.Credential
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
	for i, c := range a.Credentials {
		field := fmt.Sprintf("Credentials[%d]", i)
		taken := slices.ContainsFunc(a.Consumers, func(one stores.Consumer) bool { return one.Name == c.Name })
		p.Check(c.Name != "" && !taken, field, "must have a name that no consumer has, got %q", c.Name)
		p.Check(a.Keys[c.Class].Complete(), "Keys", "has no key of class %s in both regions, which the credential %s needs", c.Class, c.Name)
	}
	return p.Err()
}

// Secrets is the secrets of one market.
type Secrets struct {
	pulumi.ResourceState

	consumers   []stores.Consumer
	credentials []services.Credential
	arns        map[string]pulumi.StringOutput // by consumer or credential
	passwords   map[string]pulumi.StringOutput // by consumer; secret
}

// New makes the secrets. It needs two providers, that of AWS in the home region and that
// of random numbers.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Secrets, error) {
	out := &Secrets{
		consumers: args.Consumers, credentials: args.Credentials,
		arns: map[string]pulumi.StringOutput{}, passwords: map[string]pulumi.StringOutput{},
	}
	s, err := component.Open(ctx, typeToken, name, out, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, c := range args.Consumers {
		secret, err := out.addSecret(s, args, entry{c.Name, c.Class, c.Name + " of store " + c.Store, pulumi.StringMap{"pitboss:store": pulumi.String(c.Store)}})
		if err != nil {
			return nil, err
		}
		if err := out.addPassword(s, c, secret); err != nil {
			return nil, err
		}
	}
	for _, c := range args.Credentials {
		if _, err := out.addSecret(s, args, entry{c.Name, c.Class, c.Why, pulumi.StringMap{}}); err != nil {
			return nil, err
		}
	}
	return out, s.Publish(out, pulumi.Map{})
}

// entry is one entry of Secrets Manager.
type entry struct {
	name  string
	class keyring.Class
	of    string // for people
	tags  pulumi.StringMap
}

// addSecret makes an entry, and its replica under the same name and the standby region's
// key. A recovery that has to write secrets cuts the replica loose: from then on the two
// are apart, and the next update must not tie them together again.
func (out *Secrets) addSecret(s component.Scope, a Args, e entry) (*secretsmanager.Secret, error) {
	key := a.Keys[e.class]
	e.tags["pitboss:class"] = pulumi.String(string(e.class))
	secret, err := component.Create(s, e.name, secretsmanager.NewSecret, &secretsmanager.SecretArgs{
		Name:                 pulumi.String(a.Market.Secret(e.name)),
		Description:          pulumi.String(fmt.Sprintf("pitboss market %s: %s", a.Market.Name, e.of)),
		KmsKeyId:             key.Home.ToStringOutput(),
		RecoveryWindowInDays: pulumi.Int(recoveryDays),
		Replicas: secretsmanager.SecretReplicaArray{secretsmanager.SecretReplicaArgs{
			Region: pulumi.String(a.Standby.String()), KmsKeyId: key.Standby.ToStringOutput(),
		}},
		Tags: e.tags,
	}, component.Stateful(), pulumi.IgnoreChanges([]string{"replicas"}))
	if err != nil {
		return nil, err
	}
	out.arns[e.name] = secret.Arn
	return secret, nil
}

// document is a secret's content, as RDS Proxy and AWS's own clients read it.
type document struct {
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
		SecretString: component.JSON(pulumi.StringArray{password}, func(v []string) any { return document{c.Username, v[0]} }),
	}, component.Stateful())
	return err
}
