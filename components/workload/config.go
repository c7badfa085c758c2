package workload

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

// line is one line of a service's configuration, which it reads as a variable.
type line struct {
	name  string
	value pulumi.StringInput
}

// addConfig makes what the service is told beside its secrets. Its checksum is part of the
// pods' template, so that a changed line rolls them; what follows from the role is in the
// namespace's own ConfigMap instead, which pods see change while they run.
func (w *Workload) addConfig(s component.Scope) error {
	data := pulumi.StringMap{}
	for _, l := range w.args.lines() {
		data[l.name] = l.value
	}
	made, err := component.Create(s, "config", corev1.NewConfigMap, &corev1.ConfigMapArgs{
		Metadata: w.meta(w.args.Service.Name).Args(), Data: data,
	}, w.after())
	w.needs = append(w.needs, made)
	w.checksum = component.Checksum(data)
	return err
}

// lines is the service's configuration: where it is, what its row says, and where to find
// what it connects to.
func (a Args) lines() []line {
	out := []line{text("PITBOSS_MARKET", a.Market.Name), text("PITBOSS_REGION", a.Region.String())}
	for _, p := range a.Service.Ports {
		out = append(out, text("PORT_"+variable(p.Name), strconv.Itoa(p.Port)))
	}
	for _, setting := range a.Service.Settings {
		out = append(out, text(setting.Name, setting.Value))
	}
	if h := a.Service.Host; h != nil {
		out = append(out, text("MEDIA_PORT_FIRST", strconv.Itoa(h.First)), text("MEDIA_PORT_LAST", strconv.Itoa(h.Last)), text("MEDIA_DSCP", strconv.Itoa(h.DSCP)))
	}
	for _, e := range a.Graph.callees(a.Service.Name) {
		out = append(out, text("SERVICE_"+variable(e.To.Service)+"_"+variable(e.Port.Name), fmt.Sprintf("%s.%s.svc.cluster.local:%d", e.To.Service, e.To.Domain, e.Port.Port)))
	}
	for _, e := range a.endpoints() {
		name := "STORE_" + variable(e.Consumer.Name)
		out = append(out, line{name + "_HOST", e.Host}, text(name+"_PORT", strconv.Itoa(e.Port)), text(name+"_USER", e.Consumer.Username))
	}
	if a.usesKafka() {
		out = append(out, line{"KAFKA_BROKERS", a.Brokers}, text("KAFKA_GROUP", a.group()))
	}
	for _, class := range a.evidence() {
		out = append(out, text("EVIDENCE_"+variable(class), "s3://"+a.bucket(class)+"/"+a.Service.Name+"/"))
	}
	return out
}

func text(name, value string) line { return line{name, pulumi.String(value)} }

// variable is a name as variables are spelt.
func variable(name string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(name))
}

// endpoints is the stores that the service connects to, in the order of its row.
func (a Args) endpoints() []Endpoint {
	var out []Endpoint
	for _, c := range a.Service.Connections {
		if e, ok := a.Stores[c.Store]; ok {
			out = append(out, e)
		}
	}
	return out
}

// evidence is the record classes that the service adds to, in the order of its row.
func (a Args) evidence() []string {
	var out []string
	for _, c := range a.Service.Connections {
		if c.Evidence != "" {
			out = append(out, c.Evidence)
		}
	}
	return out
}

// bucket is where this region keeps the evidence of a class.
func (a Args) bucket(class string) string {
	return a.Market.Bucket(a.Region, naming.AuditPurpose(class))
}

// topics is every topic that the service reads, and every one that it writes.
func (a Args) topics() (reads, writes []string) {
	for _, c := range a.Service.Connections {
		reads, writes = append(reads, c.Reads...), append(writes, c.Writes...)
	}
	return reads, writes
}

func (a Args) usesKafka() bool {
	reads, writes := a.topics()
	return len(reads)+len(writes) > 0
}

// group is the service's consumer group: what it is scaled by, else of its own name.
func (a Args) group() string {
	if a.Service.Scaling.Group != "" {
		return a.Service.Scaling.Group
	}
	return a.Service.Name
}
