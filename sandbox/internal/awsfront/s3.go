package awsfront

import (
	"crypto/md5"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"time"

	"pitboss/sandbox/internal/cloud"
)

// object is what a call of S3 is about. key is "" for the bucket itself.
type object struct{ bucket, key, version string }

// s3 serves S3: REST with XML, by path and by host.
func (f *Front) s3(r *request) {
	o, err := f.addressed(r.http)
	if err != nil {
		r.fail(err)
		return
	}
	query := r.http.URL.Query()
	o.version = query.Get("versionId")
	operation := r.http.Method + " " + r.http.URL.RequestURI()
	var do func(*Front, *request, object) error
	switch {
	case o.key == "" && r.http.Method == http.MethodGet && query.Get("list-type") == "2":
		operation, do = "ListObjectsV2", (*Front).listObjects
	case o.key != "" && r.http.Method == http.MethodGet && query.Has("retention"):
		operation, do = "GetObjectRetention", (*Front).retention
	case o.key == "" || otherwise(query):
	case r.http.Method == http.MethodGet:
		operation, do = "GetObject", (*Front).getObject
	case r.http.Method == http.MethodHead:
		operation, do = "HeadObject", (*Front).getObject
	case r.http.Method == http.MethodPut && r.http.Header.Get("X-Amz-Copy-Source") == "":
		operation, do = "PutObject", (*Front).putObject
	case r.http.Method == http.MethodDelete:
		operation, do = "DeleteObject", (*Front).deleteObject
	}
	err = f.permit("s3", operation)
	switch {
	case do == nil:
		err = unknown("s3", operation)
	case err == nil:
		if err = f.inRegion(r, operation, o.bucket); err == nil {
			err = do(f, r, o)
		}
	}
	if err != nil {
		r.fail(err)
	}
}

// otherwise: a query with a word like "acl" or "uploads" asks for another operation.
func otherwise(query map[string][]string) bool {
	for _, name := range []string{"acl", "attributes", "delete", "legal-hold", "partNumber", "retention", "tagging", "torrent", "uploadId", "uploads", "versioning", "versions"} {
		if _, ok := query[name]; ok {
			return true
		}
	}
	return false
}

// addressed reads bucket and key off a request: "/bucket/key", or "/key" at a host
// "bucket.<rest>".
func (f *Front) addressed(h *http.Request) (object, error) {
	host := h.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	path := strings.TrimPrefix(h.URL.Path, "/")
	if net.ParseIP(strings.Trim(host, "[]")) == nil {
		labels := strings.Split(host, ".")
		for i := 1; i < len(labels); i++ {
			bucket := strings.Join(labels[:i], ".")
			if _, err := f.options.Cloud.BucketRegion("", bucket); err == nil || labels[i] == "s3" || i == len(labels)-1 && labels[i] == "localhost" {
				return object{bucket: bucket, key: path}, nil
			}
		}
	}
	bucket, key, _ := strings.Cut(path, "/")
	if bucket == "" {
		return object{}, unknown("s3", "ListBuckets")
	}
	return object{bucket: bucket, key: key}, nil
}

// inRegion: a bucket answers at its own region's endpoint.
func (f *Front) inRegion(r *request, operation, bucket string) error {
	region, err := f.options.Cloud.BucketRegion(operation, bucket)
	if err == nil && region != r.region {
		r.w.Header().Set("X-Amz-Bucket-Region", region)
		return refuse(http.StatusMovedPermanently, "PermanentRedirect",
			"The bucket %s is in %s and was asked for in %s: use its own region's endpoint.", bucket, region, r.region)
	}
	return err
}

func (f *Front) putObject(r *request, o object) error {
	h := r.http.Header
	sum := md5.Sum(r.body)
	w := cloud.ObjectWrite{IfNone: h.Get("If-None-Match") == "*", Object: cloud.Object{
		Bucket: o.bucket, Key: o.key, Size: int64(len(r.body)), Mode: h.Get("X-Amz-Object-Lock-Mode"),
		ETag: `"` + hex.EncodeToString(sum[:]) + `"`, ContentType: h.Get("Content-Type"),
	}}
	if until := h.Get("X-Amz-Object-Lock-Retain-Until-Date"); until != "" {
		at, err := time.Parse(time.RFC3339, until)
		if err != nil {
			return refuse(http.StatusBadRequest, "InvalidArgument", "The retain until date must be provided in ISO 8601 format, got %q", until)
		}
		w.RetainUntil = at.UTC()
	}
	if w.Mode != "" && !checked(h) {
		return refuse(http.StatusBadRequest, "InvalidRequest", "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters")
	}
	w.Store = func(version cloud.Object) error { return f.store(version, r.body) }
	written, err := f.options.Cloud.WriteObject(w)
	if err != nil {
		return err
	}
	r.about(written)
	r.send(http.StatusOK, nil)
	return nil
}

// checked: the request says what its body must add up to.
func checked(h http.Header) bool {
	for name := range h {
		if name == "Content-Md5" || strings.HasPrefix(name, "X-Amz-Checksum-") || name == "X-Amz-Trailer" {
			return true
		}
	}
	return false
}

func (f *Front) deleteObject(r *request, o object) error {
	bypass := strings.EqualFold(r.http.Header.Get("X-Amz-Bypass-Governance-Retention"), "true")
	gone, err := f.options.Cloud.RemoveObject(o.bucket, o.key, o.version, bypass)
	if err != nil {
		return err
	}
	if gone.Version != "" {
		r.w.Header().Set("X-Amz-Version-Id", gone.Version)
	}
	if gone.Marker {
		r.w.Header().Set("X-Amz-Delete-Marker", "true")
	} else if gone.Key != "" {
		if err := f.forget(gone); err != nil {
			return err
		}
	}
	r.send(http.StatusNoContent, nil)
	return nil
}

// about tells of a version in the answer's headers.
func (r *request) about(o cloud.Object) {
	h := r.w.Header()
	h.Set("ETag", o.ETag)
	if o.Version != "" {
		h.Set("X-Amz-Version-Id", o.Version)
	}
	if o.Mode != "" {
		h.Set("X-Amz-Object-Lock-Mode", o.Mode)
		h.Set("X-Amz-Object-Lock-Retain-Until-Date", o.RetainUntil.UTC().Format(stamp))
	}
}
