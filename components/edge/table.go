package edge

// The ports of the front door: what players reach, and what answers behind it. The
// second kind is what workloads must be told. Changing one makes another target group.
const (
	WebPort       = 443  // players: HTTPS and WebSocket
	WebTargetPort = 8443 // pods that end TLS; below 1024 they would need a privilege
	// ICEPort carries all media of a node: one port instead of a range, because a load
	// balancer has one listener a port.
	ICEPort  = 7882
	TURNPort = 3478 // players whose network lets through nothing else
	// MediaHealthPort is the media server's own API over TCP: UDP cannot be probed.
	MediaHealthPort = 7880
)

// The protocols, as Elastic Load Balancing spells them.
const (
	tcp = "TCP"
	udp = "UDP"
)

// door is one load balancer, as data.
type door struct {
	name    string // part of physical names
	targets string // target type: "ip" for pods, "instance" for nodes
	// healthPort is a TCP port of the targets, whatever the protocol of the ports.
	healthPort int
	ports      []port
}

// port is one listener with the target group behind it.
type port struct {
	name, protocol string
	listen, target int
	reason         string // of the opening to the internet
}

// doors is what every region has. TLS is not ended here: a TLS listener would cost the
// player's own address, which Global Accelerator then cannot hand on.
var doors = []door{
	{
		name: web, targets: "ip", healthPort: WebTargetPort,
		ports: []port{{"https", tcp, WebPort, WebTargetPort, "players: HTTPS and WebSocket"}},
	},
	{
		name: media, targets: "instance", healthPort: MediaHealthPort,
		ports: []port{
			{"ice", udp, ICEPort, ICEPort, "players: WebRTC media, multiplexed over one port"},
			{"turn", udp, TURNPort, TURNPort, "players: WebRTC media relayed by TURN"},
		},
	},
}

const (
	web   = "web"
	media = "media"
)

// MediaPorts is the UDP ports on which players reach media, in the order of the table.
func MediaPorts() []int {
	var out []int
	for _, d := range doors {
		for _, p := range d.ports {
			if p.protocol == udp {
				out = append(out, p.listen)
			}
		}
	}
	return out
}
