package awsport

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata/types"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// neutral is the database that a database is frozen and thawed from. The setting binds the
// sessions of one database, and ALTER DATABASE is refused in a read-only transaction: from
// inside, a frozen database could not be frozen again and never be thawed, as one statement
// cannot turn its own transaction round (PostgreSQL 15: SQLSTATE 25001, in a DO block too).
// From another database both are one plain statement. Every server has this one.
const neutral = "postgres"

// What PostgreSQL says with its SQLSTATE.
const (
	readOnly       = "25006" // of a frozen database, and of one that follows another
	noTable        = "42P01"
	sessionEnded   = "57P01" // a session that the Data API had kept, and that a freeze ended
	crashed        = "57P02"
	notYetThere    = "57P03"
	connectionLost = "08" // the class
)

const (
	// ending is how long sessions may take to end once they were told to.
	ending = 10 * time.Second
	// between is the pause after which a session that was just about to begin is seen: it
	// reads the database's settings a moment before it is listed.
	between = 300 * time.Millisecond
)

// Freeze makes new sessions read only, and ends those that began before.
func (d databases) Freeze(ctx context.Context, db inventory.Database, at regions.Region) error {
	if _, err := d.run(ctx, db, at, neutral, "ALTER DATABASE "+identifier(db.Name)+" SET default_transaction_read_only = on"); err != nil {
		return err
	}
	frozen, err := d.run(ctx, db, at, neutral, "SELECT CAST(extract(epoch FROM clock_timestamp()) AS text)")
	if err != nil {
		return err
	}
	if _, err := strconv.ParseFloat(frozen, 64); err != nil {
		return fmt.Errorf("freeze of %s in %s: the database says that it is %q o'clock, want seconds", db.Name, at, frozen)
	}
	// rdsadmin is AWS's own, and nobody may end its sessions. Replication has no client
	// backends.
	end := "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = " + literal(db.Name) +
		" AND backend_type = 'client backend' AND usename <> 'rdsadmin' AND backend_start <= to_timestamp(" + frozen + ")"
	gone, begun := 0, time.Now()
	for gone < 2 { // twice in a row, a pause apart
		left, err := d.run(ctx, db, at, neutral, end)
		if err != nil {
			return err
		}
		gone++
		if left != "0" {
			gone = 0
		}
		if time.Since(begun) > ending {
			return fmt.Errorf("freeze of %s in %s: %s sessions that could still write do not end within %s: look at pg_stat_activity, then go on", db.Name, at, left, ending)
		}
		if err := pause(ctx, between); err != nil {
			return err
		}
	}
	return nil
}

// Thaw lets sessions that begin from now on write again.
func (d databases) Thaw(ctx context.Context, db inventory.Database, at regions.Region) error {
	_, err := d.run(ctx, db, at, neutral, "ALTER DATABASE "+identifier(db.Name)+" RESET default_transaction_read_only")
	return err
}

// table is the drill's own. It holds one row a region.
const table = "pitboss_drill"

// TryWrite writes the region's row of the drill's table, which is made when it is not there.
func (d databases) TryWrite(ctx context.Context, db inventory.Database, at regions.Region) (bool, error) {
	write := "INSERT INTO " + table + " (region, at) VALUES (" + literal(at.String()) + ", now()) ON CONFLICT (region) DO UPDATE SET at = excluded.at"
	_, err := d.run(ctx, db, at, db.Name, write)
	if state(err) == noTable {
		if _, err = d.run(ctx, db, at, db.Name, "CREATE TABLE IF NOT EXISTS "+table+" (region text PRIMARY KEY, at timestamptz NOT NULL)"); err == nil {
			_, err = d.run(ctx, db, at, db.Name, write)
		}
	}
	if state(err) == readOnly {
		return false, nil
	}
	return err == nil, err
}

// run executes one statement, in a session of its own, and gives the first value that it
// gives. A session that a freeze has ended is no answer: another one is asked.
func (d databases) run(ctx context.Context, db inventory.Database, at regions.Region, in, sql string) (string, error) {
	if db.ARNs[at] == "" || db.SecretARNs[at] == "" {
		return "", fmt.Errorf("database %s in %q: its cluster and its administrator's secret are not both known: choose a region of the market", db.Name, at)
	}
	for try := 1; ; try++ {
		out, err := ask(ctx, "SQL in "+db.Name+" in "+at.String(), func(ctx context.Context) (*rdsdata.ExecuteStatementOutput, error) {
			return d.sql.in(at.String(), d.config).ExecuteStatement(ctx, &rdsdata.ExecuteStatementInput{
				ResourceArn: aws.String(db.ARNs[at]), SecretArn: aws.String(db.SecretARNs[at]), Database: aws.String(in), Sql: aws.String(sql),
			})
		})
		if err == nil {
			return first(out), nil
		}
		if state(err) != sessionEnded || try == tries {
			return "", absent(err)
		}
	}
}

// first is the first value of an answer; "" without one.
func first(out *rdsdata.ExecuteStatementOutput) string {
	if len(out.Records) == 0 || len(out.Records[0]) == 0 {
		return ""
	}
	switch v := out.Records[0][0].(type) {
	case *types.FieldMemberStringValue:
		return v.Value
	case *types.FieldMemberLongValue:
		return strconv.FormatInt(v.Value, 10)
	case *types.FieldMemberDoubleValue:
		return strconv.FormatFloat(v.Value, 'f', -1, 64)
	}
	return ""
}

// stated is how the Data API says PostgreSQL's own code, at the end of its words.
var stated = regexp.MustCompile(`(?i)SQLSTATE:? ?\(?([0-9A-Z]{5})\b`)

// state is the SQLSTATE of an error; "" when it has none.
func state(err error) string {
	var r *refused
	if !errors.As(err, &r) {
		return ""
	}
	if found := stated.FindStringSubmatch(r.message); found != nil {
		return strings.ToUpper(found[1])
	}
	return ""
}

// absent adds ErrUnreachable where it was the Data API that answered, for a database that
// did not. A secondary that was never promoted has no writer: on AWS it counts as that.
func absent(err error) error {
	s := state(err)
	gone := s == sessionEnded || s == crashed || s == notYetThere || strings.HasPrefix(s, connectionLost)
	switch code(err) {
	case "DatabaseUnavailableException", "ServiceUnavailableError", "StatementTimeoutException", "DatabaseResumingException":
		gone = true
	}
	if gone {
		return fmt.Errorf("%w: %w", port.ErrUnreachable, err)
	}
	return err
}

func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }
