package tests

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pitboss/components/pools/labels"
	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// keyOf is the recorded ARN of a class's key in the stack's region.
func keyOf(p place, class string) string {
	key := "arn:aws:recorded:::keys-" + class
	if p.stack.Region == p.market.Standby {
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
			return first(want(r, keyOf(p, "cluster"), "encryptionConfig", "provider", "keyArn"), want(r, "secrets", "encryptionConfig", "resources", 0))
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
		name: "log-groups-are-encrypted", why: "control-plane logs hold what the API was told", about: is("LogGroup"),
		check: func(p place, r record.Resource) error {
			if r.Get("retentionInDays") == nil {
				return fmt.Errorf("it keeps logs for ever")
			}
			return want(r, keyOf(p, "cluster"), "kmsKeyId")
		},
		breaks: set(nil, "retentionInDays"),
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
				want(r, "gp3", append(disk, "volumeType")...), want(r, "true", append(disk, "encrypted")...), want(r, keyOf(p, "data"), append(disk, "kmsKeyId")...))
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
		name: "one-opening", why: "every opening to the internet has its reason, and media is the only one", about: is("SecurityGroupIngressRule"),
		check: func(p place, r record.Resource) error {
			if r.Text("cidrIpv4") == p.market.CIDR(p.stack.Region).String() {
				return nil
			}
			if r.Text("description") == "" {
				return fmt.Errorf("it does not say what it is for")
			}
			return first(want(r, "0.0.0.0/0", "cidrIpv4"), want(r, "udp", "ipProtocol"),
				want(r, float64(labels.MediaPortFirst), "fromPort"), want(r, float64(labels.MediaPortLast), "toPort"))
		},
		breaks: func(r *record.Resource) { r.Inputs["cidrIpv4"], r.Inputs["ipProtocol"] = "0.0.0.0/0", "tcp" },
	},
	{
		name: "default-group-is-empty", why: "whatever forgets to choose a group must reach nothing", about: is("DefaultSecurityGroup"),
		check: func(_ place, r record.Resource) error {
			if len(r.Texts("ingress"))+len(r.Texts("egress")) > 0 {
				return fmt.Errorf("it has rules")
			}
			return nil
		},
		breaks: set([]any{"rule"}, "ingress"),
	},
	{
		name: "volumes-are-encrypted", why: "a disk asked for without a word is encrypted with the data key", about: is("StorageClass"),
		check: func(p place, r record.Resource) error {
			return first(want(r, "true", "parameters", "encrypted"), want(r, keyOf(p, "data"), "parameters", "kmsKeyId"),
				want(r, "true", "metadata", "annotations", "storageclass.kubernetes.io/is-default-class"))
		},
		breaks: set("false", "parameters", "encrypted"),
	},
}
