package identity_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/identity"
	"pitboss/components/naming"
	"pitboss/internal/record"
)

// TestTheIdentityOutlivesAMistake wants the random name protected: a deployment that got
// another one in mid-life would disown its own evidence.
func TestTheIdentityOutlivesAMistake(t *testing.T) {
	r, err := record.Run(record.Options{Stack: "s"}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		made, err := identity.New(ctx, "deployment", identity.Args{Market: naming.Market{Name: "mt"}})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"id": made.ID}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	id, ok := r.Named("deployment-id")
	if !ok || !id.Is("RandomUuid") || !id.Protect {
		t.Errorf("recorded %+v, want a protected RandomUuid", id)
	}
	if len(id.Inputs) != 0 {
		t.Errorf("it depends on %v: what changes would change the identity", id.Inputs)
	}
}

func TestArgs(t *testing.T) {
	if err := (identity.Args{}).Validate(); err == nil {
		t.Error("an identity of no market is accepted")
	}
}
