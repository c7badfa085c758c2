package engines

import (
	"fmt"
	"time"

	"pitboss/regions"
)

// An Aurora is one version of Aurora PostgreSQL. Only this package makes one. Versions
// compare with ==.
type Aurora struct{ name string }

const (
	globalSource   = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.Aurora_Fea_Regions_DB-eng.Feature.GlobalDatabase.html"
	paritySource   = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html"
	releasesSource = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Extensions.html"
	upgradesSource = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.UpgradeVersion.html"
)

// auroraText is said of every row of aurora.
const auroraText = "Aurora PostgreSQL offers this version; it supports global databases, and its patch levels do not stand in the way of a switchover"

// aurora is in order. What global databases support begins below these rows; between lie
// the minor versions of the patch trap.
var aurora = []row{
	{"16.10", "aurora-postgresql16", read(auroraText, upgradesSource, regions.VerifiedPrimary, "")},
	{"17.5", "aurora-postgresql17", read(auroraText, releasesSource, regions.VerifiedPrimary, "")},
	{"17.6", "aurora-postgresql17", read(auroraText, releasesSource, regions.VerifiedPrimary, "")},
	{"17.7", "aurora-postgresql17", read(auroraText, releasesSource, regions.VerifiedPrimary, "")},
}

// auroraGlobal is, for each major version, the first minor one that supports global
// databases, and the first whose patch levels may differ between regions: below it, once
// one member has a certain patch, nothing can be switched over until all have it. Zero
// means that no minor version of the trap is known.
var auroraGlobal = []struct{ major, first, safe int }{
	{13, 4, 0}, {14, 3, 0}, {15, 2, 10}, {16, 1, 6}, {17, 4, 0}, {18, 3, 0},
}

// AuroraGlobalFact says where the first minor versions were read.
func AuroraGlobalFact() regions.Fact {
	return read("global databases begin with PostgreSQL 13.4, 14.3, 15.2, 16.1, 17.4 and 18.3", globalSource,
		regions.VerifiedSecondary, "read in a note of September 2026 that quotes the page")
}

// AuroraParityFact says where the patch trap was read.
func AuroraParityFact() regions.Fact {
	return read("a switchover needs the same major and minor version, and from 15.10 and 16.6 on no certain patch", paritySource,
		regions.VerifiedSecondary, "the versions of the trap (such as 16.4.2 and 15.8.2) were read in a note that quotes the page")
}

// DefaultAurora is what a new market gets: the newest version that was read.
func DefaultAurora() Aurora { return Aurora{"17.7"} }

// AuroraNames lists every version's name, oldest first.
func AuroraNames() []string { return namesOf(aurora) }

// ParseAurora accepts a version of the table, such as "17.7". The error is a Refusal.
func ParseAurora(s string) (Aurora, error) {
	if _, ok := find(aurora, s); ok {
		return Aurora{s}, nil
	}
	why, source := auroraRefused(s)
	return Aurora{}, refuse("Aurora PostgreSQL version", s, why, source, aurora)
}

// auroraRefused is why s is in no row.
func auroraRefused(s string) (why, source string) {
	major, minor, ok := parts(s)
	if !ok {
		return "which is no version with a major and a minor number", releasesSource
	}
	for _, g := range auroraGlobal {
		switch {
		case g.major != major:
		case minor < g.first:
			return fmt.Sprintf("which does not support global databases: the first %d that does is %d.%d", major, major, g.first), globalSource
		case minor < g.safe:
			return fmt.Sprintf("which cannot always be switched over: until %d.%d, regions with different patches may refuse it", major, g.safe), paritySource
		default:
			return notChecked, releasesSource
		}
	}
	return "which does not support global databases", globalSource
}

// String is the version, e.g. "17.7"; "" for the zero Aurora.
func (a Aurora) String() string { return a.name }

// IsZero reports whether a is no version.
func (a Aurora) IsZero() bool { return a.name == "" }

// Family is the family of its parameter groups, e.g. "aurora-postgresql17".
func (a Aurora) Family() string { return a.row().family }

// Fact says where the version was read.
func (a Aurora) Fact() regions.Fact { return a.row().fact }

func (a Aurora) row() row {
	r, _ := find(aurora, a.name)
	return r
}

// MinGlobalRPO is the lowest bound that rds.global_db_rpo takes: the primary holds commits
// back while no other region is nearer than that.
const MinGlobalRPO = 20 * time.Second

// maxGlobalRPO is its highest: 2^31-1 seconds.
const maxGlobalRPO = (1<<31 - 1) * time.Second

const rpoSource = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html"

// GlobalRPOFact says where the bound was read.
func GlobalRPOFact() regions.Fact {
	return read("rds.global_db_rpo takes whole seconds from 20", rpoSource, regions.VerifiedPrimary, "its upper end is commonly stated")
}

// CheckRPO refuses a bound on the work that may be lost that the engine cannot keep. The
// error is a Refusal.
func CheckRPO(d time.Duration) error {
	no := Refusal{"recovery point", d.String(), "", "whole seconds, " + MinGlobalRPO.String() + " or more", "", rpoSource}
	switch {
	case d < MinGlobalRPO:
		no.Why, no.Near = "which is below what rds.global_db_rpo can be set to", MinGlobalRPO.String()
	case d%time.Second != 0:
		no.Why, no.Near = "which is not in whole seconds", d.Round(time.Second).String()
	case d > maxGlobalRPO:
		no.Why = "which is above what rds.global_db_rpo can be set to"
	default:
		return nil
	}
	return no
}
