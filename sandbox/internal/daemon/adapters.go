package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"pitboss/sandbox/internal/awsfront"
	"pitboss/sandbox/internal/plane"
)

// Holds implements cloud.Data.
func (d *dataPlane) Holds(global string) bool {
	if !d.plane.Running() {
		return false
	}
	_, err := d.plane.WriterOf(global)
	return err == nil
}

// Turn implements cloud.Data.
func (d *dataPlane) Turn(ctx context.Context, global, to string, lossy bool) error {
	if lossy {
		return d.plane.Failover(ctx, global, to)
	}
	from, err := d.plane.WriterOf(global)
	if err != nil {
		return err
	}
	// ElastiCache has one word for both, and gives up what a region that is gone had.
	if d.plane.Dead(from) && d.kind(global) == plane.Redis {
		return d.plane.Failover(ctx, global, to)
	}
	return d.plane.Switchover(ctx, global, to)
}

// Rejoin implements cloud.Data.
func (d *dataPlane) Rejoin(ctx context.Context, global, region string) error {
	return d.plane.Rejoin(ctx, global, region)
}

// kind is a store's; of Redis there is no database to ask for.
func (d *dataPlane) kind(global string) string {
	writer, err := d.plane.WriterOf(global)
	if err == nil {
		if e, err := d.plane.Endpoint(global, writer); err == nil && e.Database != "" {
			return plane.Postgres
		}
	}
	return plane.Redis
}

// frontData is the data plane as the AWS front asks it.
type frontData struct{ of *dataPlane }

// memberOf is the store and the region of a database cluster.
func (f frontData) memberOf(arn string) (global, region string, err error) {
	if !f.of.plane.Running() {
		return "", "", awsfront.ErrOff
	}
	globals, err := f.of.cloud.OfType("aws_rds_global_cluster")
	if err != nil {
		return "", "", err
	}
	for _, g := range globals {
		if g.Global == nil {
			continue
		}
		for _, m := range g.Global.Members {
			if m.ARN == arn {
				return g.ID, m.Region, nil
			}
		}
	}
	return "", "", fmt.Errorf("%s is no member of a global database: the data plane holds those alone", arn)
}

// Lag implements awsfront.Data.
func (f frontData) Lag(ctx context.Context, arn string) (time.Duration, error) {
	global, region, err := f.memberOf(arn)
	if err != nil {
		return 0, err
	}
	return f.of.plane.Lag(ctx, global, region)
}

// Dead implements awsfront.Data.
func (f frontData) Dead(region string) bool { return f.of.plane.Dead(region) }

// statementWithin is how long AWS's Data API lets a statement run.
const statementWithin = 45 * time.Second

// Execute implements awsfront.Data: one statement, in a session of its own.
func (f frontData) Execute(ctx context.Context, arn, user, password, database, sql string) (out awsfront.Result, err error) {
	global, region, err := f.memberOf(arn)
	if err != nil {
		return out, err
	}
	at, err := f.of.plane.Endpoint(global, region)
	if err != nil {
		return out, err
	}
	config, err := pgx.ParseConfig("sslmode=disable connect_timeout=3")
	if err != nil {
		return out, err
	}
	config.Host, config.Port, config.User, config.Password, config.Database = at.Host, uint16(at.Port), user, password, database
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol // the drill's statements have no parameters
	ctx, cancel := context.WithTimeout(ctx, statementWithin)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return out, databaseError(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the answer is there
	out, err = query(ctx, conn, sql)
	return out, databaseError(err)
}

func query(ctx context.Context, conn *pgx.Conn, sql string) (out awsfront.Result, err error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for _, field := range rows.FieldDescriptions() {
		kind := "text"
		if t, ok := conn.TypeMap().TypeForOID(field.DataTypeOID); ok {
			kind = t.Name
		}
		out.Columns = append(out.Columns, awsfront.Column{Name: field.Name, Type: kind})
	}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return out, err
		}
		for i, v := range values {
			switch v.(type) {
			case nil, bool, int16, int32, int64, uint32, float32, float64, string, []byte, time.Time:
			default: // as PostgreSQL writes it
				values[i] = string(rows.RawValues()[i])
			}
		}
		out.Rows = append(out.Rows, values)
	}
	rows.Close()
	if out.Columns == nil {
		out.Updated = rows.CommandTag().RowsAffected()
	}
	return out, rows.Err()
}

// databaseError is a refusal of the database's in the front's words. That it takes no
// sessions now is none: the database does not answer, then.
func databaseError(err error) error {
	refused := (*pgconn.PgError)(nil)
	if !errors.As(err, &refused) || strings.HasPrefix(refused.Code, "57P03") {
		return err
	}
	return &awsfront.DatabaseError{State: refused.Code, Message: refused.Message}
}
