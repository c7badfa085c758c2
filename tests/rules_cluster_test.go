package tests

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pitboss/components/logs"
	"pitboss/components/pools/labels"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// keyOf is the recorded ARN of a class's key in r's region.
func keyOf(p place, r record.Resource, class string) string {
	key := "arn:aws:recorded:::keys-" + class
	if regionOf(p, r) == p.market.Standby {
		key += "-replica"
	}
	return key
}

var clusterRules = []rule{
	{
		name: "clusters-are-closed", why: "the API server is the way to everything in the cluster", about: is("eks/cluster:Cluster"),
		check: func(p place, r record.Resource) error {
			public := len(p.market.APIEndpoint.PublicCIDRs) > 0
			if slices.Contains(r.Texts("vpcConfig", "publicAccessCidrs"), "0.0.0.0/0") {
				return fmt.Errorf("anyone may reach the API")
			}
			return first(want(r, true, "vpcConfig", "endpointPrivateAccess"), want(r, public, "vpcConfig", "endpointPublicAccess"),
				want(r, "API", "accessConfig", "authenticationMode"), want(r, false, "accessConfig", "bootstrapClusterCreatorAdminPermissions"))
		},
		breaks: set(true, "accessConfig", "bootstrapClusterCreatorAdminPermissions"),
	},
	{
		name: "clusters-tell-everything", why: "who did what in the cluster is evidence", about: is("eks/cluster:Cluster"),
		check: func(_ place, r record.Resource) error {
			if got := r.Texts("enabledClusterLogTypes"); len(got) != 5 {
				return fmt.Errorf("it logs %v, want all five kinds", got)
			}
			return nil
		},
		breaks: set([]any{"api"}, "enabledClusterLogTypes"),
	},
	{
		name: "secrets-are-encrypted", why: "secrets in etcd open with the cluster key and no other", about: is("eks/cluster:Cluster"),
		check: func(p place, r record.Resource) error {
			return first(want(r, keyOf(p, r, "cluster"), "encryptionConfig", "provider", "keyArn"), want(r, "secrets", "encryptionConfig", "resources", 0))
		},
		breaks: set("arn:other", "encryptionConfig", "provider", "keyArn"),
	},
	{
		name: "clusters-of-players-are-protected", why: "a mistake must not delete a running cluster", about: is("eks/cluster:Cluster"),
		check: func(p place, r record.Resource) error {
			if r.Protect != (p.market.Environment == market.EnvironmentProd) {
				return fmt.Errorf("protect is %t in environment %s", r.Protect, p.market.Environment)
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.Protect = !r.Protect },
	},
	{
		name: "log-groups-are-evidence", why: "logs say who did what, and outlive what they are about", about: is("LogGroup"),
		check: func(p place, r record.Resource) error {
			if p.stack.Kind != market.KindFoundation {
				return fmt.Errorf("it goes with stack %s, which is made to be thrown away", p.stack.Name)
			}
			days, _ := r.Get("retentionInDays").(float64)
			for _, kept := range p.market.Jurisdiction.Retentions() {
				if kept.Class == regions.RecordPlatform && int(days) < kept.Years*365 {
					return fmt.Errorf("it keeps %v days, want %d years", r.Get("retentionInDays"), kept.Years) // zero is for ever
				}
			}
			for _, group := range logs.Groups(physical(p), p.market.Home, p.market.Standby) {
				if group.Name == r.Text("name") && group.Region == regionOf(p, r) {
					return want(r, keyOf(p, r, string(group.Class)), "kmsKeyId")
				}
			}
			return fmt.Errorf("%q is no log group of the table in %s", r.Text("name"), regionOf(p, r))
		},
		breaks: set(nil, "retentionInDays"),
		also: map[string]breaking{
			"Short":     itself(set(30.0, "retentionInDays")),
			"InTheOpen": itself(set(nil, "kmsKeyId")),
			"NotEKSs":   itself(set("/aws/eks/other/cluster", "name")),
		},
	},
	{
		name: "addons-are-pinned", why: "a rebuilt cluster must be the same cluster", about: is("Addon"),
		check: func(_ place, r record.Resource) error {
			if !strings.Contains(r.Text("addonVersion"), "-eksbuild.") {
				return fmt.Errorf("version %q is not a version of EKS", r.Text("addonVersion"))
			}
			return nil
		},
		breaks: set("latest", "addonVersion"),
	},
	{
		name: "nodes-are-hardened", why: "a pod that escapes to its node must not find the way further", about: is("LaunchTemplate"),
		check: func(p place, r record.Resource) error {
			disk := []any{"blockDeviceMappings", 0, "ebs"}
			for _, never := range []string{"keyName", "imageId", "instanceType", "iamInstanceProfile", "networkInterfaces", "instanceMarketOptions"} {
				if r.Get(never) != nil {
					return fmt.Errorf("it sets %s", never)
				}
			}
			return first(want(r, "required", "metadataOptions", "httpTokens"), want(r, 1.0, "metadataOptions", "httpPutResponseHopLimit"),
				want(r, "gp3", append(disk, "volumeType")...), want(r, "true", append(disk, "encrypted")...), want(r, keyOf(p, r, "data"), append(disk, "kmsKeyId")...))
		},
		breaks: set("optional", "metadataOptions", "httpTokens"),
	},
	{
		name: "pools-say-what-they-are", why: "workloads choose pools by the same words", about: is("NodeGroup"),
		check: func(_ place, r record.Resource) error {
			pool := labels.Pool(strings.TrimSuffix(r.Text("nodeGroupNamePrefix"), "-"))
			for _, key := range slices.Sorted(maps.Keys(labels.Of(pool))) {
				if err := want(r, labels.Of(pool)[key], "labels", key); err != nil {
					return err
				}
			}
			taints := labels.Taints(pool)
			if got, _ := r.Get("taints").([]any); len(got) != len(taints) {
				return fmt.Errorf("it has %d taints, want %d", len(got), len(taints))
			}
			for i, taint := range taints {
				if err := first(want(r, taint.Key, "taints", i, "key"), want(r, taint.Value, "taints", i, "value"), want(r, "NO_SCHEDULE", "taints", i, "effect")); err != nil {
					return err
				}
			}
			return nil
		},
		breaks: set("other", "labels", labels.Key),
	},
	{
		name: "pools-are-left-to-scale", why: "the autoscaler and the drill own the size", about: is("NodeGroup"),
		check: func(_ place, r record.Resource) error {
			if !slices.Contains(r.IgnoreChanges, "scalingConfig.desiredSize") {
				return fmt.Errorf("a change of the desired size would be undone")
			}
			if r.Get("diskSize") != nil || r.Get("remoteAccess") != nil {
				return fmt.Errorf("it sets what the launch template sets")
			}
			if v := r.Text("launchTemplate", "version"); strings.HasPrefix(v, "$") {
				return fmt.Errorf("template version %s differs for ever", v)
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.IgnoreChanges = nil },
	},
	{
		name: "volumes-are-encrypted", why: "a disk asked for without a word is encrypted with the data key", about: is("StorageClass"),
		check: func(p place, r record.Resource) error {
			return first(want(r, "true", "parameters", "encrypted"), want(r, keyOf(p, r, "data"), "parameters", "kmsKeyId"),
				want(r, "true", "metadata", "annotations", "storageclass.kubernetes.io/is-default-class"))
		},
		breaks: set("false", "parameters", "encrypted"),
	},
}
