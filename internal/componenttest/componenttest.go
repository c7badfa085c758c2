// Package componenttest is what the tests of components share: arguments that must be
// refused for the right reason, and recordings of one component by itself. Only tests
// import it.
package componenttest

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/internal/record"
	"pitboss/regions"
)

// Region is a region of the catalogue.
func Region(t testing.TB, name string) regions.Region {
	t.Helper()
	r, err := regions.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Record is what program makes in an update.
func Record(t testing.TB, program record.Program) record.Recording {
	t.Helper()
	r, err := record.Run(record.Options{Stack: "s"}, program)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// RecordIn is Record for a component that works in two regions: it gets the way to AWS
// in each, as a stack would hand it over.
func RecordIn(t testing.TB, home, standby regions.Region, program func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error)) record.Recording {
	t.Helper()
	return Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		var there [2]*aws.Provider
		for i, r := range []regions.Region{home, standby} {
			p, err := aws.NewProvider(ctx, "aws-"+r.String(), &aws.ProviderArgs{Region: pulumi.String(r.String())})
			if err != nil {
				return nil, err
			}
			there[i] = p
		}
		return program(ctx, pulumi.Providers(there[0]), there[1])
	})
}
