package awsfront

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"pitboss/sandbox/internal/cloud"
)

// file is where the contents of a version lie.
func (f *Front) file(o cloud.Object) string {
	sum := sha256.Sum256([]byte(o.Bucket + "\x00" + o.Key + "\x00" + o.Version))
	return filepath.Join(f.options.Objects, hex.EncodeToString(sum[:]))
}

// store writes contents so that they are there whole or not at all.
func (f *Front) store(o cloud.Object, data []byte) error {
	if err := os.MkdirAll(f.options.Objects, 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(f.options.Objects, "put-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // nothing is left to remove once it is renamed
	_, err = temporary.Write(data)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), f.file(o))
}

// forget removes contents that may have gone already.
func (f *Front) forget(o cloud.Object) error {
	if err := os.Remove(f.file(o)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// getObject is GetObject and HeadObject.
func (f *Front) getObject(r *request, o object) error {
	found, err := f.options.Cloud.FindObject(o.bucket, o.key, o.version)
	if err != nil {
		return err
	}
	if found.Marker {
		r.w.Header().Set("X-Amz-Delete-Marker", "true")
		return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource: version %s of %s/%s is a delete marker.", o.version, o.bucket, o.key)
	}
	contents, err := os.Open(f.file(found))
	if err != nil {
		return refuse(http.StatusInternalServerError, "InternalError", "%s/%s has no contents: it was noted by `sandbox`, and not put through S3: %s", o.bucket, o.key, err)
	}
	defer contents.Close()
	r.about(found)
	r.w.Header().Set("Content-Type", cmp.Or(found.ContentType, "binary/octet-stream"))
	r.w.Header().Set("X-Amz-Request-Id", r.id)
	http.ServeContent(r.w, r.http, "", found.Written, contents)
	return nil
}

// retention is GetObjectRetention.
func (f *Front) retention(r *request, o object) error {
	found, err := f.options.Cloud.FindObject(o.bucket, o.key, o.version)
	if err != nil {
		return err
	}
	if found.Mode == "" {
		return refuse(http.StatusNotFound, "NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration (%s/%s)", o.bucket, o.key)
	}
	r.xml(http.StatusOK, "Retention", map[string]any{"Mode": found.Mode, "RetainUntilDate": found.RetainUntil})
	return nil
}

// listObjects is ListObjectsV2: what is not hidden, by key.
func (f *Front) listObjects(r *request, o object) error {
	objects, err := f.options.Cloud.Objects(o.bucket)
	if err != nil {
		return err
	}
	newest := map[string]cloud.Object{}
	for _, v := range objects {
		if have, ok := newest[v.Key]; !ok || !v.Written.Before(have.Written) {
			newest[v.Key] = v
		}
	}
	var keys []string
	for key, v := range newest {
		if !v.Marker {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	query := r.http.URL.Query()
	limit := 1000
	if v := query.Get("max-keys"); v != "" {
		if limit, err = strconv.Atoi(v); err != nil || limit < 0 {
			return refuse(http.StatusBadRequest, "InvalidArgument", "max-keys must be a number from 0, got %q", v)
		}
		limit = min(limit, 1000)
	}
	encode := func(s string) string { return s }
	if query.Get("encoding-type") == "url" {
		encode = func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }
	}
	prefix, delimiter, after := query.Get("prefix"), query.Get("delimiter"), cmp.Or(query.Get("continuation-token"), query.Get("start-after"))
	contents, common := flat{}, flat{}
	out := map[string]any{"Name": o.bucket, "Prefix": encode(prefix), "MaxKeys": limit, "IsTruncated": false}
	shown, last := 0, ""
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok || after != "" && (key <= after || delimiter != "" && strings.HasSuffix(after, delimiter) && strings.HasPrefix(key, after)) {
			continue
		}
		folder := ""
		if name, _, cut := strings.Cut(rest, delimiter); cut && delimiter != "" {
			if folder = prefix + name + delimiter; folder == last {
				continue
			}
		}
		if shown == limit {
			out["IsTruncated"], out["NextContinuationToken"] = true, last
			break
		}
		shown, last = shown+1, cmp.Or(folder, key)
		if folder != "" {
			common = append(common, map[string]any{"Prefix": encode(folder)})
			continue
		}
		v := newest[key]
		contents = append(contents, map[string]any{"Key": encode(key), "LastModified": v.Written, "ETag": v.ETag, "Size": v.Size, "StorageClass": "STANDARD"})
	}
	out["KeyCount"], out["Contents"], out["CommonPrefixes"] = shown, contents, common
	r.xml(http.StatusOK, "ListBucketResult", out)
	return nil
}
