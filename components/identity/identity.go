// Package identity gives a deployment of a market a random name of its own. The names
// that are computed are the same after a market is destroyed and built anew; evidence
// has to say which of the two it is about. The foundation stack imports it.
package identity

import (
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

const typeToken = "pitboss:components:Identity"

// Args describes a deployment's identity.
type Args struct {
	// Market is whose deployment it is. Required.
	Market naming.Market
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "identity.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	return p.Err()
}

// Identity is the random name of a deployment.
type Identity struct {
	pulumi.ResourceState

	// ID is a random UUID (version 4), kept for as long as the stack is.
	ID pulumi.StringOutput
}

// New makes the identity.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Identity, error) {
	i := &Identity{}
	s, err := component.Open(ctx, typeToken, name, i, args, pulumi.Map{"market": pulumi.String(args.Market.Name)}, opts)
	if err != nil {
		return nil, err
	}
	id, err := component.Create(s, "id", random.NewRandomUuid, &random.RandomUuidArgs{}, component.Stateful())
	if err != nil {
		return nil, err
	}
	i.ID = id.Result
	return i, s.Publish(i, pulumi.Map{"id": i.ID})
}
