package awsfront

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata/types"
	"github.com/stretchr/testify/require"
)

func TestAStatementRunsOnTheDatabaseBehindTheCluster(t *testing.T) {
	w := newWorld(t)
	l, arns := w.ledger(), w.secret("mt/ledger/admin", `{"username":"ledger","password":"correct-horse-battery"}`)
	there := rdsdata.NewFromConfig(w.in(standby))
	ask := &rdsdata.ExecuteStatementInput{ResourceArn: aws.String(l.secondary.String("arn")), SecretArn: aws.String(arns[standby]), Sql: aws.String("select 1"), IncludeResultMetadata: true}
	at := time.Date(2026, 11, 22, 10, 0, 0, 500000000, time.UTC)
	w.data.give = Result{Columns: []Column{{"a", "int8"}, {"b", "text"}, {"c", "bool"}, {"d", "float8"}, {"e", "text"}, {"f", "timestamptz"}, {"g", "bytea"}},
		Rows: [][]any{{int64(7), "x", true, 1.5, nil, at, []byte("raw")}}}
	out, err := there.ExecuteStatement(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, []string{l.secondary.String("arn"), "ledger", "correct-horse-battery", "ledger", "select 1"}, w.data.said,
		"the secret's copy says who, and the cluster's own database is meant if none is named")
	require.Equal(t, [][]types.Field{{&types.FieldMemberLongValue{Value: 7}, &types.FieldMemberStringValue{Value: "x"}, &types.FieldMemberBooleanValue{Value: true},
		&types.FieldMemberDoubleValue{Value: 1.5}, &types.FieldMemberIsNull{Value: true}, &types.FieldMemberStringValue{Value: "2026-11-22 10:00:00.5"},
		&types.FieldMemberBlobValue{Value: []byte("raw")}}}, out.Records)
	require.Equal(t, "int8", *out.ColumnMetadata[0].TypeName)

	ask.FormatRecordsAs, ask.Database = types.RecordsFormatTypeJson, aws.String("postgres")
	out, err = there.ExecuteStatement(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, "postgres", w.data.said[3])
	require.JSONEq(t, `[{"a":7,"b":"x","c":true,"d":1.5,"e":null,"f":"2026-11-22 10:00:00.5","g":"cmF3"}]`, *out.FormattedRecords)

	w.data.give = Result{Updated: 3}
	out, err = there.ExecuteStatement(t.Context(), ask)
	require.NoError(t, err)
	require.EqualValues(t, 3, out.NumberOfRecordsUpdated)
	require.Nil(t, out.Records)
}

func TestWhatTheDataAPIRefuses(t *testing.T) {
	w := newWorld(t)
	l, arns := w.ledger(), w.secret("mt/ledger/admin", `{"username":"ledger","password":"correct-horse-battery"}`)
	bare := w.secret("mt/bare", "no JSON")
	run := func(region, cluster, secret string) error {
		_, err := rdsdata.NewFromConfig(w.in(region)).ExecuteStatement(t.Context(), &rdsdata.ExecuteStatementInput{
			ResourceArn: aws.String(cluster), SecretArn: aws.String(secret), Sql: aws.String("insert")})
		return err
	}
	primary := l.primary.String("arn")
	w.data.err = errors.Join(errors.New("on the way"), &DatabaseError{State: "25006", Message: "cannot execute INSERT in a read-only transaction"})
	var refused *types.DatabaseErrorException
	require.ErrorAs(t, run(home, primary, arns[home]), &refused)
	require.Equal(t, "ERROR: cannot execute INSERT in a read-only transaction; SQLState: 25006", *refused.Message)
	w.data.err = errors.New("connection refused")
	require.ErrorAs(t, run(home, primary, arns[home]), new(*types.DatabaseUnavailableException))
	w.data.err = nil
	require.ErrorAs(t, run(home, primary, bare[home]), new(*types.InvalidSecretException))
	require.Contains(t, w.refuses("BadRequestException", run(home, primary, arns[standby])), "fetching secret")
	require.Contains(t, w.refuses("BadRequestException", run(standby, primary, arns[standby])), "HttpEndpoint is not enabled")
	_, err := w.cloud.Drift(account, home, l.primary.Type, l.primary.ID, map[string]json.RawMessage{"enableHttpEndpoint": []byte("false")})
	require.NoError(t, err)
	require.ErrorAs(t, run(home, primary, arns[home]), new(*types.HttpEndpointNotEnabledException))

	w.serve(New(Options{Cloud: w.cloud, Token: token, Objects: t.TempDir()}))
	require.Contains(t, w.refuses("BadRequestException", run(home, primary, arns[home])), "sandbox data up")
}
