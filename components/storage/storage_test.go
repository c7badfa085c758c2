package storage_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/storage"
	"pitboss/internal/componenttest"
)

func valid() storage.Args {
	return storage.Args{DataKeyARN: pulumi.String("data"), Driver: []pulumi.Resource{&pulumi.ResourceState{}}}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(), map[string]componenttest.Case[storage.Args]{
		"Valid":    {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*storage.Args) {}},
		"NoKey":    {Reason: "volumes would be in the clear", Edit: func(a *storage.Args) { a.DataKeyARN = nil }, Blames: "DataKeyARN"},
		"NoDriver": {Reason: "a class without a driver makes no volume", Edit: func(a *storage.Args) { a.Driver = nil }, Blames: "Driver"},
	})
}

// TestDefaultClass wants what a claim without a word gets: encrypted, in the pod's zone,
// and kept when the claim goes.
func TestDefaultClass(t *testing.T) {
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		args := valid()
		driver := &pulumi.ResourceState{}
		if err := ctx.RegisterComponentResourceV2("test:index:Driver", "driver", nil, driver); err != nil {
			return nil, err
		}
		args.Driver = []pulumi.Resource{driver}
		_, err := storage.New(ctx, "st", args)
		return nil, err
	})
	class, _ := r.Named("st-default")
	want := map[string]any{"type": "gp3", "encrypted": "true", "kmsKeyId": "data"}
	for _, key := range []string{"type", "encrypted", "kmsKeyId"} {
		if class.Get("parameters", key) != want[key] {
			t.Errorf("%s is %v, want %v", key, class.Get("parameters", key), want[key])
		}
	}
	if class.Text("volumeBindingMode") != "WaitForFirstConsumer" || class.Text("reclaimPolicy") != "Retain" || class.Text("metadata", "name") != storage.ClassName {
		t.Errorf("the class is %v", class.Inputs)
	}
}
