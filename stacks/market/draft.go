package market

import (
	"errors"
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
	// PublicCIDRs may reach the clusters' API. Empty means private only.
	PublicCIDRs []string
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

// Files validates the draft and returns what Write would write, in order.
func (d Draft) Files(projectDir string) ([]File, error) { return nil, errors.New("being written") }

// Write validates the draft, writes its files and returns their paths.
func (d Draft) Write(projectDir string) ([]string, error) { return nil, errors.New("being written") }
