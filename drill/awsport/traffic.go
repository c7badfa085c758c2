package awsport

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"pitboss/drill/inventory"
	"pitboss/regions"
)

// slowest is how long a change of names or dials may take: AWS says a minute for both.
const slowest = 5 * time.Minute

// traffic is what Route 53, Global Accelerator and the switch do together.
type traffic struct{ *AWS }

// sites is every region that the traffic's names know.
func sites(t inventory.Traffic) []regions.Region { return inventory.Sites(t.Direct) }

// Shares reads the weights of every name. Names that do not agree are an error: players are
// then in two places at once, and only a move puts that right.
func (a traffic) Shares(ctx context.Context, t inventory.Traffic) (map[regions.Region]int, error) {
	var shares map[regions.Region]int
	if len(t.Names) == 0 {
		return nil, fmt.Errorf("the market's traffic has no weighted names: look at the gslb stack's outputs")
	}
	for _, name := range t.Names {
		weights, err := a.weights(ctx, t, name)
		if err != nil {
			return nil, err
		}
		total := 0
		for _, at := range sites(t) {
			w, ok := weights[at]
			if !ok {
				return nil, fmt.Errorf("%s has no weighted record for %s: bring the gslb stack up to date", name, at)
			}
			total += w
		}
		if total == 0 {
			return nil, fmt.Errorf("all weights of %s are 0, which Route 53 takes for an even split: move the traffic", name)
		}
		of := map[regions.Region]int{}
		for _, at := range sites(t) {
			of[at] = (weights[at]*100 + total/2) / total
			if shares != nil && shares[at] != of[at] {
				return nil, fmt.Errorf("%s gives %s %d %%, %s gives it %d %%: move the traffic, which sets all names", t.Names[0], at, shares[at], name, of[at])
			}
		}
		shares = of
	}
	return shares, nil
}

// weights is the weight of every region's record of a name.
func (a traffic) weights(ctx context.Context, t inventory.Traffic, name string) (map[regions.Region]int, error) {
	out := map[regions.Region]int{}
	in := &route53.ListResourceRecordSetsInput{HostedZoneId: aws.String(t.ZoneID), StartRecordName: aws.String(name), StartRecordType: types.RRTypeCname}
	for {
		page, err := ask(ctx, "records of "+name, func(ctx context.Context) (*route53.ListResourceRecordSetsOutput, error) {
			return a.names.in(homeOfNames, a.config).ListResourceRecordSets(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		for _, set := range page.ResourceRecordSets {
			if !strings.EqualFold(strings.TrimSuffix(aws.ToString(set.Name), "."), name) || set.Type != types.RRTypeCname {
				return out, nil // records are sorted, so all of the name's were seen
			}
			at, err := regions.Parse(aws.ToString(set.SetIdentifier))
			if err != nil || set.Weight == nil {
				return nil, fmt.Errorf("%s has a record %q that is not a region's weighted one: bring the gslb stack up to date", name, aws.ToString(set.SetIdentifier))
			}
			out[at] = int(*set.Weight)
		}
		if !page.IsTruncated {
			return out, nil
		}
		in.StartRecordName, in.StartRecordType, in.StartRecordIdentifier = page.NextRecordName, page.NextRecordType, page.NextRecordIdentifier
	}
}

// Move raises dials, sets all weights in one batch, which Route 53 applies as a whole, and
// lowers the other dials. It returns when Route 53's servers and the accelerators have it:
// resolvers go on for the records' TTL.
func (a traffic) Move(ctx context.Context, t inventory.Traffic, shares map[regions.Region]int) error {
	if err := check(t, shares); err != nil {
		return err
	}
	up, down, err := a.dials(ctx, t, shares)
	if err != nil {
		return err
	}
	if err := a.dial(ctx, up); err != nil {
		return err
	}
	if err := a.weigh(ctx, t, shares); err != nil {
		return err
	}
	return a.dial(ctx, down)
}

// check refuses shares that are no division of all players among regions that there are.
func check(t inventory.Traffic, shares map[regions.Region]int) error {
	total := 0
	for _, at := range inventory.Sites(shares) {
		if shares[at] < 0 {
			return fmt.Errorf("a share of %d %% for %s: want 0 to 100", shares[at], at)
		}
		if _, ok := t.Direct[at]; !ok {
			return fmt.Errorf("a share of %d %% for %s, where the market has no traffic: choose among %v", shares[at], at, sites(t))
		}
		total += shares[at]
	}
	if total != 100 || shares[regions.Region{}] != 0 {
		return fmt.Errorf("the shares are %d %% together, want 100", total)
	}
	return nil
}

// weigh sets the weights of all names and regions at once, the larger first, and waits.
func (a traffic) weigh(ctx context.Context, t inventory.Traffic, shares map[regions.Region]int) error {
	order := sites(t)
	slices.SortStableFunc(order, func(x, y regions.Region) int { return shares[y] - shares[x] })
	var changes []types.Change
	for _, name := range t.Names {
		for _, at := range order {
			target := t.Targets[name][at]
			if target == "" {
				return fmt.Errorf("where %s points for %s is not known: look at the gslb stack's outputs", name, at)
			}
			changes = append(changes, types.Change{Action: types.ChangeActionUpsert, ResourceRecordSet: &types.ResourceRecordSet{
				Name: aws.String(name), Type: types.RRTypeCname, TTL: aws.Int64(int64(t.TTL.Seconds())),
				SetIdentifier: aws.String(at.String()), Weight: aws.Int64(int64(shares[at])),
				ResourceRecords: []types.ResourceRecord{{Value: aws.String(target)}},
			}})
		}
	}
	client := a.names.in(homeOfNames, a.config)
	out, err := ask(ctx, "weights in zone "+t.ZoneID, func(ctx context.Context) (*route53.ChangeResourceRecordSetsOutput, error) {
		return client.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{
			HostedZoneId: aws.String(t.ZoneID), ChangeBatch: &types.ChangeBatch{Changes: changes},
		})
	})
	if err != nil {
		return err
	}
	what := "change of weights " + aws.ToString(out.ChangeInfo.Id)
	return until(ctx, slowest, what, func(ctx context.Context) (bool, string, error) {
		now, err := ask(ctx, what, func(ctx context.Context) (*route53.GetChangeOutput, error) {
			return client.GetChange(ctx, &route53.GetChangeInput{Id: out.ChangeInfo.Id})
		})
		if err != nil {
			return false, "", err
		}
		return now.ChangeInfo.Status == types.ChangeStatusInsync, string(now.ChangeInfo.Status), nil
	})
}
