package services

import (
	"time"

	"pitboss/components/edge"
	"pitboss/components/pools/labels"
)

// gateway is where players arrive. It holds their connections and nothing else: what it
// may reach is the core's services.
func gateway() Domain {
	return Domain{
		Name: "gateway", Owner: "edge", Zone: Public,
		Quota: Quota{CPU: 40_000, Memory: 60 << 10, Pods: 20},
		Services: []Service{{
			Name: "ws-gateway", Does: "ends players' TLS and keeps their WebSockets open",
			Tier: Realtime, Pool: labels.WS, Image: "ws-gateway",
			Ports: []Port{
				{Name: "https", Port: edge.WebTargetPort, Serves: "players: HTTPS and WebSocket", Players: true},
				// Probes speak plain HTTP, and players' port does not.
				{Name: "health", Port: 8081, Serves: "the kubelet's probes"},
				measured(),
			},
			Probes: probed("health", 30, "login", "gaming-api"),
			CPU:    Amount{1000, 2000}, Memory: Amount{2048, 3072},
			Replicas: Replicas{Full: 3, Warm: 2, Most: 9},
			// A connection costs memory whether it says something or not.
			Scaling: Scaling{Signal: Connections, Target: 8000},
			Connections: []Connection{
				{Service: "login", Port: "http", Why: "letting players in"},
				{Service: "gaming-api", Port: "http", Why: "all that players do"},
				{Service: "provider-bridge", Port: "http", Why: "studios' calls, which come through the same door"},
				{Service: "ll-hls", Port: "http", Why: "live tables over HTTPS"},
				{Service: "live-edge", Port: "signal", Why: "how a player and a table find their way to each other"},
			},
			Credentials: []string{"web-certificate"},
			Settings:    []Setting{{"CONNECTIONS_MOST", "12000"}, {"IDLE_TIMEOUT", "120s"}},
			SLO:         SLO{Availability: 99.95, P95: 50 * time.Millisecond},
			Sticky:      true,
			// Clients are told to reconnect, over this time: all at once they would take down
			// the pods that are left.
			Drain: 4 * time.Minute,
		}},
	}
}
