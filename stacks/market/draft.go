package market

import (
	"errors"
	"fmt"
	"slices"
	"time"
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
	// PostgresVersion is a version of Aurora PostgreSQL. Empty means engines.DefaultAurora.
	PostgresVersion string
	// Switch is what a drill moves traffic with. Empty means the one that costs nothing.
	Switch string
	// ImagesOf is the market whose image digests the new one starts with: a release is
	// one build of the platform. Empty means the first market, by name, that has any.
	ImagesOf string
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
	images, err := d.images(others)
	if err != nil {
		return nil, err
	}
	content, err := d.render(images)
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
