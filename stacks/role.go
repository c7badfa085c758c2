package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/regions/role"
)

// roleOutput is a region's role as services and people read it.
func roleOutput(r role.Role) pulumi.Map {
	n := r.Numbers()
	return pulumi.Map{
		"name": pulumi.String(string(r)), "writes": pulumi.Bool(n.Writes), "floor": pulumi.String(string(n.Floor)),
		"schedulesSuspended": pulumi.Bool(n.SchedulesSuspended), "weight": pulumi.Int(n.Weight), "dial": pulumi.Int(n.Dial),
		"replicates": pulumi.Bool(n.Replicates),
	}
}

// unprotected says that AWS's own deletion protection is to come off, because somebody
// has named everything that the stack protects: `pitboss down` sets this for the time of
// its run, in the engine's copy of the stack file, and nobody else does.
func unprotected(ctx *pulumi.Context) bool {
	value, _ := ctx.GetConfig("pitboss:deletionProtection")
	return value == "off"
}
