package daemon

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pitboss/sandbox/internal/casino"
	"pitboss/sandbox/internal/casino/ledger"
	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/plane"
	"pitboss/sandbox/internal/procs"
)

const (
	// walletNamespace is where the program puts the wallet's services: the name of that
	// domain in components/services, which the sandbox does not import.
	walletNamespace = "wallet"
	// ledgerStore and sessionsStore are the stores of the money path.
	ledgerStore, sessionsStore = "ledger", "sessions"
)

// market is what the simulated cloud has of one market, as far as data goes.
type market struct {
	name    string
	api     string // "api.mt.example.com"
	regions []casino.Region
	stores  []plane.Store
	// turning are those whose roles are being changed now, by global identifier.
	turning []string
}

// marketOf is the market whose stack made a resource, from "urn:pulumi:mt-foundation::...";
// "" is none that is known.
func marketOf(r cloud.Resource, regions []string) string {
	stack, _, _ := strings.Cut(strings.TrimPrefix(r.URN, "urn:pulumi:"), "::")
	for _, layer := range append([]string{"foundation", "gslb"}, regions...) {
		if name, ok := strings.CutSuffix(stack, "-"+layer); ok {
			return name
		}
	}
	return ""
}

// readMarket reads one market; "" is the only one there is.
func (d *dataPlane) readMarket(name string) (market, error) {
	clusters, err := d.cloud.OfType("aws_eks_cluster")
	if err != nil {
		return market{}, err
	}
	var regions, markets []string
	for _, c := range clusters {
		regions = append(regions, c.Region)
	}
	for _, c := range clusters {
		markets = append(markets, marketOf(c, regions))
	}
	slices.Sort(markets)
	markets = slices.Compact(markets)
	switch {
	case len(markets) == 0:
		return market{}, fmt.Errorf("the simulated cloud has no market: `make up` makes one")
	case name == "" && len(markets) == 1:
		name = markets[0]
	case !slices.Contains(markets, name):
		return market{}, fmt.Errorf("%q is no market of the simulated cloud: choose one of %s", name, strings.Join(markets, ", "))
	}
	m := market{name: name}
	for _, c := range clusters {
		if marketOf(c, regions) == name {
			m.regions = append(m.regions, casino.Region{Name: c.Region, Kubeconfig: d.clusters.kubeconfig(c.ID), Namespace: walletNamespace})
		}
	}
	slices.SortFunc(m.regions, func(a, b casino.Region) int { return cmp.Compare(a.Name, b.Name) })
	of := func(r cloud.Resource) bool { return marketOf(r, regions) == name }
	if err := d.addStores(&m, of); err != nil {
		return m, err
	}
	m.api, err = apiOf(d.cloud, of)
	return m, err
}

// addStores adds the global databases and datastores of a market, with the logins that the
// program gave them.
func (d *dataPlane) addStores(to *market, of func(cloud.Resource) bool) error {
	for _, kind := range []struct{ plane, global, member, password string }{
		{plane.Postgres, "aws_rds_global_cluster", "aws_rds_cluster", "masterPassword"},
		{plane.Redis, "aws_elasticache_global_replication_group", "aws_elasticache_replication_group", "authToken"},
	} {
		globals, err := d.cloud.OfType(kind.global)
		if err != nil {
			return err
		}
		members, err := d.cloud.OfType(kind.member)
		if err != nil {
			return err
		}
		for _, g := range globals {
			if !of(g) || g.Global == nil || len(g.Global.Members) == 0 {
				continue
			}
			s := plane.Store{Kind: kind.plane, Global: g.ID, Name: cmp.Or(g.String("databaseName"), lastWord(g.ID))}
			for _, m := range g.Global.Members {
				s.Members = append(s.Members, plane.Member{Region: m.Region, ID: m.ID, ARN: m.ARN, Writer: m.Writer})
				for _, r := range members {
					if r.Region == m.Region && r.ID == m.ID {
						s.User, s.Password = cmp.Or(s.User, r.String("masterUsername")), cmp.Or(s.Password, r.String(kind.password))
					}
				}
			}
			to.stores = append(to.stores, s)
			if g.Global.Turn != nil {
				to.turning = append(to.turning, g.ID)
			}
		}
	}
	return nil
}

// lastWord is "sessions" of "ldgnf-pitboss-mt-sessions": the store's own name.
func lastWord(id string) string { return id[strings.LastIndex(id, "-")+1:] }

// members are the money path's own members of the stores.
type members struct {
	plane            *plane.Plane
	ledger, sessions string // global identifiers
}

// Ledger implements casino.Stores: as the services' own user, whom a freeze stops.
func (m members) Ledger(region string) (ledger.Endpoint, error) {
	e, err := m.plane.ServiceEndpoint(m.ledger, region)
	return ledger.Endpoint(e), err
}

// Sessions implements casino.Stores.
func (m members) Sessions(region string) (ledger.Endpoint, error) {
	e, err := m.plane.ServiceEndpoint(m.sessions, region)
	return ledger.Endpoint(e), err
}

func (d *dataPlane) casinoOptions(m market) (casino.Options, error) {
	where := members{plane: d.plane}
	for _, s := range m.stores {
		switch {
		case s.Kind == plane.Postgres && s.Name == ledgerStore:
			where.ledger = s.Global
		case s.Kind == plane.Redis && s.Name == sessionsStore:
			where.sessions = s.Global
		}
	}
	if where.ledger == "" || where.sessions == "" {
		return casino.Options{}, fmt.Errorf("market %s has no global database %q or no global datastore %q: the money path needs both", m.name, ledgerStore, sessionsStore)
	}
	door, err := os.ReadFile(d.layout.DoorAddress())
	if err != nil {
		return casino.Options{}, err
	}
	prometheus, err := os.ReadFile(d.layout.PrometheusAddress())
	if err != nil {
		return casino.Options{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return casino.Options{}, err
	}
	programs, err := d.finder.find()
	return casino.Options{
		Dir: filepath.Join(d.layout.Data(), "casino"), Self: []string{self, "casino"}, Log: d.log,
		Env:    append(programs.Environ(), procs.Mark(d.layout.State)),
		Market: m.name, API: m.api, Regions: m.regions, Stores: where, Routes: routing{d.cloud, m}, Token: d.token,
		Door: string(door), PrometheusAddress: string(prometheus), Prometheus: programs.Prometheus,
	}, err
}
