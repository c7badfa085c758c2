package engine

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// The types by which AWS keeps network interfaces in the VPCs of other stacks.
const (
	// EndpointGroupType keeps them in its own region, for endpoints that see the
	// clients' addresses.
	EndpointGroupType = "aws:globalaccelerator/endpointGroup:EndpointGroup"
	// ReplicatorType keeps them at both of its ends, which are in different regions.
	ReplicatorType = "aws:msk/replicator:Replicator"
)

// Attached lists the URNs of what keeps network interfaces in VPCs of a region. Until it
// is gone AWS does not delete the subnets and security groups there: their deletion hangs.
func (s State) Attached(region string) []string {
	urns := s.urns(func(r apitype.ResourceV3) bool {
		switch r.Type {
		case ReplicatorType:
			return true
		case EndpointGroupType:
			in := text(r.Outputs["endpointGroupRegion"])
			if in == "" {
				in = text(r.Inputs["endpointGroupRegion"])
			}
			return in == region
		}
		return false
	})
	slices.Sort(urns)
	return slices.Compact(urns)
}

// detaching is how an operation is called that only deletes what holds another stack.
const detaching = "detach"

// Detach deletes these resources of the stack and no others. The program is not run, and
// the next Up makes them again.
func (s *Stack) Detach(ctx context.Context, urns []string, watch Watch) Result {
	start := time.Now()
	if err := s.repair(ctx, watch); err != nil {
		return Result{Repairs: s.notes, Err: err, Elapsed: time.Since(start)}
	}
	r := s.operate(ctx, detaching, len(urns), watch, func(ctx context.Context, ch chan<- events.EngineEvent, errOut *bytes.Buffer) error {
		_, err := s.auto.Destroy(ctx, optdestroy.Target(urns), optdestroy.EventStreams(ch), optdestroy.ErrorProgressStreams(errOut),
			optdestroy.Color("never"), optdestroy.SuppressProgress(), optdestroy.SuppressOutputs(), optdestroy.ShowSecrets(false))
		return err
	})
	r.Elapsed, r.Repairs = time.Since(start), s.notes
	return r
}
