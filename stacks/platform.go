package stacks

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/admission"
	"pitboss/components/capacity"
	"pitboss/components/keyring"
	"pitboss/components/namespace"
	"pitboss/components/network"
	"pitboss/components/operators"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/components/services/fit"
	"pitboss/components/stores"
	"pitboss/components/workload"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// running is what the platform's services are made with in one region.
type running struct {
	m       market.Market
	r       regions.Region
	here    *aws.Provider
	machine machine
	held    held
	from    foundationOf
	graph   workload.Graph

	ground      []pulumi.Resource   // what namespaces wait for
	secretsRole pulumi.StringOutput // of the operator that copies secrets
}

// runs makes what runs on a region's cluster: what it refuses, what it is divided into,
// and the services of every domain that the jurisdiction asks for.
func runs(ctx *pulumi.Context, m market.Market, r regions.Region, here *aws.Provider, on machine, data held, from foundationOf) error {
	domains := services.For(m.Jurisdiction)
	if err := m.CheckImages(services.Images(m.Jurisdiction)); err != nil {
		return err
	}
	if err := errors.Join(services.Check(domains), fit.Check(domains, pools.Table(), capacity.Table())); err != nil {
		return err
	}
	graph, err := workload.Connect(domains)
	if err != nil {
		return err
	}
	p := &running{m: m, r: r, here: here, machine: on, held: data, from: from, graph: graph}
	if err := p.addGround(ctx); err != nil {
		return err
	}
	for _, d := range domains {
		if err := p.addDomain(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// addGround makes what every service waits for: the rules that the API server holds it to,
// who gives way to whom, and the room that is kept free.
func (p *running) addGround(ctx *pulumi.Context) error {
	rules, err := admission.New(ctx, "admission", admission.Args{
		Registry: strings.TrimSuffix(names(p.m).Registry(p.r)+"/"+names(p.m).Repository(""), "/"), Exempt: services.Exempt(),
	}, pulumi.Providers(p.machine.inside))
	if err != nil {
		return err
	}
	priorities, err := capacity.NewPriorities(ctx, "priorities", capacity.PrioritiesArgs{}, pulumi.Providers(p.machine.inside))
	if err != nil {
		return err
	}
	made, err := operators.New(ctx, "operators", operators.Args{
		Market: names(p.m), Region: p.r, ClusterName: p.machine.cluster.Handle().Name, KafkaARN: p.held.kafkaARN,
	}, pulumi.Providers(p.here))
	if err != nil {
		return err
	}
	// Nodes too: they are taken away only after what runs on them. Namespaces wait for all of
	// this and services for their namespace: the state says it once a namespace and not once
	// an object, which the engine writes at every step.
	p.ground, p.secretsRole = slices.Concat(rules.Ready, priorities.Ready, p.machine.nodes.Groups), made.SecretsRoleARN
	pause, err := p.image(services.Pause)
	if err != nil {
		return err
	}
	_, err = capacity.New(ctx, "capacity", capacity.Args{
		Image: pause, Priorities: priorities, Events: p.events(), After: p.ground,
	}, pulumi.Providers(p.machine.inside))
	return err
}

// addDomain makes a domain's namespace, and its services in it.
func (p *running) addDomain(ctx *pulumi.Context, d services.Domain) error {
	secrets, err := p.secretsOf(d)
	if err != nil {
		return err
	}
	space, err := namespace.New(ctx, d.Name, namespace.Args{
		Market: names(p.m), Region: p.r, Role: p.m.Role(p.r), Domain: d,
		Secrets: secrets, OperatorRoleARN: p.secretsRole, After: p.ground,
	}, pulumi.Providers(p.here, p.machine.inside))
	if err != nil {
		return err
	}
	for _, s := range d.Services {
		if err := p.addService(ctx, d, s, space.Ready); err != nil {
			return err
		}
	}
	return nil
}

// secretsOf is what a domain's services read, with where each secret and its key are.
func (p *running) secretsOf(d services.Domain) ([]namespace.Secret, error) {
	var out []namespace.Secret
	for _, name := range namespace.SecretsOf(d) {
		class, ok := classOf(name)
		if !ok {
			return nil, fmt.Errorf("domain %s: nobody provides the secret %q: add it to the consumers of components/stores or to the credentials of components/services", d.Name, name)
		}
		out = append(out, namespace.Secret{Name: name, ARN: p.from.secrets.ARN(name, p.r), KeyARN: p.from.keys.Key(class, p.r)})
	}
	return out, nil
}

// classOf is the class of the key that encrypts a secret, and whether there is such a
// secret.
func classOf(secret string) (keyring.Class, bool) {
	for _, c := range stores.Consumers() {
		if c.Name == secret {
			return c.Class, true
		}
	}
	for _, c := range services.Credentials() {
		if c.Name == secret {
			return c.Class, true
		}
	}
	return "", false
}

// events is the peaks that the market file names.
func (p *running) events() []capacity.Event {
	var out []capacity.Event
	for _, e := range p.m.Events {
		one := capacity.Event{Name: e.Name, From: e.From, Until: e.Until}
		for _, n := range e.Nodes {
			one.Nodes = append(one.Nodes, capacity.PoolNodes{Pool: labels.Pool(n.Pool), Nodes: n.Nodes})
		}
		out = append(out, one)
	}
	return out
}

// addService makes one service of a domain.
func (p *running) addService(ctx *pulumi.Context, d services.Domain, s services.Service, ready []pulumi.Resource) error {
	image, err := p.image(s.Image)
	if err != nil {
		return err
	}
	_, err = workload.New(ctx, s.Name, workload.Args{
		Market: names(p.m), Region: p.r, Role: p.m.Role(p.r), Domain: d, Service: s, Graph: p.graph, Image: image,
		Stores: p.held.endpoints, Brokers: p.held.brokers, KafkaARN: p.held.kafkaARN,
		Parties: p.parties(), Blocks: p.blocks(),
		ClusterName: p.machine.cluster.Handle().Name, ClusterGroupID: p.machine.cluster.Handle().SecurityGroupID,
		EvidenceKeyARN: p.from.keys.Key(keyring.Audit, p.r), Ready: ready,
	}, pulumi.Providers(p.here, p.machine.inside))
	return err
}

// image is what pods here are told to pull.
func (p *running) image(name string) (string, error) {
	digest, err := p.m.Image(name)
	return names(p.m).Image(p.r, name, digest), err
}

func (p *running) parties() []workload.Party {
	out := make([]workload.Party, len(p.m.Parties))
	for i, one := range p.m.Parties {
		out[i] = workload.Party{Name: one.Name, Kind: services.Party(one.Kind), CIDRs: one.CIDRs, Port: one.Port}
	}
	return out
}

// blocks is where things are in the region's network.
func (p *running) blocks() workload.Blocks {
	cidr := p.m.CIDR(p.r)
	of := func(tier network.Tier) []netip.Prefix { return []netip.Prefix{network.TierBlock(cidr, tier)} }
	return workload.Blocks{VPC: []netip.Prefix{cidr}, Core: of(network.Core), Vault: of(network.Vault), Media: of(network.Media)}
}
