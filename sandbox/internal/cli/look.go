package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/daemon"
)

func (a *app) resources() *cobra.Command {
	var r daemon.ListRequest
	cmd := &cobra.Command{
		Use: "resources", Short: "Print every resource of the simulated cloud as JSON", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []cloud.Resource
			if err := a.call(cmd.Context(), "/v1/list", r, &all); err != nil {
				return err
			}
			return a.print(all)
		},
	}
	cmd.Flags().BoolVar(&r.ShowSecrets, "show-secrets", false, "print passwords and other secrets too")
	return cmd
}

func (a *app) aws() *cobra.Command {
	var call cloud.Call
	cmd := &cobra.Command{
		Use: "aws <service> <Operation> [Parameter=value ...]", Short: "Ask the simulated AWS itself for something, as a drill or a person would",
		Long: "Calls one operation of AWS's API past the program, with the parameters as the API names them, and prints its answer.\n" +
			"A value that is a list or an object is JSON. An operation that is misspelt is answered with those that there are.\n" +
			"Changes of roles take the time that AWS takes, divided by " + daemon.SpeedEnv + " (30) as it was when the sandbox was started.",
		Example: "  sandbox aws rds SwitchoverGlobalCluster --region eu-south-1 GlobalClusterIdentifier=pitboss-mt-ledger \\\n" +
			"    TargetDbClusterIdentifier=arn:aws:rds:eu-central-1:111122223333:cluster:pitboss-mt-eu-central-1-ledger\n" +
			"  sandbox aws rds DescribeGlobalClusters --region eu-south-1",
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			call.Service, call.Operation, call.Params = args[0], args[1], map[string]any{}
			for _, kv := range args[2:] {
				k, v, ok := strings.Cut(kv, "=")
				if !ok {
					return fmt.Errorf("%s: want Parameter=value, for example GlobalClusterIdentifier=pitboss-mt-ledger", kv)
				}
				call.Params[k] = v
			}
			var answer json.RawMessage
			if err := a.call(cmd.Context(), "/v1/aws", call, &answer); err != nil {
				return err
			}
			return a.print(answer)
		},
	}
	cmd.Flags().StringVar(&call.Region, "region", "", "the region of the endpoint that is called")
	cmd.Flags().StringVar(&call.Account, "account", "", "the caller's account; the default is the only one there is")
	return cmd
}

func (a *app) drift() *cobra.Command {
	var d daemon.Drift
	var set []string
	cmd := &cobra.Command{
		Use: "drift", Short: "Change a resource behind the program's back", Args: cobra.NoArgs,
		Example: "  sandbox drift --account 111122223333 --region eu-south-1 --type aws_vpc --id vpc-0123 --set enableDnsSupport=false\n" +
			"  sandbox drift --account 111122223333 --region eu-south-1 --type aws_eip --id eipalloc-0123 --delete",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.Set = map[string]json.RawMessage{}
			for _, kv := range set {
				k, v, ok := strings.Cut(kv, "=")
				if !ok {
					return fmt.Errorf("--set %s: want attribute=JSON, for example --set enableDnsSupport=false", kv)
				}
				d.Set[k] = json.RawMessage(v)
			}
			var now cloud.Resource
			if err := a.call(cmd.Context(), "/v1/drift", d, &now); err != nil {
				return err
			}
			return a.print(now)
		},
	}
	cmd.Flags().StringVar(&d.Account, "account", "", "the resource's account")
	cmd.Flags().StringVar(&d.Region, "region", "", "the resource's region")
	cmd.Flags().StringVar(&d.Type, "type", "", "its Terraform type")
	cmd.Flags().StringVar(&d.ID, "id", "", "its id")
	cmd.Flags().StringArrayVar(&set, "set", nil, "attribute=JSON to set")
	cmd.Flags().BoolVar(&d.Delete, "delete", false, "remove the resource")
	return cmd
}

func (a *app) object() *cobra.Command {
	var r daemon.ObjectRequest
	cmd := &cobra.Command{
		Use: "object", Short: "Write or delete an object of a simulated bucket", Args: cobra.NoArgs,
		Example: "  sandbox object --bucket pitboss-mt-audit-aml --key report.json --size 10",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var o cloud.Object
			if err := a.call(cmd.Context(), "/v1/objects", r, &o); err != nil {
				return err
			}
			return a.print(o)
		},
	}
	cmd.Flags().StringVar(&r.Bucket, "bucket", "", "the bucket")
	cmd.Flags().StringVar(&r.Key, "key", "", "the object's key")
	cmd.Flags().Int64Var(&r.Size, "size", 0, "its size in bytes")
	cmd.Flags().BoolVar(&r.Delete, "delete", false, "delete it, if its lock allows")
	return cmd
}
