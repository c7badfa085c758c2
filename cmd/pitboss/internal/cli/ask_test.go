package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/stacks/market"
)

func TestAskFillsInWhatIsMissing(t *testing.T) {
	d := market.Draft{Account: "111122223333"}
	var asked strings.Builder
	require.NoError(t, ask(strings.NewReader("mt\nmt.example.com\neu-south-1\n eu-central-1 \narn:x\n"), &asked, &d))
	assert.Equal(t, market.Draft{
		Jurisdiction: "MT", Account: "111122223333", Domain: "mt.example.com", Home: "eu-south-1", Standby: "eu-central-1", ClusterAdmins: []string{"arn:x"},
	}, d)
	assert.NotContains(t, asked.String(), "twelve digits", "what was given is not asked for")
	assert.Contains(t, asked.String(), "eu-north-1", "the question lists what is allowed")
}

func TestAskStopsEarly(t *testing.T) {
	cases := map[string]struct{ reason, answers, says string }{
		"NoRegion":   {"no later answer could be right", "NJ\n", "Atlantic City"},
		"NoCode":     {"a code that is not known", "XX\n", "XX"},
		"NoAnswer":   {"the end of the input is no answer", "", "before the last question"},
		"TooFewOnes": {"half of them", "MT\n111122223333\n", "before the last question"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, ask(strings.NewReader(c.answers), new(strings.Builder), new(market.Draft)), c.says, c.reason)
		})
	}
}
