package cloud

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Object is one version of an object of a simulated S3 bucket.
type Object struct {
	Bucket      string    `json:"bucket"`
	Key         string    `json:"key"`
	Size        int64     `json:"size"` // bytes
	Mode        string    `json:"mode,omitempty"`
	RetainUntil time.Time `json:"retainUntil,omitzero"`

	// Version is "" in a bucket that keeps none. Versions are in the order of their
	// writing.
	Version string `json:"version,omitempty"`
	// Marker is a delete marker: who asks for the key finds nothing.
	Marker  bool      `json:"marker,omitempty"`
	Written time.Time `json:"written,omitzero"`
	// ETag and ContentType are the writer's.
	ETag        string `json:"etag,omitempty"`
	ContentType string `json:"contentType,omitempty"`
}

// Locked reports whether nobody may delete o at the given time. GOVERNANCE may
// be bypassed by those permitted to, COMPLIANCE by no one.
func (o Object) Locked(now time.Time) bool {
	return o.Mode == "COMPLIANCE" && now.Before(o.RetainUntil)
}

// PutObject writes an object, which takes the bucket's default lock.
func (c *Cloud) PutObject(bucket, key string, size int64) (Object, error) {
	return c.WriteObject(ObjectWrite{Object: Object{Bucket: bucket, Key: key, Size: size}})
}

func objectKey(bucket, key, version string) []byte {
	if version == "" {
		return []byte(bucket + "\x00" + key)
	}
	return []byte(bucket + "\x00" + key + "\x00" + version)
}

// defaultLock reads a bucket's default retention, which counts in days or years.
func defaultLock(props map[string]any, now time.Time) (mode string, until time.Time) {
	rule, _ := props["rule"].(map[string]any)
	retention, _ := rule["defaultRetention"].(map[string]any)
	mode, _ = retention["mode"].(string)
	days, _ := retention["days"].(float64)
	years, _ := retention["years"].(float64)
	return mode, now.AddDate(int(years), 0, int(days))
}

// DeleteObject removes an object with all its versions for good, if their locks
// allow.
func (c *Cloud) DeleteObject(bucket, key string) error {
	objects, err := c.Objects(bucket)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.Key == key && o.Locked(c.options.Now()) {
			return lockedObject(o)
		}
	}
	return c.removeWhere(bucket, func(o Object) bool { return o.Key == key })
}

func lockedObject(o Object) error {
	return refuse("S3", "DeleteObject", "AccessDenied", "Access Denied because object protected by object lock: %s/%s until %s.",
		o.Bucket, o.Key, o.RetainUntil.Format(time.RFC3339))
}

// Objects lists a bucket's objects by key, each with its versions by age.
func (c *Cloud) Objects(bucket string) ([]Object, error) {
	var out []Object
	err := c.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(objectsBucket).ForEach(func(_, data []byte) error {
			var o Object
			if err := json.Unmarshal(data, &o); err != nil {
				return fmt.Errorf("object in %s: %w", bucket, err)
			}
			if o.Bucket == bucket {
				out = append(out, o)
			}
			return nil
		})
	})
	return out, err
}

func (c *Cloud) removeObjects(bucket string) error {
	return c.removeWhere(bucket, func(Object) bool { return true })
}

func (c *Cloud) removeWhere(bucket string, goes func(Object) bool) error {
	objects, err := c.Objects(bucket)
	if err != nil {
		return err
	}
	return c.db.Update(func(tx *bbolt.Tx) error {
		for _, o := range objects {
			if !goes(o) {
				continue
			}
			if err := tx.Bucket(objectsBucket).Delete(objectKey(o.Bucket, o.Key, o.Version)); err != nil {
				return err
			}
		}
		return nil
	})
}
