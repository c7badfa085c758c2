package awsfront

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pitboss/sandbox/internal/cloud"
)

// statuses are the HTTP statuses of refusals that are no plain 400.
var statuses = map[string]int{
	"AccessDenied": http.StatusForbidden, "AccessDeniedException": http.StatusForbidden, "PreconditionFailed": http.StatusPreconditionFailed,
	"NoSuchBucket": http.StatusNotFound, "NoSuchKey": http.StatusNotFound, "NoSuchVersion": http.StatusNotFound,
	"NoSuchObjectLockConfiguration": http.StatusNotFound, "PermanentRedirect": http.StatusMovedPermanently,
	"NoSuchHostedZone": http.StatusNotFound, "NoSuchHealthCheck": http.StatusNotFound, "NotFoundException": http.StatusNotFound,
	"GlobalClusterNotFoundFault": http.StatusNotFound, "DBClusterNotFoundFault": http.StatusNotFound,
	"GlobalReplicationGroupNotFoundFault": http.StatusNotFound, "DatabaseUnavailableException": http.StatusGatewayTimeout,
}

// fail answers with a refusal, in the form of the service's protocol.
func (r *request) fail(err error) {
	refused := &cloud.APIError{Code: "ValidationException", Message: err.Error(), Status: http.StatusBadRequest}
	errors.As(err, &refused)
	code, message, status := refused.Code, refused.Message, refused.Status
	if known, ok := statuses[code]; ok {
		status = known
	}
	r.w.Header().Set("X-Amzn-Requestid", r.id)
	switch r.signed {
	case "s3":
		r.w.Header().Set("X-Amz-Request-Id", r.id)
		r.xml(status, "Error", map[string]any{"Code": code, "Message": message, "RequestId": r.id})
	case "ec2":
		if code == "AccessDenied" {
			code = "UnauthorizedOperation"
		}
		e := map[string]any{"Error": map[string]any{"Code": code, "Message": message}}
		r.xml(status, "Response", map[string]any{"Errors": e, "RequestID": r.id})
	case "globalaccelerator", "kafka", "rds-data", "route53-recovery-cluster", "secretsmanager", "servicequotas":
		if code == "AccessDenied" {
			code = "AccessDeniedException"
		}
		r.w.Header().Set("X-Amzn-Errortype", code)
		r.json(status, map[string]any{"__type": code, "message": message})
	case "route53":
		if code == "InvalidChangeBatch" {
			messages := map[string]any{"Message": strings.Trim(message, "[]")}
			r.xml(status, code, map[string]any{"Messages": messages, "RequestId": r.id})
			return
		}
		fallthrough
	default:
		r.xml(status, "ErrorResponse", map[string]any{
			"Error": map[string]any{"Type": "Sender", "Code": code, "Message": message}, "RequestId": r.id,
		})
	}
}

// xml answers with one element.
func (r *request) xml(status int, root string, v any) {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	writeXML(&b, root, v)
	r.w.Header().Set("Content-Type", "text/xml")
	r.send(status, b.Bytes())
}

// json answers with an object whose values are as the protocol has them already.
func (r *request) json(status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(r.w, err.Error(), http.StatusInternalServerError)
		return
	}
	if r.w.Header().Get("Content-Type") == "" {
		r.w.Header().Set("Content-Type", "application/json")
	}
	r.send(status, data)
}

func (r *request) send(status int, data []byte) {
	r.w.Header().Set("X-Amzn-Requestid", r.id)
	r.w.WriteHeader(status)
	if r.http.Method != http.MethodHead {
		_, _ = r.w.Write(data) // who hung up does not want to know
	}
}

// each applies f to every scalar below v and key to every field's name. A list that
// is nil becomes an empty one.
func each(v any, key func(string) string, f func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if v[k] != nil {
				out[key(k)] = each(v[k], key, f)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = each(e, key, f)
		}
		return out
	}
	return f(v)
}

func same(s string) string { return s }

// lower is "fromPort" of "FromPort", upper the reverse.
func lower(s string) string { return firstRune(s, unicode.ToLower) }
func upper(s string) string { return firstRune(s, unicode.ToUpper) }

func firstRune(s string, turn func(rune) rune) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(turn(r)) + s[n:]
}

// epoch is how JSON 1.1 writes times, iso how REST does.
func epoch(v any) any {
	if t, ok := v.(time.Time); ok {
		return float64(t.UnixMilli()) / 1000
	}
	return v
}

func iso(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(stamp)
	}
	return v
}
