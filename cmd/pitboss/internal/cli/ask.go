package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"pitboss/regions"
	"pitboss/stacks/market"
)

// ask fills in what a draft still needs, one question each. It only collects:
// the answers are judged as a file would be.
func ask(in io.Reader, out io.Writer, d *market.Draft) error {
	lines := bufio.NewScanner(in)
	var admin string
	if len(d.ClusterAdmins) > 0 {
		admin = d.ClusterAdmins[0]
	}
	questions := []struct {
		into *string
		text func() string
	}{
		{&d.Jurisdiction, func() string { return "jurisdiction (" + strings.Join(regions.Codes(), ", ") + ")" }},
		{&d.Account, func() string { return "AWS account, twelve digits" }},
		{&d.Domain, func() string { return "DNS name that players use" }},
		{&d.Home, func() string {
			return "home region, it never changes (" + allowedRegions(d.Jurisdiction, regions.RoleHome) + ")"
		}},
		{&d.Standby, func() string {
			return "standby region (" + allowedRegions(d.Jurisdiction, regions.RoleStandby) + ")"
		}},
		{&admin, func() string { return "ARN of the IAM role that administers the clusters" }},
	}
	for _, q := range questions {
		if *q.into != "" {
			continue
		}
		fmt.Fprintf(out, "%s: ", q.text())
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return err
			}
			return &usageError{"the answers ended before the last question", "answer each question, or give the flags (pitboss market new --help)"}
		}
		*q.into = strings.TrimSpace(lines.Text())
		if q.into == &d.Jurisdiction {
			d.Jurisdiction = strings.ToUpper(d.Jurisdiction)
			if err := possible(d.Jurisdiction); err != nil {
				return err
			}
		}
	}
	if len(d.ClusterAdmins) == 0 {
		d.ClusterAdmins = []string{admin}
	}
	return nil
}

// possible stops early where no answer that follows could be right.
func possible(code string) error {
	j, err := regions.ParseJurisdiction(code)
	if err != nil {
		return &usageError{err.Error(), "pitboss jurisdictions"}
	}
	if err := regions.Resolve(regions.Placement{Jurisdiction: j}).None(); err != nil {
		return &inputError{err}
	}
	return nil
}
