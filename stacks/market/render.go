package market

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"pitboss/regions/engines"
)

// render writes the market file. A struct and not a template, so that no value
// can break out of its quotes.
func (d Draft) render(images map[string]string) ([]byte, error) {
	var doc yaml.Node
	if err := doc.Encode(d.file(images)); err != nil {
		return nil, err
	}
	remark(&doc, "# a DR swap is this line", "active")
	remark(&doc, "# "+switchCosts(Switch(d.Switch)), "traffic", "switch")
	remark(&doc, "# the ledger stops sooner than lose more than the RPO; never set by a swap", "recovery", "enforceRPOIn")
	remark(&doc, "# the digests of one release of the platform", "images")
	remark(&doc, "# who outside may be called, such as acquirer: {kind: payments, cidrs: [203.0.113.0/28], port: 443}", "parties")
	remark(&doc, "# nodes before a peak, such as {name: derby, from: 2027-05-09T16:00:00Z, until: 2027-05-09T22:00:00Z, nodes: {api: 6}}", "events")
	doc.HeadComment = "# Everything about market " + d.Name + " that is not code. Check it with: pitboss markets"
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

// remark puts a comment behind the value that stands at path, or behind its key when the
// value stands below it.
func remark(n *yaml.Node, comment string, path ...string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch {
		case n.Content[i].Value != path[0]:
		case len(path) == 1 && len(n.Content[i+1].Content) > 0:
			n.Content[i].LineComment = comment
		case len(path) == 1:
			n.Content[i+1].LineComment = comment
		default:
			remark(n.Content[i+1], comment, path[1:]...)
		}
	}
}

// yamlFile is a market file as it is written, its fields in the order of the file.
type yamlFile struct {
	Jurisdiction string `yaml:"jurisdiction"`
	Environment  string `yaml:"environment"`
	Account      string `yaml:"account"`
	Domain       string `yaml:"domain"`
	Home         string `yaml:"home"`
	Standby      string `yaml:"standby"`
	Active       string `yaml:"active"`
	Network      struct {
		Home    string `yaml:"home"`
		Standby string `yaml:"standby"`
	} `yaml:"network"`
	Kubernetes    string   `yaml:"kubernetes"`
	ClusterAdmins []string `yaml:"clusterAdmins"`
	APIEndpoint   struct {
		PublicCIDRs  []string `yaml:"publicCIDRs,flow"`
		PrivateCIDRs []string `yaml:"privateCIDRs,flow"`
	} `yaml:"apiEndpoint"`
	Data struct {
		Postgres yamlPostgres `yaml:"postgres,flow"`
		Redis    yamlRedis    `yaml:"redis,flow"`
		Kafka    yamlKafka    `yaml:"kafka,flow"`
	} `yaml:"data"`
	Traffic struct {
		Switch string `yaml:"switch"`
	} `yaml:"traffic"`
	Recovery struct {
		EnforceRPOIn string `yaml:"enforceRPOIn"`
	} `yaml:"recovery"`
	Images    map[string]string `yaml:"images"`
	Parties   struct{}          `yaml:"parties"` // a new market opens to nobody
	Events    []struct{}        `yaml:"events"`  // and awaits nothing
	Approvals map[string]string `yaml:"approvals"`
}

type yamlPostgres struct {
	Version string `yaml:"version"`
	Ledger  string `yaml:"ledger"`
	Vault   string `yaml:"vault"`
}

type yamlRedis struct {
	Version string `yaml:"version"`
	Node    string `yaml:"node"`
}

type yamlKafka struct {
	Version string `yaml:"version"`
	Broker  string `yaml:"broker"`
}

func (d Draft) file(images map[string]string) yamlFile {
	f := yamlFile{
		Jurisdiction: d.Jurisdiction, Environment: d.Environment, Account: d.Account, Domain: d.Domain,
		Home: d.Home, Standby: d.Standby, Active: d.Home, // a market starts at home
		Kubernetes: d.Kubernetes, ClusterAdmins: d.ClusterAdmins, Images: images, Approvals: d.Approvals,
	}
	f.Network.Home, f.Network.Standby = d.NetworkHome, d.NetworkStandby
	f.APIEndpoint.PublicCIDRs, f.APIEndpoint.PrivateCIDRs = d.PublicCIDRs, d.PrivateCIDRs
	f.Data.Postgres = yamlPostgres{d.PostgresVersion, defaultLedger, defaultVault}
	f.Data.Redis = yamlRedis{engines.DefaultRedis().String(), defaultNode}
	f.Data.Kafka = yamlKafka{engines.DefaultKafka().String(), defaultBroker}
	f.Traffic.Switch = d.Switch
	f.Recovery.EnforceRPOIn = d.Home
	return f
}
