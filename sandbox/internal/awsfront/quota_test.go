package awsfront

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/stretchr/testify/require"
)

func TestAQuotaIsSmallIfAFaultSaysSo(t *testing.T) {
	w := newWorld(t)
	ask := func(service, code string) (*servicequotas.GetServiceQuotaOutput, error) {
		return servicequotas.NewFromConfig(w.in(standby)).GetServiceQuota(t.Context(), &servicequotas.GetServiceQuotaInput{
			ServiceCode: aws.String(service), QuotaCode: aws.String(code),
		})
	}
	value := func() float64 {
		t.Helper()
		got, err := ask("ec2", vcpus)
		require.NoError(t, err)
		require.Equal(t, vcpus, *got.Quota.QuotaCode)
		return *got.Quota.Value
	}
	require.Equal(t, 5000.0, value())
	w.front.SetFaults(Faults{Quotas: map[string]float64{vcpus: 0}})
	require.Zero(t, value(), "a quota of nothing is one as well")
	w.front.SetFaults(Faults{Deny: []string{"servicequotas:GetServiceQuota"}})
	w.refuses("AccessDeniedException", second(ask("ec2", vcpus)))
	w.front.SetFaults(Faults{})
	require.ErrorAs(t, second(ask("ec2", "L-00000000")), new(*types.NoSuchResourceException))
	require.ErrorAs(t, second(ask("eks", vcpus)), new(*types.NoSuchResourceException))
	w.data.kill(standby)
	require.ErrorContains(t, second(ask("ec2", vcpus)), "StatusCode: 0", "a region has its own, and is gone with it")
}
