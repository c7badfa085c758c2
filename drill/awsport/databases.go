package awsport

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// available is what RDS calls a database, and ElastiCache a datastore, that has nothing to
// do but work.
const available = "available"

// databases are Aurora's global databases.
type databases struct{ *AWS }

// Describe asks one region for the global database, which knows who writes, and each
// member's own region for its version and health. A region that gives no answer to the
// second has a member that is not ready; who writes is known all the same.
func (d databases) Describe(ctx context.Context, in regions.Region, db inventory.Database) (port.Replicated, error) {
	out, err := ask(ctx, "global database "+db.GlobalID, func(ctx context.Context) (*rds.DescribeGlobalClustersOutput, error) {
		return d.rds.in(in.String(), d.config).DescribeGlobalClusters(ctx, &rds.DescribeGlobalClustersInput{GlobalClusterIdentifier: aws.String(db.GlobalID)})
	})
	if err != nil {
		if code(err) == "GlobalClusterNotFoundFault" {
			err = fmt.Errorf("%w: %w", port.ErrNotFound, err)
		}
		return port.Replicated{}, err
	}
	if n := len(out.GlobalClusters); n != 1 {
		return port.Replicated{}, fmt.Errorf("global database %s: %s answers with %d of that name, want one", db.GlobalID, in, n)
	}
	global := out.GlobalClusters[0]
	all := port.Replicated{Busy: change(global), Members: make([]port.Member, len(global.GlobalClusterMembers))}
	errs := make([]error, len(all.Members))
	var wg sync.WaitGroup
	for i, m := range global.GlobalClusterMembers {
		wg.Go(func() { all.Members[i], errs[i] = d.member(ctx, in, m) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return port.Replicated{}, fmt.Errorf("global database %s: %w", db.GlobalID, err)
	}
	return all, nil
}

// change is the word for what is under way with a global database; "" is nothing.
func change(g types.GlobalCluster) string {
	if g.FailoverState != nil && g.FailoverState.Status != "" {
		return string(g.FailoverState.Status)
	}
	if status := aws.ToString(g.Status); status != available {
		return status
	}
	return ""
}

// member is one cluster of a global database.
func (d databases) member(ctx context.Context, in regions.Region, m types.GlobalClusterMember) (port.Member, error) {
	at, id, err := place(aws.ToString(m.DBClusterArn))
	if err != nil {
		return port.Member{}, err
	}
	limit := patience
	if at != in {
		limit = glance // it may be the region that is gone
	}
	out := port.Member{Region: at, Writer: aws.ToBool(m.IsWriter)}
	found, err := within(ctx, limit, "cluster "+id+" in "+at.String(), func(ctx context.Context) (*rds.DescribeDBClustersOutput, error) {
		return d.rds.in(at.String(), d.config).DescribeDBClusters(ctx, &rds.DescribeDBClustersInput{DBClusterIdentifier: aws.String(id)})
	})
	if errors.Is(err, port.ErrUnreachable) && at != in {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if n := len(found.DBClusters); n != 1 {
		return out, fmt.Errorf("cluster %s: %s answers with %d of that name, want one", id, at, n)
	}
	cluster := found.DBClusters[0]
	follows := out.Writer || m.SynchronizationStatus == "" || m.SynchronizationStatus == types.GlobalClusterMemberSynchronizationStatusConnected
	out.Version = aws.ToString(cluster.EngineVersion)
	out.Ready = aws.ToString(cluster.Status) == available && follows
	return out, nil
}

// place is the region and the identifier in the ARN of a cluster.
func place(text string) (regions.Region, string, error) {
	parsed, err := arn.Parse(text)
	if err != nil {
		return regions.Region{}, "", fmt.Errorf("%q is no ARN of a cluster: %w", text, err)
	}
	at, err := regions.Parse(parsed.Region)
	return at, parsed.Resource[strings.LastIndexByte(parsed.Resource, ':')+1:], err
}

// Lag is the larger of the two lags that Aurora measures in a secondary: of the storage,
// and of the last transaction that was committed.
func (d databases) Lag(ctx context.Context, db inventory.Database, at regions.Region) (time.Duration, error) {
	_, id, err := place(db.ARNs[at])
	if err != nil {
		return 0, fmt.Errorf("database %s in %s: %w", db.Name, at, err)
	}
	var series []metric
	for _, name := range []string{"AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag"} {
		series = append(series, metric{namespace: "AWS/RDS", name: name, dimensions: []dimension{{"DBClusterIdentifier", id}}})
	}
	values, err := d.latest(ctx, at, series)
	if err != nil {
		return 0, err
	}
	most, known := 0.0, false
	for _, v := range values {
		if v != nil {
			most, known = max(most, v.value), true
		}
	}
	if !known {
		return 0, fmt.Errorf("%s in %s has no data for %s: nobody knows how far %s follows", series[0], at, fresh, id)
	}
	return time.Duration(most * float64(time.Millisecond)), nil
}

// Switchover is refused here when nothing is known of the target; all else AWS judges.
func (d databases) Switchover(ctx context.Context, db inventory.Database, from, to regions.Region) error {
	target, err := targetOf(db, to)
	if err != nil {
		return err
	}
	_, err = ask(ctx, "switchover of "+db.GlobalID+" to "+to.String(), func(ctx context.Context) (*rds.SwitchoverGlobalClusterOutput, error) {
		return d.rds.in(from.String(), d.config).SwitchoverGlobalCluster(ctx, &rds.SwitchoverGlobalClusterInput{
			GlobalClusterIdentifier: aws.String(db.GlobalID), TargetDbClusterIdentifier: target,
		})
	})
	return err
}

// Failover is asked of the region that is promoted: the other one may be gone.
func (d databases) Failover(ctx context.Context, db inventory.Database, to regions.Region) error {
	target, err := targetOf(db, to)
	if err != nil {
		return err
	}
	_, err = ask(ctx, "failover of "+db.GlobalID+" to "+to.String(), func(ctx context.Context) (*rds.FailoverGlobalClusterOutput, error) {
		return d.rds.in(to.String(), d.config).FailoverGlobalCluster(ctx, &rds.FailoverGlobalClusterInput{
			GlobalClusterIdentifier: aws.String(db.GlobalID), TargetDbClusterIdentifier: target, AllowDataLoss: aws.Bool(true),
		})
	})
	return err
}

// targetOf is the ARN of the member in a region.
func targetOf(db inventory.Database, to regions.Region) (*string, error) {
	if db.ARNs[to] == "" {
		return nil, fmt.Errorf("database %s has no member in %q: choose a region of the market", db.Name, to)
	}
	return aws.String(db.ARNs[to]), nil
}
