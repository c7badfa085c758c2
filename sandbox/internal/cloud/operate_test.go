package cloud

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACallIsCheckedBeforeItIsMade(t *testing.T) {
	w := newWorld(t).database().second()
	_, err := w.ask("rds", "SwitchoverGlobalClusters", home)
	require.ErrorContains(t, err, "rds SwitchoverGlobalCluster,", "those that there are")
	_, err = w.ask("rds", "SwitchoverGlobalCluster", home, "GlobalClusterIdentifier", "mt-ledger")
	w.refuses("ValidationException", err)
	require.ErrorContains(t, err, `Missing required parameter in input: "TargetDbClusterIdentifier"`)
	_, err = w.ask("rds", "DescribeGlobalClusters", home, "Globalclusteridentifier", "mt-ledger")
	w.refuses("ValidationException", err)
	_, err = w.ask("rds", "DescribeGlobalClusters", "")
	require.ErrorContains(t, err, "specify a region")
	_, err = w.ask("rds", "DescribeGlobalClusters", home, "GlobalClusterIdentifier", "none")
	w.refuses("GlobalClusterNotFoundFault", err)
}

func TestTheOnlyAccountCalls(t *testing.T) {
	d := newWorld(t).database().second()
	answer, err := d.cloud.Operate(Call{Service: "rds", Operation: "DescribeGlobalClusters", Region: home})
	require.NoError(t, err)
	require.Len(t, answer.(map[string]any)["GlobalClusters"], 1)
	_, err = d.cloud.Create(t.Context(), Request{Account: "999988887777", Region: home, Type: "aws_s3_bucket", Planned: map[string]any{"bucket": "b"}})
	require.NoError(t, err)
	_, err = d.cloud.Operate(Call{Service: "rds", Operation: "DescribeGlobalClusters", Region: home})
	require.ErrorContains(t, err, "111122223333, 999988887777")
}

// Every operation names its service as AWS's command line does and itself as the
// API does: a front that speaks AWS's protocols dispatches by these names.
func TestOperationsAreNamedAsAWSNamesThem(t *testing.T) {
	for name, o := range operations {
		service, operation, ok := strings.Cut(name, " ")
		require.True(t, ok && service == strings.ToLower(service) && operation != "" && operation[0] >= 'A' && operation[0] <= 'Z', name)
		require.NotNil(t, o.do, name)
	}
}
