package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/gslb"
	"pitboss/components/kafka"
	"pitboss/stacks/market"
)

// traffic makes what needs both regions: health checks, DNS records and Global
// Accelerator, which send players to the active one, and the copying of topics from it to
// the other.
func traffic(ctx *pulumi.Context, m market.Market) (pulumi.Map, error) {
	home, err := outliving(ctx, m, m.Home)
	if err != nil {
		return nil, err
	}
	standby, err := outliving(ctx, m, m.Standby)
	if err != nil {
		return nil, err
	}
	from, err := readFoundation(ctx, m)
	if err != nil {
		return nil, err
	}
	var members []gslb.Member
	var ends [2]kafka.End
	for i, r := range m.Regions() {
		there, err := refer(ctx, m, market.KindRegion, r)
		if err != nil {
			return nil, err
		}
		members = append(members, gslb.Member{Region: r, Role: m.Role(r), Front: edge.Read(there.name, there.output(outputEdge))})
		ends[i] = kafka.ReadEnd(there.name, there.output(outputKafka), r, m.Role(r))
	}
	ends[1].Provider = standby
	doors, err := gslb.New(ctx, "gslb", gslb.Args{
		Market: names(m), ZoneID: from.zoneID, Domain: m.Domain, Members: members,
		Switch: gslb.Switch(m.Traffic.Switch), Failover: m.Traffic.Failover, RTO: m.Recovery().RTO,
		Names: gslb.Names{API: m.Traffic.Names.API, WebSocket: m.Traffic.Names.WebSocket, Read: m.Traffic.Names.Read},
	}, pulumi.Providers(home))
	if err != nil {
		return nil, err
	}
	copied, err := kafka.NewReplication(ctx, "replication", kafka.ReplicationArgs{
		Market: names(m), Ends: ends, Topics: kafka.Topics(),
	}, pulumi.Providers(home))
	if err != nil {
		return nil, err
	}
	return pulumi.Map{"traffic": doors.Output(), "streams": copied.Output(kafka.Topics())}, nil
}
