package awsport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"pitboss/drill/port"
	"pitboss/regions"
)

// vault is one bucket of evidence. How long an object is kept is the bucket's own rule, and
// so is its encryption: a request that named either could be refused.
type vault struct {
	*AWS
	at     regions.Region
	bucket string
}

func (v vault) client() *s3.Client { return v.buckets.in(v.at.String(), v.config) }

func (v vault) object(key string) string { return "s3://" + v.bucket + "/" + key }

// Put writes an object; a former one of that key stays as a version.
func (v vault) Put(ctx context.Context, key string, data []byte) error {
	_, err := ask(ctx, "writing "+v.object(key), func(ctx context.Context) (*s3.PutObjectOutput, error) {
		return v.client().PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(v.bucket), Key: aws.String(key), Body: bytes.NewReader(data)})
	})
	return err
}

// PutNew is tried once: a second try would find what the first wrote, and call it somebody
// else's. After ErrUnreachable the object may be there or not.
func (v vault) PutNew(ctx context.Context, key string, data []byte) error {
	_, err := ask(ctx, "writing "+v.object(key)+", which must be new", func(ctx context.Context) (*s3.PutObjectOutput, error) {
		return v.client().PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String(v.bucket), Key: aws.String(key), Body: bytes.NewReader(data), IfNoneMatch: aws.String("*"),
		}, func(o *s3.Options) { o.Retryer = retry.AddWithMaxAttempts(retry.NewStandard(), 1) })
	})
	switch code(err) {
	case "PreconditionFailed", "ConditionalRequestConflict": // there, or being written by another at this moment
		return fmt.Errorf("%w: %w", port.ErrExists, err)
	}
	return err
}

// Get reads an object as it was written last.
func (v vault) Get(ctx context.Context, key string) ([]byte, error) {
	data, err := ask(ctx, "reading "+v.object(key), func(ctx context.Context) ([]byte, error) {
		out, err := v.client().GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(v.bucket), Key: aws.String(key)})
		if err != nil {
			return nil, err
		}
		defer out.Body.Close()
		return io.ReadAll(out.Body)
	})
	var missing *types.NoSuchKey
	if errors.As(err, &missing) {
		return nil, fmt.Errorf("%w: %w", port.ErrNotFound, err)
	}
	return data, err
}

// List is the keys that begin with prefix, sorted.
func (v vault) List(ctx context.Context, prefix string) ([]string, error) {
	out := []string{}
	pages := s3.NewListObjectsV2Paginator(v.client(), &s3.ListObjectsV2Input{Bucket: aws.String(v.bucket), Prefix: aws.String(prefix)})
	for pages.HasMorePages() {
		page, err := ask(ctx, "listing "+v.object(prefix), func(ctx context.Context) (*s3.ListObjectsV2Output, error) { return pages.NextPage(ctx) })
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			out = append(out, aws.ToString(o.Key))
		}
	}
	slices.Sort(out)
	return out, nil
}
