package market

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/regions/eks"
)

// A Draft is a market to be written, every field as text: it comes from flags or
// answers and is judged as its file would be.
type Draft struct {
	// Name is the market's name and its file's. Required.
	Name string
	// Jurisdiction is a code of the catalogue, e.g. "MT". Required.
	Jurisdiction string
	// Environment is prod, staging or dev. Empty means prod, the protected one.
	Environment string
	// Account is the AWS account's twelve digits. Required.
	Account string
	// Domain is the DNS name players use. Required.
	Domain string
	// Home and Standby are AWS regions. Required: a region is never guessed.
	Home, Standby string
	// NetworkHome and NetworkStandby are /16 blocks. Both empty means the next
	// free pair of the address plan.
	NetworkHome, NetworkStandby string
	// Kubernetes is a version that EKS offers. Empty means eks.Default.
	Kubernetes string
	// ClusterAdmins are ARNs of IAM roles of Account. Required.
	ClusterAdmins []string
	// PublicCIDRs may reach the clusters' API over the internet. Empty means private only.
	PublicCIDRs []string
	// PrivateCIDRs may reach it from networks that are connected to the VPC. Empty
	// means none, see Market.Reach.
	PrivateCIDRs []string
	// Approvals maps residency rules to references of written approvals. May be nil.
	Approvals map[string]string
	// Now is the time at which the Kubernetes version is judged. Required: a new
	// market never starts on a version whose standard support has ended.
	Now time.Time
}

// A File is one file that a draft becomes.
type File struct {
	// Path is relative to the project.
	Path string
	// Content is the whole file.
	Content []byte
}

// Files validates the draft in memory, alone and against every other market,
// and returns what Write would write, in order. It writes nothing.
func (d Draft) Files(projectDir string) ([]File, error) {
	if d.Now.IsZero() {
		return nil, errors.New("market.Draft: Now is required: Kubernetes versions are judged at it")
	}
	others, err := LoadAll(projectDir)
	if err != nil {
		return nil, fmt.Errorf("the markets that exist must be in order before another joins them:\n%w", err)
	}
	if !goodName(d.Name) {
		return nil, Problems{{folder, 0, "", fmt.Sprintf("the market name %q", d.Name), meansName, "choose another name"}}
	}
	if slices.ContainsFunc(others, func(o Market) bool { return o.Name == d.Name }) {
		return nil, Problems{{fileOf(d.Name), 0, "", "a market of this name", "a name that no market has: nothing is ever overwritten", "choose another name, or edit the file"}}
	}
	d, err = d.withDefaults(others)
	if err != nil {
		return nil, err
	}
	content, err := d.render()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", fileOf(d.Name), err)
	}
	p := parse(d.Name, content)
	for _, o := range others {
		p.checkAgainst(parsed{o, newReader(o.File)})
	}
	if err := p.Kubernetes.Check(d.Now); err != nil && !p.Kubernetes.IsZero() {
		p.blame("kubernetes", p.Kubernetes.String(), "a version in standard support", err.Error())
	}
	if err := p.problems.withoutLines().err(); err != nil {
		return nil, err
	}
	return p.files(content), nil
}

// files lists the market's files, its own last: whoever lists markets never
// sees one whose stacks have no files yet.
func (m Market) files(content []byte) []File {
	var out []File
	for _, s := range m.Stacks() {
		out = append(out, File{s.File(), m.stackFileContent(s)})
	}
	return append(out, File{m.File, content})
}

// withDefaults returns a copy in which every optional field has been decided.
func (d Draft) withDefaults(others []Market) (Draft, error) {
	if d.Environment == "" {
		d.Environment = string(EnvironmentProd)
	}
	if d.Kubernetes == "" {
		d.Kubernetes = eks.Default().String()
	}
	if d.NetworkHome != "" || d.NetworkStandby != "" {
		return d, nil
	}
	free, ok := nextFree(others)
	if !ok {
		return d, Problems{{fileOf(d.Name), 0, "network", "nothing", "a free pair of /16 blocks in 10.16.0.0 to 10.255.255.255",
			"every pair of the address plan is taken: name two blocks that are free in your own plan"}}
	}
	d.NetworkHome, d.NetworkStandby = free.Home.String(), free.Standby.String()
	return d, nil
}

// render writes the market file. A struct and not a template, so that no value
// can break out of its quotes.
func (d Draft) render() ([]byte, error) {
	var doc yaml.Node
	if err := doc.Encode(d.file()); err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(doc.Content); i += 2 {
		if doc.Content[i].Value == "active" {
			doc.Content[i+1].LineComment = "# a DR swap is this line"
		}
	}
	doc.HeadComment = "# Everything about market " + d.Name + " that is not code. Check it with: pitboss markets"
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
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
	Approvals map[string]string `yaml:"approvals"`
}

func (d Draft) file() yamlFile {
	f := yamlFile{
		Jurisdiction: d.Jurisdiction, Environment: d.Environment, Account: d.Account, Domain: d.Domain,
		Home: d.Home, Standby: d.Standby, Active: d.Home, // a market starts at home
		Kubernetes: d.Kubernetes, ClusterAdmins: d.ClusterAdmins, Approvals: d.Approvals,
	}
	f.Network.Home, f.Network.Standby = d.NetworkHome, d.NetworkStandby
	f.APIEndpoint.PublicCIDRs, f.APIEndpoint.PrivateCIDRs = d.PublicCIDRs, d.PrivateCIDRs
	return f
}
