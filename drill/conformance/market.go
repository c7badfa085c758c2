package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// The variables that name a real market. Its credentials are where AWS's SDK looks for them.
const (
	// MarketVariable is a file with the market's inventory, as JSON.
	MarketVariable = "PITBOSS_CONFORMANCE_MARKET"
	// KubeconfigsVariable is "<region>=<file>,<region>=<file>". Without it no cluster is asked.
	KubeconfigsVariable = "PITBOSS_CONFORMANCE_KUBECONFIGS"
	// PrometheusVariable is addresses with commas between. Without it none is asked.
	PrometheusVariable = "PITBOSS_CONFORMANCE_PROMETHEUS"
)

// A Market is a real one, to be read and nothing more.
type Market struct {
	Inventory   inventory.Inventory
	Kubeconfigs map[regions.Region]string
	Prometheus  []string
}

// FromEnvironment is the market that the environment names; false if it names none.
func FromEnvironment() (Market, bool, error) {
	file := os.Getenv(MarketVariable)
	if file == "" {
		return Market{}, false, nil
	}
	out := Market{Kubeconfigs: map[regions.Region]string{}}
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &out.Inventory)
	}
	if err != nil {
		return Market{}, true, fmt.Errorf("%s: want a file with an inventory as JSON: %w", MarketVariable, err)
	}
	for _, pair := range list(os.Getenv(KubeconfigsVariable)) {
		name, path, _ := strings.Cut(pair, "=")
		at, err := regions.Parse(name)
		if err != nil || path == "" {
			return Market{}, true, fmt.Errorf("%s: found %q, want <region>=<file>", KubeconfigsVariable, pair)
		}
		out.Kubeconfigs[at] = path
	}
	out.Prometheus = list(os.Getenv(PrometheusVariable))
	return out, true, nil
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
