package main

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	rules "pitboss/components/admission"
	"pitboss/components/services"
	"pitboss/internal/componenttest"
	"pitboss/tests/admission"
)

// TestSameAsTheComponent: what is proved here is what the program deploys.
func TestSameAsTheComponent(t *testing.T) {
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, err := rules.New(ctx, "ad", rules.Args{Registry: registry, Exempt: services.Exempt()})
		return nil, err
	})
	for _, rule := range rules.Rules(registry) {
		for name, sent := range map[string]admission.Object{
			"ad-" + rule.Name:              policy(rule),
			"ad-" + rule.Name + "-binding": binding(rule, services.Exempt(), []string{"Deny", "Audit"}),
		} {
			deployed, _ := r.Named(name)
			if got := plain(t, deployed.Inputs); !reflect.DeepEqual(got, plain(t, sent)) {
				t.Errorf("%s is deployed as\n%v\nand proved as\n%v", name, got, plain(t, sent))
			}
		}
	}
}

// plain is v as JSON has it.
func plain(t *testing.T, v any) (out map[string]any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}
