package awsport

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"strconv"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

const (
	// answers is where PostgreSQL answers, as components/postgres makes it.
	answers = 5432
	// nobody is a port on which nothing answers.
	nobody = 1
)

// Close moves every way in to a port on which nothing answers. The rules stay, with their
// ids, so what Open leaves is what the program made.
func (d databases) Close(ctx context.Context, db inventory.Database, at regions.Region) error {
	return d.turn(ctx, db, at, answers, nobody)
}

// Open moves them back.
func (d databases) Open(ctx context.Context, db inventory.Database, at regions.Region) error {
	return d.turn(ctx, db, at, nobody, answers)
}

// turn moves the ways into a database's group from one port to another. It goes near none
// if one of them is a third: what was closed then would not be the whole.
func (d databases) turn(ctx context.Context, db inventory.Database, at regions.Region, from, to int) error {
	group := db.Groups[at]
	if group == "" {
		return fmt.Errorf("database %s in %q: its security group is not known: choose a region of the market", db.Name, at)
	}
	ways, err := d.waysInto(ctx, at, group)
	if err != nil {
		return err
	}
	if len(ways) == 0 {
		return fmt.Errorf("security group %s of %s in %s lets nobody in: it is not the group of a database that is used; look at the stack's outputs", group, db.Name, at)
	}
	var move []rule
	for _, w := range ways {
		switch {
		case w.is(to):
		case w.is(from):
			w.From, w.To = to, to
			move = append(move, w)
		default:
			return fmt.Errorf("security group %s of %s in %s: rule %s is of %s %d-%d, want tcp %d or %d: bring the stack up to date first", group, db.Name, at, w.ID, w.Protocol, w.From, w.To, answers, nobody)
		}
	}
	if len(move) == 0 {
		return nil
	}
	params := url.Values{"GroupId": {group}}
	for i, w := range move {
		w.encode(params, "SecurityGroupRule."+strconv.Itoa(i+1)+".")
	}
	_, err = d.ec2(ctx, at, "ModifySecurityGroupRules", params)
	return err
}

// A rule is one way into a group, as DescribeSecurityGroupRules gives it.
type rule struct {
	ID          string `xml:"securityGroupRuleId"`
	Egress      bool   `xml:"isEgress"`
	Protocol    string `xml:"ipProtocol"`
	From        int    `xml:"fromPort"`
	To          int    `xml:"toPort"`
	IPv4        string `xml:"cidrIpv4"`
	IPv6        string `xml:"cidrIpv6"`
	List        string `xml:"prefixListId"`
	Group       string `xml:"referencedGroupInfo>groupId"`
	Description string `xml:"description"`
}

func (r rule) is(port int) bool { return r.Protocol == "tcp" && r.From == port && r.To == port }

// encode says the whole rule: what a modification leaves out would be taken away.
func (r rule) encode(into url.Values, at string) {
	into.Set(at+"SecurityGroupRuleId", r.ID)
	for _, one := range [][2]string{
		{"IpProtocol", r.Protocol}, {"FromPort", strconv.Itoa(r.From)}, {"ToPort", strconv.Itoa(r.To)},
		{"CidrIpv4", r.IPv4}, {"CidrIpv6", r.IPv6}, {"PrefixListId", r.List}, {"ReferencedGroupId", r.Group}, {"Description", r.Description},
	} {
		if one[1] != "" {
			into.Set(at+"SecurityGroupRule."+one[0], one[1])
		}
	}
}

// waysInto is every rule of a group that lets somebody in.
func (d databases) waysInto(ctx context.Context, at regions.Region, group string) ([]rule, error) {
	var out []rule
	params := url.Values{"Filter.1.Name": {"group-id"}, "Filter.1.Value.1": {group}}
	for {
		body, err := d.ec2(ctx, at, "DescribeSecurityGroupRules", params)
		if err != nil {
			return nil, err
		}
		var page struct {
			XMLName xml.Name `xml:"DescribeSecurityGroupRulesResponse"`
			Rules   []rule   `xml:"securityGroupRuleSet>item"`
			Next    string   `xml:"nextToken"`
		}
		if err := xml.Unmarshal(body, &page); err != nil {
			return nil, fmt.Errorf("rules of %s in %s: %w", group, at, err)
		}
		for _, r := range page.Rules {
			if !r.Egress {
				out = append(out, r)
			}
		}
		if page.Next == "" {
			return out, nil
		}
		params.Set("NextToken", page.Next)
	}
}
