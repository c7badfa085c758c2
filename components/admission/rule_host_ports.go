package admission

import (
	"fmt"
	"strings"

	"pitboss/components/services"
)

// onNode is whether a pod uses its node's own network, taken the port of the node that p
// takes: a template need not say it.
const (
	onNode = `variables.pod.?hostNetwork.orValue(false)`
	taken  = `p.?hostPort.orValue(` + onNode + ` ? p.containerPort : 0)`
)

// hosted is whether a pod may use its node: its domain says why in HostNetwork, and its
// pool is that of the domain's service which asks for it.
var hosted = either(eachHosted(func(d services.Domain, s services.Service) []string {
	return []string{fmt.Sprintf(`request.namespace == %q && variables.pool == %q`, d.Name, s.Pool)}
}))

// itsPorts is whether port h of protocol p is one that such a service declares.
var itsPorts = either(eachHosted(func(_ services.Domain, s services.Service) []string {
	out := []string{fmt.Sprintf(`p.protocol == "UDP" && h >= %d && h <= %d`, s.Host.First, s.Host.Last)}
	for _, one := range s.Ports {
		out = append(out, fmt.Sprintf(`p.protocol == %q && h == %d`, protocol(one), one.Port))
	}
	return out
}))

var hostPorts = podRule("host-ports",
	"a debug port on a node's own address was open to everything that reached the node, past every NetworkPolicy",
	Validation{
		Expression: fmt.Sprintf(`%s == false || %s`, onNode, hosted),
		Wrong:      fmt.Sprintf("the pod uses its node's network, which only %s may", hosts()),
		Do:         "leave out hostNetwork and put a Service in front of the pod",
	},
	container(fmt.Sprintf(`c.?ports.orValue([]).all(p, [%s].all(h, h == 0 || (%s) && (%s)))`, taken, hosted, itsPorts),
		fmt.Sprintf("the container takes a port of its node, which only %s may", hosts()),
		"leave out hostPort and put a Service in front of the pod; a new port of those is a row of components/services"),
)

// eachHosted collects what render says of every service on its node's network.
func eachHosted(render func(services.Domain, services.Service) []string) (out []string) {
	for _, d := range services.Domains() {
		for _, s := range d.Services {
			if d.HostNetwork != "" && s.Host != nil {
				out = append(out, render(d, s)...)
			}
		}
	}
	return out
}

// hosts is who may, for people.
func hosts() string {
	return strings.Join(eachHosted(func(d services.Domain, s services.Service) []string {
		return []string{fmt.Sprintf("%s of namespace %s on pool %s, on the ports that it declares,", s.Name, d.Name, s.Pool)}
	}), " ")
}

func protocol(p services.Port) string {
	if p.UDP {
		return "UDP"
	}
	return "TCP"
}
