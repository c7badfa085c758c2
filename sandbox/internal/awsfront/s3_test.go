package awsfront

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/cloud"
)

func (w *world) buckets() {
	w.Helper()
	for _, name := range []string{"mt-audit", "mt.plain"} {
		w.make(home, "aws_s3_bucket", map[string]any{"bucket": name})
	}
	w.make(home, "aws_s3_bucket_versioning", map[string]any{"bucket": "mt-audit", "versioningConfiguration": map[string]any{"status": "Enabled"}})
	w.make(home, "aws_s3_bucket_object_lock_configuration", map[string]any{"bucket": "mt-audit",
		"rule": map[string]any{"defaultRetention": map[string]any{"mode": "COMPLIANCE", "days": 30}}})
}

func (w *world) s3(pathStyle bool) *s3.Client {
	return s3.NewFromConfig(w.in(home), func(o *s3.Options) {
		o.UsePathStyle = pathStyle
		if !pathStyle {
			o.BaseEndpoint = aws.String("http://s3.sandbox.test")
			o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(w.url, "http://")) // whatever the host
			}}}
		}
	})
}

func TestAnObjectIsKeptUnderItsLock(t *testing.T) {
	for name, pathStyle := range map[string]bool{"Path": true, "Host": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.buckets()
			c := w.s3(pathStyle)
			until := w.now.Add(1000 * time.Hour).UTC().Truncate(time.Second)
			put, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String("drills/a b/ü.json"), Body: strings.NewReader(`{"a":1}`),
				ContentType: aws.String("application/json"), ObjectLockMode: types.ObjectLockModeCompliance, ObjectLockRetainUntilDate: &until})
			require.NoError(t, err)
			require.NotEmpty(t, *put.VersionId)
			key := aws.String("drills/a b/ü.json")
			got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("mt-audit"), Key: key})
			require.NoError(t, err)
			data, err := io.ReadAll(got.Body)
			require.NoError(t, err)
			require.Equal(t, `{"a":1}`, string(data))
			require.Equal(t, "application/json", *got.ContentType)
			require.Equal(t, *put.ETag, *got.ETag)
			head, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("mt-audit"), Key: key})
			require.NoError(t, err)
			require.EqualValues(t, 7, *head.ContentLength)
			require.Equal(t, types.ObjectLockModeCompliance, head.ObjectLockMode)
			kept, err := c.GetObjectRetention(t.Context(), &s3.GetObjectRetentionInput{Bucket: aws.String("mt-audit"), Key: key})
			require.NoError(t, err)
			require.True(t, until.Equal(*kept.Retention.RetainUntilDate))

			gone, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("mt-audit"), Key: key})
			require.NoError(t, err)
			require.True(t, *gone.DeleteMarker)
			_, err = c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("mt-audit"), Key: key})
			require.ErrorAs(t, err, new(*types.NoSuchKey))
			got, err = c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("mt-audit"), Key: key, VersionId: put.VersionId})
			require.NoError(t, err, "what is hidden is there")
			require.NoError(t, got.Body.Close())
			destroy := &s3.DeleteObjectInput{Bucket: aws.String("mt-audit"), Key: key, VersionId: put.VersionId, BypassGovernanceRetention: aws.Bool(true)}
			_, err = c.DeleteObject(t.Context(), destroy)
			require.Contains(t, w.refuses("AccessDenied", err), "object lock")
			w.now = w.now.Add(1001 * time.Hour)
			_, err = c.DeleteObject(t.Context(), destroy)
			require.NoError(t, err, "once its time is over")
			_, err = c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("mt-audit"), Key: key, VersionId: put.VersionId})
			w.refuses("NoSuchVersion", err)
		})
	}
}

func TestAWriteOfSomethingNew(t *testing.T) {
	w := newWorld(t)
	w.buckets()
	c := w.s3(true)
	lock := func(bucket string) error {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String("lock"), Body: strings.NewReader("me"), IfNoneMatch: aws.String("*")})
		return err
	}
	for _, bucket := range []string{"mt-audit", "mt.plain"} {
		require.NoError(t, lock(bucket))
		w.refuses("PreconditionFailed", lock(bucket))
		_, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String("lock")})
		require.NoError(t, err)
		require.NoError(t, lock(bucket), "behind a delete marker there is room")
	}
	kept, err := c.GetObjectRetention(t.Context(), &s3.GetObjectRetentionInput{Bucket: aws.String("mt-audit"), Key: aws.String("lock")})
	require.NoError(t, err, "the bucket's default")
	require.Equal(t, types.ObjectLockRetentionModeCompliance, kept.Retention.Mode)
	require.WithinDuration(t, w.now.AddDate(0, 0, 30), *kept.Retention.RetainUntilDate, time.Minute)
	_, err = c.GetObjectRetention(t.Context(), &s3.GetObjectRetentionInput{Bucket: aws.String("mt.plain"), Key: aws.String("lock")})
	w.refuses("NoSuchObjectLockConfiguration", err)
}

