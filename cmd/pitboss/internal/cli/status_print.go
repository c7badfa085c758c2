package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// print writes the status for people.
func (s statusJSON) print(w io.Writer) error {
	for i, m := range s.Markets {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s  jurisdiction %s, account %s, active in %s\n", m.Name, m.Jurisdiction, m.Account, m.Active)
		tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "  REGION\tIS\tROLE NOW")
		for _, r := range m.Regions {
			fmt.Fprintf(tw, "  %s\t%s\t%s\n", r.Name, r.Is, r.Role)
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		tw = tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "\n  STACK\tRESOURCES\tLAST UPDATE\tPENDING")
		for _, st := range m.Stacks {
			fmt.Fprintf(tw, "  %s\t%s\t%s\t%d\n", st.Name, st.resources(), st.last(), len(st.Pending))
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		for _, st := range m.Stacks {
			if err := st.print(w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s stackStatus) resources() string {
	switch {
	case !s.Exists:
		return "not created"
	case s.Problem != "" && s.Resources == 0:
		return "unknown"
	}
	return fmt.Sprint(s.Resources)
}

func (s stackStatus) last() string {
	switch {
	case s.Running:
		return "running now"
	case s.LastUpdate == nil:
		return "-"
	}
	return strings.TrimSpace(s.LastUpdate.Kind + " " + s.LastUpdate.Result + " " + s.LastUpdate.Ended)
}

func (s stackStatus) print(w io.Writer) error {
	if s.Problem != "" {
		fmt.Fprintf(w, "\n  %s: unknown: %s\n", s.Name, s.Problem)
	}
	for _, p := range s.Pending {
		fmt.Fprintf(w, "  %s: left open by a killed run: %s (the next up settles it)\n", s.Name, p)
	}
	if s.Cluster == nil {
		return nil
	}
	return s.Cluster.print(w)
}
