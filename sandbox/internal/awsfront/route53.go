package awsfront

import (
	"net/http"
	"net/url"
	"strings"
)

// route53 serves Route 53: REST with XML.
func (f *Front) route53(r *request) {
	parts := strings.Split(strings.Trim(r.http.URL.EscapedPath(), "/"), "/")
	params := map[string]any{}
	if len(r.body) > 0 {
		v, err := xmlTree(r.body)
		if err != nil {
			r.fail(refuse(http.StatusBadRequest, "InvalidInput", "The body is no XML: %s", err))
			return
		}
		if fields, ok := v.(map[string]any); ok {
			params = fields
		}
	}
	operation := r.http.Method + " " + r.http.URL.Path
	if len(parts) >= 3 {
		switch strings.Join([]string{r.http.Method, parts[1], strings.Join(parts[3:], "/")}, " ") {
		case "GET hostedzone rrset":
			operation = "ListResourceRecordSets"
			params["HostedZoneId"] = unescaped(parts[2])
			query := r.http.URL.Query()
			for name, param := range map[string]string{"name": "StartRecordName", "type": "StartRecordType", "identifier": "StartRecordIdentifier", "maxitems": "MaxItems"} {
				set(params, param, query.Get(name))
			}
		case "POST hostedzone rrset", "POST hostedzone rrset/":
			operation = "ChangeResourceRecordSets"
			params["HostedZoneId"] = unescaped(parts[2])
		case "GET change ":
			operation = "GetChange"
			params["Id"] = unescaped(parts[2])
		case "GET healthcheck ":
			operation = "GetHealthCheck"
			params["HealthCheckId"] = unescaped(parts[2])
		case "POST healthcheck ":
			operation = "UpdateHealthCheck"
			params["HealthCheckId"] = unescaped(parts[2])
		}
	}
	answer, err := f.operate(r.http.Context(), r.call(operation, params))
	if err != nil {
		r.fail(err)
		return
	}
	r.xml(http.StatusOK, operation+"Response", answer)
}

// unescaped is a part of a path as it was meant.
func unescaped(part string) string {
	if s, err := url.PathUnescape(part); err == nil {
		return s
	}
	return part
}
