package awsfront

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"pitboss/sandbox/internal/cloud"
)

// statement serves the Data API of RDS: REST with JSON.
func (f *Front) statement(r *request) {
	params, err := r.object()
	if err != nil {
		r.fail(err)
		return
	}
	operation := r.http.Method + " " + r.http.URL.Path
	if operation == "POST /Execute" {
		operation = "ExecuteStatement"
	}
	answer, err := f.operate(r.http.Context(), r.call(operation, params))
	if err != nil {
		r.fail(err)
		return
	}
	r.json(http.StatusOK, answer)
}

// execute is rds-data ExecuteStatement: one statement, with nothing to fill in, on
// the real database behind a cluster.
func (f *Front) execute(ctx context.Context, call cloud.Call) (any, error) {
	var asked struct {
		ResourceArn, SecretArn, Database, Sql, FormatRecordsAs, TransactionId string
		Parameters                                                            []any
		IncludeResultMetadata                                                 bool
	}
	if err := decode(call.Params, &asked); err != nil {
		return nil, err
	}
	bad := func(format string, args ...any) (any, error) {
		return nil, refuse(http.StatusBadRequest, "BadRequestException", format, args...)
	}
	switch {
	case asked.ResourceArn == "" || asked.SecretArn == "" || asked.Sql == "":
		return bad("resourceArn, secretArn and sql are required")
	case len(asked.Parameters) > 0 || asked.TransactionId != "":
		return bad("the sandbox's Data API runs statements by themselves, without parameters or a transactionId")
	case f.options.Data == nil:
		return nil, off(asked.ResourceArn)
	}
	if err := f.reachable(call, asked.ResourceArn, &asked.Database); err != nil {
		return nil, err
	}
	user, password, err := f.login(call, asked.SecretArn)
	if err != nil {
		return nil, err
	}
	result, err := f.options.Data.Execute(ctx, asked.ResourceArn, user, password, asked.Database, asked.Sql)
	if refused := (*DatabaseError)(nil); errors.As(err, &refused) {
		return nil, refuse(http.StatusBadRequest, "DatabaseErrorException", "%s", refused)
	}
	if errors.Is(err, ErrOff) {
		return nil, off(asked.ResourceArn)
	}
	if err != nil {
		return nil, refuse(http.StatusGatewayTimeout, "DatabaseUnavailableException", "The database of %s does not answer: %s", asked.ResourceArn, err)
	}
	return answerOf(result, asked.FormatRecordsAs == "JSON", asked.IncludeResultMetadata)
}

// reachable: the cluster is of this region and has the Data API turned on. database
// becomes the cluster's own if none is named.
func (f *Front) reachable(call cloud.Call, arn string, database *string) error {
	found, err := f.described(call, "rds", "DescribeDBClusters", "DBClusters", map[string]any{"DBClusterIdentifier": arn})
	if refused := (*cloud.APIError)(nil); errors.As(err, &refused) {
		return refuse(http.StatusBadRequest, "BadRequestException", "HttpEndpoint is not enabled for resource %s: %s", arn, refused.Message)
	}
	if err != nil {
		return err
	}
	if found[0]["HttpEndpointEnabled"] != true {
		return refuse(http.StatusBadRequest, "HttpEndpointNotEnabledException", "HttpEndpoint is not enabled for resource %s: the cluster needs enableHttpEndpoint", arn)
	}
	if *database == "" {
		*database, _ = found[0]["DatabaseName"].(string)
	}
	return nil
}

// login is the user and password in a secret.
func (f *Front) login(call cloud.Call, arn string) (user, password string, err error) {
	answer, err := f.options.Cloud.Operate(cloud.Call{Service: "secretsmanager", Operation: "GetSecretValue", Region: call.Region, Params: map[string]any{"SecretId": arn}})
	if err != nil {
		return "", "", refuse(http.StatusBadRequest, "BadRequestException", "Error fetching secret %s in %s: %s", arn, call.Region, err)
	}
	var held struct{ Username, Password string }
	fields, _ := answer.(map[string]any)
	value, _ := fields["SecretString"].(string)
	if err := json.Unmarshal([]byte(value), &held); err != nil || held.Username == "" || held.Password == "" {
		return "", "", refuse(http.StatusBadRequest, "InvalidSecretException", "The secret %s must hold a JSON object with username and password", arn)
	}
	return held.Username, held.Password, nil
}

// answerOf is a result as the Data API gives it.
func answerOf(result Result, words, metadata bool) (any, error) {
	out := map[string]any{"numberOfRecordsUpdated": result.Updated}
	if len(result.Columns) == 0 {
		return out, nil
	}
	if words {
		rows := make([]map[string]any, len(result.Rows))
		for i, row := range result.Rows {
			rows[i] = map[string]any{}
			for j, v := range row {
				rows[i][result.Columns[j].Name] = plain(v)
			}
		}
		data, err := json.Marshal(rows)
		out["formattedRecords"] = string(data)
		return out, err
	}
	records := make([][]any, len(result.Rows))
	for i, row := range result.Rows {
		records[i] = []any{}
		for _, v := range row {
			records[i] = append(records[i], fieldOf(v))
		}
	}
	out["records"] = records
	if metadata {
		columns := []any{}
		for _, c := range result.Columns {
			columns = append(columns, map[string]any{"name": c.Name, "label": c.Name, "typeName": c.Type})
		}
		out["columnMetadata"] = columns
	}
	return out, nil
}

// plain is a value as JSON has it.
func plain(v any) any {
	switch v := v.(type) {
	case nil, bool, string, []byte, float32, float64, int, int16, int32, int64, uint32:
		return v
	case time.Time:
		return strings.TrimSuffix(v.UTC().Format("2006-01-02 15:04:05.999999"), ".")
	}
	return fmt.Sprint(v)
}

// fieldOf is a value in the Data API's union of types.
func fieldOf(v any) map[string]any {
	switch v := plain(v).(type) {
	case nil:
		return map[string]any{"isNull": true}
	case bool:
		return map[string]any{"booleanValue": v}
	case string:
		return map[string]any{"stringValue": v}
	case []byte:
		return map[string]any{"blobValue": v}
	case float32, float64:
		return map[string]any{"doubleValue": v}
	default:
		return map[string]any{"longValue": v}
	}
}
