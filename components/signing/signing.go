// Package signing makes the key that a market's drills sign their reports with: an Ed25519
// key whose seed is in Secrets Manager, in both regions, and whose public half is an output,
// so that an auditor can check a report with nothing else.
// The foundation stack imports it: a report must be checkable after every cluster is gone.
package signing

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Signing"

const (
	// SecretName is the entry's, below the market's own prefix.
	SecretName = "drill-signing"
	// seedLength is of letters and digits, 255 bits of chance: as much as the key has.
	seedLength = 43
	// recoveryDays is how long a secret that is deleted can still be saved: the longest
	// that AWS allows.
	recoveryDays = 30
)

// Args describes a market's signing key.
type Args struct {
	// Market names the secret. Required.
	Market naming.Market
	// Home is where the secret is made. Required.
	Home regions.Region
	// Standby is where it has its replica: a drill signs where it ends. Required, and not
	// Home.
	Standby regions.Region
	// Key encrypts it in both regions. Required.
	Key keyring.Pair
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "signing.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: a replica there would be none", a.Home)
	p.Check(a.Key.Complete(), "Key", "is required in both regions")
	return p.Err()
}

// Signing is one market's key.
type Signing struct {
	pulumi.ResourceState

	// SecretARN is where the seed is, in the home region.
	SecretARN pulumi.StringOutput
	// PublicKey is the Ed25519 key to check with, in base64.
	PublicKey pulumi.StringOutput
}

// New makes the key. It needs two providers, that of AWS in the home region and that of
// random numbers. The seed is never plain: not as an input, not in the state, not in a
// diff.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Signing, error) {
	out := &Signing{}
	s, err := component.Open(ctx, typeToken, name, out, args, pulumi.Map{}, opts)
	if err != nil {
		return nil, err
	}
	secret, err := component.Create(s, "seed", secretsmanager.NewSecret, &secretsmanager.SecretArgs{
		Name:                 pulumi.String(args.Market.Secret(SecretName)),
		Description:          pulumi.String(fmt.Sprintf("pitboss market %s: what reports of drills are signed with", args.Market.Name)),
		KmsKeyId:             args.Key.Home.ToStringOutput(),
		RecoveryWindowInDays: pulumi.Int(recoveryDays),
		Replicas: secretsmanager.SecretReplicaArray{secretsmanager.SecretReplicaArgs{
			Region: pulumi.String(args.Standby.String()), KmsKeyId: args.Key.Standby.ToStringOutput(),
		}},
		Tags: pulumi.StringMap{"pitboss:class": pulumi.String(string(keyring.Audit))},
	}, component.Stateful(), pulumi.IgnoreChanges([]string{"replicas"})) // as every other secret's
	if err != nil {
		return nil, err
	}
	made, err := component.Create(s, "random", random.NewRandomPassword, &random.RandomPasswordArgs{
		Length: pulumi.Int(seedLength), Special: pulumi.Bool(false),
	}, component.Stateful())
	if err != nil {
		return nil, err
	}
	seed := pulumi.ToSecret(made.Result).(pulumi.StringOutput)
	if _, err := component.Create(s, "version", secretsmanager.NewSecretVersion, &secretsmanager.SecretVersionArgs{
		SecretId: secret.ID(), SecretString: seed,
	}, component.Stateful()); err != nil {
		return nil, err
	}
	out.SecretARN, out.PublicKey = secret.Arn, component.PublicKey(seed)
	return out, s.Publish(out, pulumi.Map{"publicKey": out.PublicKey})
}

// Output is the key as a stack output: secret, the ARN at home, and publicKey.
func (s *Signing) Output() pulumi.Map {
	return pulumi.Map{"secret": s.SecretARN, "publicKey": s.PublicKey}
}
