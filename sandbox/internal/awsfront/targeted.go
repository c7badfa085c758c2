package awsfront

import (
	"encoding/json"
	"net/http"
	"strings"
)

// targeted serves the services whose calls are JSON and whose header names the
// operation.
func (f *Front) targeted(r *request) {
	target := r.http.Header.Get("X-Amz-Target")
	operation := target[strings.LastIndex(target, ".")+1:]
	params, err := r.object()
	if err != nil {
		r.fail(err)
		return
	}
	answer, err := f.operate(r.http.Context(), r.call(operation, params))
	if err != nil {
		r.fail(err)
		return
	}
	r.w.Header().Set("Content-Type", r.http.Header.Get("Content-Type"))
	r.json(http.StatusOK, each(answer, same, epoch))
}

// object is the body's fields.
func (r *request) object() (map[string]any, error) {
	params := map[string]any{}
	if len(r.body) == 0 {
		return params, nil
	}
	if err := json.Unmarshal(r.body, &params); err != nil {
		return nil, refuse(http.StatusBadRequest, "SerializationException", "The body is no JSON object: %s", err)
	}
	return params, nil
}

// kafka serves MSK: REST with JSON, names in small letters.
func (f *Front) kafka(r *request) {
	parts := strings.Split(strings.Trim(r.http.URL.EscapedPath(), "/"), "/")
	body, err := r.object()
	if err != nil {
		r.fail(err)
		return
	}
	params := map[string]any{}
	for name, v := range body {
		params[upper(name)] = v
	}
	query := r.http.URL.Query()
	operation := r.http.Method + " " + r.http.URL.Path
	replicators := len(parts) >= 3 && strings.Join(parts[:3], "/") == "replication/v1/replicators"
	switch {
	case r.http.Method == http.MethodGet && len(parts) == 2 && parts[0] == "v1" && parts[1] == "clusters":
		operation = "ListClusters"
		set(params, "ClusterNameFilter", query.Get("clusterNameFilter"))
	case r.http.Method == http.MethodGet && replicators && len(parts) == 3:
		operation = "ListReplicators"
		set(params, "ReplicatorNameFilter", query.Get("replicatorNameFilter"))
	case r.http.Method == http.MethodGet && replicators && len(parts) == 4:
		operation = "DescribeReplicator"
		set(params, "ReplicatorArn", unescaped(parts[3]))
	case r.http.Method == http.MethodPut && replicators && len(parts) == 5 && parts[4] == "replication-info":
		operation = "UpdateReplicationInfo"
		set(params, "ReplicatorArn", unescaped(parts[3]))
	}
	answer, err := f.operate(r.http.Context(), r.call(operation, params))
	if err != nil {
		r.fail(err)
		return
	}
	r.json(http.StatusOK, each(answer, lower, iso))
}

// set adds a parameter that was given.
func set(params map[string]any, name, v string) {
	if v != "" {
		params[name] = v
	}
}
