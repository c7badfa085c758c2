package backup

import "slices"

// Schedule is one way in which every database is backed up. These figures are company
// policy: no regime of the catalogue gives any. What has to be kept for years is the audit
// trail, which is not here, and a database's own log lets any second of the last 35 days
// be restored; a copy is for when the database itself, or its region, is gone.
type Schedule struct {
	Name string
	// Cron is when, in UTC, as AWS writes it.
	Cron string
	// Days is how long a backup is kept, and Copied how long its copy in the other region.
	Days, Copied int
}

var schedules = []Schedule{
	// Before the database's own backup window, in the quiet of the early morning.
	{Name: "daily", Cron: "cron(0 2 * * ? *)", Days: 35, Copied: 35},
}

// Schedules is every schedule, in the order in which they are written into a plan.
func Schedules() []Schedule { return slices.Clone(schedules) }

// What a vault's lock allows: AWS fails a job whose backup would be kept shorter or
// longer, and the lock cannot follow the table afterwards. Longer than the year that any
// copy of a database is of use, a vault would hold personal data that nobody may keep.
const (
	minDays = 30
	maxDays = 366
)
