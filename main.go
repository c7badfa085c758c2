// Pitboss builds and runs the container platform of a regulated casino, one market at a
// time. This program is what the engine runs: it makes the stack that the configuration
// names. People run `pitboss` (cmd/pitboss) or `pulumi`.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/stacks"
)

func main() {
	pulumi.Run(stacks.Run)
}
