package kubeplugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/client-go/tools/clientcmd"
)

// settings is the provider's configuration.
type settings struct {
	kubeconfig, context, cluster, namespace string
	configMapMutable, secretMutable         bool
	deleteUnreachable, skipUnreachable      bool
}

// known are the configuration keys of the real provider, so that a misspelt one
// is refused. Those that settings has no field for change nothing here.
var known = []string{
	"cluster", "clusterIdentifier", "context", "deleteUnreachable", "enableConfigMapMutable",
	"enableSecretMutable", "enableServerSideApply", "helmReleaseSettings", "kubeClientSettings",
	"kubeconfig", "namespace", "renderYamlToDirectory", "skipUpdateUnreachable",
	"suppressDeprecationWarnings", "suppressHelmHookWarnings", "version", "pluginDownloadURL",
	"strictMode", "alwaysRender",
}

// CheckConfig refuses what the sandbox cannot do, before anything is planned.
func (p *Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	resp := &pulumirpc.CheckResponse{Inputs: req.GetNews()}
	fail := func(property, reason string) {
		resp.Failures = append(resp.Failures, &pulumirpc.CheckFailure{Property: property, Reason: reason})
	}
	for _, key := range inputs.StableKeys() {
		switch name := string(key); {
		case !slices.Contains(known, name) && name[0] != '_':
			fail(name, "no such setting of the kubernetes provider")
		case name == "renderYamlToDirectory":
			fail(name, "the sandbox applies to a cluster and does not render YAML: leave it out")
		case name == "enableServerSideApply" && boolean(inputs[key], "") == "false":
			fail(name, "the sandbox applies on the server side only: leave it out or set it to true")
		}
	}
	return resp, nil
}

// DiffConfig replaces the provider, and with it every object, only when it now
// means another cluster.
func (p *Provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds := req.GetOldInputs()
	if olds == nil {
		olds = req.GetOlds()
	}
	old, err := unmarshal(olds)
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	resp := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	diff := plain(old).Diff(plain(news))
	if diff == nil {
		return resp, nil
	}
	resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
	for _, key := range diff.Keys() {
		if diff.Changed(key) {
			resp.Diffs = append(resp.Diffs, string(key))
		}
	}
	slices.Sort(resp.Diffs)
	was, is := readSettings(old), readSettings(news)
	if a, b := was.server(), is.server(); a != "" && b != "" && a != b {
		resp.Replaces = []string{"kubeconfig"}
	}
	return resp, nil
}

// Configure prepares the client. It does not talk to the cluster: that may not
// exist yet.
func (p *Provider) Configure(_ context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	args, err := unmarshal(req.GetArgs())
	if err != nil {
		return nil, err
	}
	p.settings = readSettings(args)
	p.cluster = &cluster{settings: p.settings, warnings: p.log}
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets:                   true,
		SupportsPreview:                 true,
		SupportsAutonamingConfiguration: true,
	}, nil
}

func readSettings(args resource.PropertyMap) settings {
	args = plain(args)
	str := func(name string) string {
		if v := args[resource.PropertyKey(name)]; v.IsString() {
			return v.StringValue()
		}
		return ""
	}
	flag := func(name, env string) bool { return boolean(args[resource.PropertyKey(name)], env) == "true" }
	return settings{
		kubeconfig:        str("kubeconfig"),
		context:           str("context"),
		cluster:           str("cluster"),
		namespace:         str("namespace"),
		configMapMutable:  flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
		secretMutable:     flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
		deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
		skipUnreachable:   flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
	}
}

// boolean reads a setting that comes as true or as "true" (SDKs send JSON in a
// string), or else from the environment. "" means that it is not set.
func boolean(v resource.PropertyValue, env string) string {
	switch {
	case v.IsBool():
		return strconv.FormatBool(v.BoolValue())
	case v.IsString():
		return v.StringValue()
	case env != "":
		return os.Getenv(env)
	}
	return ""
}

// loader reads the kubeconfig: its content, or a path. The real provider falls
// back to what kubectl would use; a sandbox must never find a real cluster there.
func (s settings) loader() (clientcmd.ClientConfig, error) {
	overrides := &clientcmd.ConfigOverrides{CurrentContext: s.context}
	overrides.Context.Cluster = s.cluster
	overrides.Context.Namespace = s.namespace
	if s.kubeconfig == "" {
		return nil, errors.New("the kubernetes provider has no kubeconfig, and the sandbox does not look for one in the " +
			"environment: create a provider with the cluster's kubeconfig and pass it to the resource")
	}
	content := []byte(s.kubeconfig)
	if data, err := os.ReadFile(s.kubeconfig); err == nil {
		content = data
	}
	cfg, err := clientcmd.Load(content)
	if err != nil || len(cfg.Clusters) == 0 {
		// Not its content: it holds credentials.
		return nil, fmt.Errorf("the provider's kubeconfig is neither the path of a file nor a kubeconfig with a cluster in it (%v)", err)
	}
	return clientcmd.NewDefaultClientConfig(*cfg, overrides), nil
}

// server is the URL of the API, "" if the configuration does not tell.
func (s settings) server() string {
	loader, err := s.loader()
	if err != nil {
		return ""
	}
	cfg, err := loader.ClientConfig()
	if err != nil {
		return ""
	}
	return cfg.Host
}
