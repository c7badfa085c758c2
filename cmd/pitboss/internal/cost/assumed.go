package cost

import "fmt"

// quantity is one that no plan says.
type quantity int

// The quantities, in the order in which a bill names them.
const (
	spotPercent quantity = iota
	natGB
	endpointGB
	balancerUnits
	databaseGB
	databaseIO
	databaseReplicated
	replicatorGB
	acceleratorGB
	zoneQueries
	logGB
	logKeptGB
	flowGB
	bucketGB
	imagesGB
	vaultGB
)

// assumptions are what such quantities are taken for. They are round numbers of a market of
// middling size, the same before and after: they show what a change does, not what a bill
// will be. Correct them by what Cost Explorer shows of a market that runs.
var assumptions = []struct {
	amount int64
	says   string
}{
	spotPercent:        {50, "a spot node costs %d %% of an On-Demand one; its price changes all day, so no table has it"},
	natGB:              {100, "each NAT gateway passes %d GB"},
	endpointGB:         {50, "each interface endpoint passes %d GB"},
	balancerUnits:      {1, "each load balancer takes %d capacity unit all month"},
	databaseGB:         {100, "each regional database keeps %d GB"},
	databaseIO:         {100, "each regional database does %d million reads and writes of its storage"},
	databaseReplicated: {50, "each global database copies %d million writes to its other region"},
	replicatorGB:       {100, "each MSK replicator copies %d GB"},
	acceleratorGB:      {500, "each accelerator carries %d GB"},
	zoneQueries:        {100, "each hosted zone answers %d million queries"},
	logGB:              {10, "each log group takes in %d GB"},
	logKeptGB:          {50, "each log group keeps %d GB"},
	flowGB:             {50, "each VPC flow log delivers %d GB to its bucket"},
	bucketGB:           {50, "each bucket keeps %d GB"},
	imagesGB:           {5, "each repository of images keeps %d GB"},
	vaultGB:            {500, "each backup vault keeps %d GB"},
}

// always is said of every bill.
var always = []string{
	"a month has 730 hours; node groups have their desired size all month, as nodes of the first type that they name",
	"not counted: data transfer between zones, between regions and to the internet, requests to S3, KMS, Secrets Manager and ECR, enhanced monitoring, rotations of keys, what is free for new or small use, discounts, support, taxes",
}

// sentences are what was assumed.
func (e *estimate) sentences() (out []string) {
	out = append(out, always...)
	for q, used := range e.assumed {
		if used {
			out = append(out, fmt.Sprintf(assumptions[q].says, assumptions[q].amount))
		}
	}
	for _, region := range e.stoodIn {
		out = append(out, fmt.Sprintf("what the table has no price of where it is costs as in %s; lines say where that is so", region))
	}
	return out
}
