package engines

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/regions"
)

// A family is instance classes that differ in size only.
type family struct {
	name  string
	sizes []string
}

// Sizes, as AWS spells them. Which family has which is commonly stated; what decides here
// is the family, and a size below large.
var (
	to16 = []string{"large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"}
	to24 = append(slices.Clone(to16), "24xlarge")
	to32 = append(slices.Clone(to24), "32xlarge")
	to48 = append(slices.Clone(to24), "48xlarge")
	some = []string{"large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"} // ElastiCache has no 8 and 16 of the older families
)

// A catalogue is the instance classes of one service that can lose a region.
type catalogue struct {
	what, prefix string
	families     []family
	in           string // half a sentence: what they must be able to do
	fact         regions.Fact
	why          func(family, size string) string // why another is refused; "" for no better reason
}

var auroraClasses = catalogue{
	what: "Aurora instance class", prefix: "db", in: "in a global database",
	families: []family{{"r5", to24}, {"r6g", to16}, {"r6i", to32}, {"r7g", to16}, {"r7i", to48}, {"r8g", to48}, {"x2g", to16}},
	fact: read("a global database needs memory-optimised classes, db.r5 or newer",
		"https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html", regions.VerifiedPrimary, ""),
	why: func(f, _ string) string {
		switch {
		case f == "serverless":
			return "which has no fixed capacity: a ledger that scales is a ledger that waits"
		case strings.HasPrefix(f, "t"), strings.HasPrefix(f, "m"), strings.HasPrefix(f, "c"):
			return "which a global database refuses: it needs memory-optimised classes"
		case slices.Contains([]string{"r3", "r4", "x1", "x1e"}, f):
			return "which is older than db.r5"
		}
		return ""
	},
}

var redisNodes = catalogue{
	what: "ElastiCache node type", prefix: "cache", in: "in a Global Datastore",
	families: []family{
		{"m5", some}, {"m6g", to16}, {"m7g", to16}, {"m8g", to16}, {"r5", some}, {"r6g", to16}, {"r6gd", to16[1:]},
		{"r7g", to16}, {"r8g", to16}, {"c7gn", to16}, {"c8gn", to16},
	},
	fact: read("a Global Datastore takes these families, size large and above", datastoreSource, regions.VerifiedPrimary, ""),
	why: func(f, size string) string {
		switch {
		case strings.HasPrefix(f, "t"), slices.Contains([]string{"micro", "small", "medium"}, size):
			return "which a Global Datastore refuses: it takes size large and above, and no family of bursts"
		case slices.Contains([]string{"m3", "m4", "r3", "r4", "c1"}, f):
			return "which is older than what a Global Datastore takes"
		}
		return ""
	},
}

var brokers = catalogue{
	what: "MSK broker", prefix: "kafka", in: "with multi-VPC connectivity and MSK Replicator",
	families: []family{{"m5", to24}, {"m7g", to16}},
	fact:     read("MSK Replicator needs instance types of m5.large or larger, and neither it nor multi-VPC connectivity takes t3.small", replicatorSource, regions.VerifiedPrimary, ""),
	why: func(f, size string) string {
		if strings.HasPrefix(f, "t") || size == "small" {
			return "from which MSK Replicator cannot copy, and which has no multi-VPC connectivity"
		}
		return ""
	},
}

// CheckAuroraClass refuses an instance class that no global database takes. The error is
// a Refusal.
func CheckAuroraClass(class string) error { return auroraClasses.check(class) }

// CheckRedisNode refuses a node type that no Global Datastore takes. The error is a
// Refusal.
func CheckRedisNode(nodeType string) error { return redisNodes.check(nodeType) }

// CheckBroker refuses a broker that cannot be replicated from. The error is a Refusal.
func CheckBroker(instanceType string) error {
	if class, express := strings.CutPrefix(instanceType, "express."); express {
		no := brokers.refuse(instanceType, "which keeps its own storage and takes little of our configuration")
		no.Near = regions.Nearest(brokers.prefix+"."+class, brokers.all())
		return no
	}
	return brokers.check(instanceType)
}

// ClassFacts says where the families were read: Aurora's, ElastiCache's, MSK's.
func ClassFacts() []regions.Fact {
	return []regions.Fact{auroraClasses.fact, redisNodes.fact, brokers.fact}
}

func (c catalogue) check(class string) error {
	prefix, rest, _ := strings.Cut(class, ".")
	name, size, _ := strings.Cut(rest, ".")
	if prefix != c.prefix {
		return c.refuse(class, fmt.Sprintf("which does not begin with %q", c.prefix+"."))
	}
	if why := c.why(name, size); why != "" {
		return c.refuse(class, why)
	}
	if !slices.Contains(c.all(), class) {
		return c.refuse(class, "which is not known to work "+c.in)
	}
	return nil
}

func (c catalogue) refuse(class, why string) Refusal {
	names := make([]string, 0, len(c.families))
	for _, f := range c.families {
		names = append(names, c.prefix+"."+f.name)
	}
	return Refusal{c.what, class, why, "one of " + strings.Join(names, ", ") + ", size large or above", regions.Nearest(class, c.all()), c.fact.Source}
}

// all lists every class.
func (c catalogue) all() []string {
	var out []string
	for _, f := range c.families {
		for _, size := range f.sizes {
			out = append(out, c.prefix+"."+f.name+"."+size)
		}
	}
	return out
}
