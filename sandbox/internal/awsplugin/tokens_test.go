package awsplugin

import (
	"testing"

	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/sdkshape"
)

const checkout = "../../.."

func TestEveryTypeThatTheProgramCreatesIsKnown(t *testing.T) {
	used, err := sdkshape.Uses(checkout+"/components", checkout+"/stacks")
	require.NoError(t, err)
	require.Greater(t, len(used), 20, "the scan of the program's source found hardly anything: it is broken")
	for _, token := range used {
		_, err := TerraformType(token)
		require.NoError(t, err)
	}
}