func TestWhatS3Refuses(t *testing.T) {
	future, past := aws.Time(time.Now().Add(time.Hour)), aws.Time(time.Now().Add(-time.Hour))
	cases := map[string]struct {
		reason string
		edit   func(*s3.PutObjectInput)
		code   string
	}{
		"Bucket": {"the bucket exists", func(i *s3.PutObjectInput) { i.Bucket = aws.String("none") }, "NoSuchBucket"},
		"NoLock": {"a lock needs a bucket that has one", func(i *s3.PutObjectInput) {
			i.Bucket, i.ObjectLockMode, i.ObjectLockRetainUntilDate = aws.String("mt.plain"), types.ObjectLockModeCompliance, future
		}, "InvalidRequest"},
		"Half": {"mode and date go together", func(i *s3.PutObjectInput) { i.ObjectLockMode = types.ObjectLockModeCompliance }, "InvalidArgument"},
		"Past": {"a lock is for the future", func(i *s3.PutObjectInput) {
			i.ObjectLockMode, i.ObjectLockRetainUntilDate = types.ObjectLockModeCompliance, past
		}, "InvalidArgument"},
		"Mode": {"there are two modes", func(i *s3.PutObjectInput) { i.ObjectLockMode, i.ObjectLockRetainUntilDate = "FOREVER", future }, "InvalidArgument"},
		"Good": {"nothing is wrong", func(*s3.PutObjectInput) {}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.buckets()
			in := &s3.PutObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String("k"), Body: strings.NewReader("v")}
			c.edit(in)
			_, err := w.s3(true).PutObject(t.Context(), in)
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			w.refuses(c.code, err)
		})
	}
	w := newWorld(t)
	w.buckets()
	_, err := s3.NewFromConfig(w.in(standby)).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String("k")})
	require.Contains(t, w.refuses("PermanentRedirect", err), home)
	_, err = w.s3(false).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("none"), Key: aws.String("k")})
	w.refuses("NoSuchBucket", err)
	_, err = w.s3(true).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String("none")})
	w.refuses("NotFound", err)
	_, err = w.s3(true).CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String("mt-audit"), Key: aws.String("k")})
	require.Contains(t, w.refuses("InvalidAction", err), "PutObject")
}

func TestGovernanceIsPassedByLeave(t *testing.T) {
	w := newWorld(t)
	w.buckets()
	c := w.s3(true)
	in := &s3.PutObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String("k"), Body: strings.NewReader("v"),
		ObjectLockMode: types.ObjectLockModeGovernance, ObjectLockRetainUntilDate: aws.Time(w.now.Add(time.Hour))}
	put, err := c.PutObject(t.Context(), in)
	require.NoError(t, err)
	destroy := &s3.DeleteObjectInput{Bucket: in.Bucket, Key: in.Key, VersionId: put.VersionId}
	_, err = c.DeleteObject(t.Context(), destroy)
	w.refuses("AccessDenied", err)
	destroy.BypassGovernanceRetention = aws.Bool(true)
	_, err = c.DeleteObject(t.Context(), destroy)
	require.NoError(t, err)
	_, err = c.DeleteObject(t.Context(), destroy)
	require.NoError(t, err, "what is gone may be removed again")
	in.Body = strings.NewReader("v")
	_, err = s3.NewFromConfig(w.in(home), func(o *s3.Options) { o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired }).PutObject(t.Context(), in)
	require.Contains(t, w.refuses("InvalidRequest", err), "x-amz-checksum-")
}

func TestKeysAreListed(t *testing.T) {
	w := newWorld(t)
	w.buckets()
	c := w.s3(true)
	put := func(key string) {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String(key), Body: bytes.NewReader([]byte(key))})
		require.NoError(t, err)
	}
	for i := range 5 {
		put(fmt.Sprintf("drills/%d/report & more.json", i))
	}
	put("drills/0/report & more.json") // a second version is no second key
	put("other")
	_, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("mt-audit"), Key: aws.String("drills/4/report & more.json")})
	require.NoError(t, err)
	var keys []string
	pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: aws.String("mt-audit"), Prefix: aws.String("drills/"), MaxKeys: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Contents), 3)
		for _, o := range page.Contents {
			require.EqualValues(t, len(*o.Key), *o.Size)
			keys = append(keys, *o.Key)
		}
	}
	require.Equal(t, []string{"drills/0/report & more.json", "drills/1/report & more.json", "drills/2/report & more.json", "drills/3/report & more.json"}, keys)
	folders := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: aws.String("mt-audit"), Prefix: aws.String("drills/"), Delimiter: aws.String("/"), MaxKeys: aws.Int32(2)})
	var names []string
	for folders.HasMorePages() {
		page, err := folders.NextPage(t.Context())
		require.NoError(t, err)
		require.Empty(t, page.Contents)
		for _, p := range page.CommonPrefixes {
			names = append(names, *p.Prefix)
		}
	}
	require.Equal(t, []string{"drills/0/", "drills/1/", "drills/2/", "drills/3/"}, names)
	_, err = c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("none")})
	w.refuses("NoSuchBucket", err)
	require.Error(t, w.cloud.Delete(t.Context(), account, home, "aws_s3_bucket", "mt-audit"), "what is locked keeps its bucket")
	var locked *cloud.APIError
	require.ErrorAs(t, w.cloud.Delete(t.Context(), account, home, "aws_s3_bucket", "mt-audit"), &locked)
	require.Equal(t, "AccessDenied", locked.Code)
}
