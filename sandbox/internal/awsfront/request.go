package awsfront

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"pitboss/sandbox/internal/cloud"
)

// request is one call on its way through the front.
type request struct {
	http *http.Request
	w    http.ResponseWriter
	id   string
	body []byte

	// key, region and signed, the service's name, are those of the signature's scope;
	// service is its name in AWS's command line.
	key, region, signed, service string
}

// longest is more than any report or statement has.
const longest = 64 << 20

// services that sign with another name than AWS's command line calls them.
var signedAs = map[string]string{"monitoring": "cloudwatch"}

// read takes a request's scope and body. The request is usable for an answer even
// with an error.
func read(w http.ResponseWriter, h *http.Request) (*request, error) {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails
	r := &request{http: h, w: w, id: hex.EncodeToString(raw)}
	scope, err := scopeOf(h)
	if err != nil {
		return r, err
	}
	r.key, r.region, r.signed = scope[0], scope[2], scope[3]
	r.service = cmp.Or(signedAs[r.signed], r.signed)
	if r.body, err = io.ReadAll(http.MaxBytesReader(w, h.Body, longest)); err != nil {
		return r, refuse(http.StatusBadRequest, "RequestEntityTooLarge", "read the request's body: %s; at most %d bytes are taken", err, longest)
	}
	if strings.Contains(h.Header.Get("Content-Encoding"), "aws-chunked") {
		r.body, err = unchunk(r.body)
	}
	return r, err
}

// scopeOf is key, date, region, service and "aws4_request" of a signature.
func scopeOf(h *http.Request) ([]string, error) {
	auth := h.Header.Get("Authorization")
	scheme, rest, _ := strings.Cut(auth, " ")
	for part := range strings.SplitSeq(rest, ",") {
		value, ok := strings.CutPrefix(strings.TrimSpace(part), "Credential=")
		if scope := strings.Split(value, "/"); ok && len(scope) == 5 && scheme == "AWS4-HMAC-SHA256" {
			return scope, nil
		}
	}
	return nil, refuse(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token: an Authorization header of AWS4-HMAC-SHA256 with a Credential of <key>/<date>/<region>/<service>/aws4_request")
}

// unchunk takes off the frames in which SDKs send a body with a checksum at its end:
// size in hex, the bytes, and an empty frame before the trailers.
func unchunk(body []byte) ([]byte, error) {
	var out []byte
	for {
		head, rest, ok := bytes.Cut(body, []byte("\r\n"))
		size, _, _ := strings.Cut(string(head), ";")
		var n int
		if _, err := fmt.Sscanf(size, "%x", &n); !ok || err != nil || n < 0 || n+2 > len(rest) && n > 0 {
			return nil, refuse(http.StatusBadRequest, "IncompleteBody", "The request body is not whole: no frame of aws-chunked at byte %d", len(out))
		}
		if n == 0 {
			return out, nil
		}
		out, body = append(out, rest[:n]...), rest[n+2:]
	}
}

// call is what the cloud is asked.
func (r *request) call(operation string, params map[string]any) cloud.Call {
	for _, name := range []string{"Marker", "MaxRecords", "MaxResults", "NextToken", "PaginationToken"} { // all there is fits into one answer
		delete(params, name)
	}
	return cloud.Call{Service: r.service, Operation: operation, Region: r.region, Params: params}
}

// operationName is the operation of a request, as far as every protocol has one.
func (r *request) operationName() string {
	if target := r.http.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndex(target, ".")+1:]
	}
	if form, err := url.ParseQuery(string(r.body)); err == nil && form.Get("Action") != "" {
		return form.Get("Action")
	}
	return r.http.Method + " " + r.http.URL.Path
}
