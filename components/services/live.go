package services

import (
	"time"

	"pitboss/components/edge"
	"pitboss/components/pools/labels"
)

// live is the video of live tables. It knows no player and no money.
func live() Domain {
	return Domain{
		Name: "live", Owner: "live", Zone: Public,
		HostNetwork: "media over UDP: thousands of ports a node, which no Service can forward and every translation of an address would slow",
		Quota:       Quota{CPU: 84_000, Memory: 120 << 10, Pods: 32},
		Services:    []Service{liveEdge(), llHLS()},
	}
}

// mediaClass is AF41, what RFC 8837 has for video that people answer to.
const mediaClass = 34

func liveEdge() Service {
	return Service{
		Name: "live-edge", Does: "sends live tables to players over WebRTC, one gateway a node",
		Kind: DaemonSet, Tier: Realtime, Pool: labels.WebRTC, Image: "live-edge", Args: []string{"webrtc"},
		Ports: []Port{
			{Name: "signal", Port: edge.MediaHealthPort, Serves: "the gateway's signalling, and the load balancer's probe"},
			{Name: "ice", Port: edge.ICEPort, UDP: true, Serves: "players: WebRTC media, multiplexed over one port", Players: true},
			{Name: "turn", Port: edge.TURNPort, UDP: true, Serves: "players: WebRTC media relayed by TURN", Players: true},
			measured(),
		},
		Probes: probed("signal", 30),
		CPU:    Amount{4000, 6000}, Memory: Amount{4096, 6144},
		Host: &Host{First: labels.MediaPortFirst, Last: labels.MediaPortLast, DSCP: mediaClass},
		SLO:  SLO{Availability: 99.9, P95: 150 * time.Millisecond},
		// A hand of a table takes about a minute; who is watching moves on at its end.
		Drain: 5 * time.Minute,
	}
}

func llHLS() Service {
	return Service{
		Name: "ll-hls", Does: "sends live tables to players whose network has no WebRTC, some seconds later",
		Tier: Realtime, Pool: labels.WebRTC, Image: "live-edge", Args: []string{"ll-hls"},
		Ports:  []Port{answers("the gateway, for players"), measured()},
		Probes: probed("http", 30),
		CPU:    Amount{1000, 1500}, Memory: Amount{1024, 2048},
		Replicas: Replicas{Full: 3, Warm: 1, Most: 6},
		Scaling:  Scaling{Signal: Requests, Target: 500},
		SLO:      SLO{Availability: 99.9, P95: 250 * time.Millisecond},
		// A player asks for the next part at most this much later.
		Drain: 30 * time.Second,
	}
}
