package pools

import (
	"encoding/base64"
	"fmt"
	"strings"

	"pitboss/components/pools/labels"
)

// sysctl is one kernel setting of media nodes. Pods cannot set these: they belong to
// the node's own network.
type sysctl struct{ key, value string }

// mediaSysctls tunes a node for many small UDP packets. The values are starting points
// to be measured under load; what each is for is written beside it. The network
// interface tracks connections too: its timeouts stay AWS's, because setting them takes
// an interface in the template (and the provider's documentation has udpTimeout and
// udpStreamTimeout swapped).
var mediaSysctls = []sysctl{
	{"net.core.rmem_max", "16777216"}, // largest receive buffer: media servers want 5 MB and more
	{"net.core.wmem_max", "16777216"},
	{"net.core.rmem_default", "1048576"}, // of sockets that ask for nothing
	{"net.core.wmem_default", "1048576"},
	{"net.core.netdev_max_backlog", "30000"}, // packets that wait for a CPU
	{"net.ipv4.udp_rmem_min", "16384"},
	{"net.ipv4.udp_wmem_min", "16384"},
	{"net.ipv4.udp_mem", "1529892 2039859 3059784"}, // pages for all UDP sockets together
	// The node's own outgoing connections stay below the media ports, and away from
	// Kubernetes' node ports.
	{"net.ipv4.ip_local_port_range", fmt.Sprintf("10240 %d", labels.MediaPortFirst-1)},
	{"net.ipv4.ip_local_reserved_ports", "30000-32767"},
	// Room for every flow of a full node. kube-proxy sets the maximum again when it
	// starts, to 32,768 a CPU, which is 262,144 on this pool's nodes: also enough.
	{"net.netfilter.nf_conntrack_max", "1048576"},
	{"net.netfilter.nf_conntrack_udp_timeout", "60"},         // a silent player is gone
	{"net.netfilter.nf_conntrack_udp_timeout_stream", "180"}, // a call on hold is not
	{"fs.file-max", "4194304"},
	{"fs.nr_open", "4194304"},
}

// openFiles is how many files a container of a media node may open: one socket a
// participant and direction, with room.
const openFiles = 1048576

// mediaUserData is what a media node is told at its first start, in the form that EKS
// merges its own part into: a NodeConfig for the container runtime, and a script for the
// kernel. conntrack is loaded first, or its settings would not exist yet.
func mediaUserData() string {
	var script strings.Builder
	script.WriteString("#!/bin/bash\nset -eu\nmodprobe nf_conntrack\ncat >/etc/sysctl.d/99-media.conf <<'END'\n")
	for _, s := range mediaSysctls {
		fmt.Fprintf(&script, "%s=%s\n", s.key, s.value)
	}
	script.WriteString("END\nsysctl --system\n")
	config := fmt.Sprintf(`apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  containerd:
    baseRuntimeSpec:
      process:
        rlimits:
          - {type: RLIMIT_NOFILE, soft: %d, hard: %d}
`, openFiles, openFiles)
	document := strings.Join([]string{
		"MIME-Version: 1.0",
		`Content-Type: multipart/mixed; boundary="part"`,
		"",
		"--part",
		"Content-Type: application/node.eks.aws",
		"",
		config,
		"--part",
		`Content-Type: text/x-shellscript; charset="us-ascii"`,
		"",
		script.String(),
		"--part--",
		"",
	}, "\n")
	return base64.StdEncoding.EncodeToString([]byte(document))
}
