package market

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// stackConfig judges the config of a stack file. Keys of the pulumi namespace
// are the engine's and may stand there too. Others are refused: the program
// reads none, and its providers are explicit, so an aws:profile would silently
// do nothing.
func (r *reader) stackConfig(config *yaml.Node, want []struct{ key, value string }) {
	keys := make([]key, 0, len(want))
	for _, w := range want {
		keys = append(keys, key{w.key, true, w.value})
	}
	own := *config
	own.Content = nil
	for i := 0; i+1 < len(config.Content); i += 2 {
		if !strings.HasPrefix(keyOf(config.Content[i]), "pulumi:") {
			own.Content = append(own.Content, config.Content[i], config.Content[i+1])
		}
	}
	values := r.object(&own, "config", keys)
	for _, w := range want {
		at := join("config", w.key)
		if got, ok := r.text(values[w.key], at, w.value); ok && got != w.value {
			r.blame(at, fmt.Sprintf("%q", got), fmt.Sprintf("%q, as the market file says", w.value), "correct it: a stack's file follows its market's")
		}
	}
}
