package cloud

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Object is one object of a simulated S3 bucket.
type Object struct {
	Bucket      string    `json:"bucket"`
	Key         string    `json:"key"`
	Size        int64     `json:"size"` // bytes
	Mode        string    `json:"mode,omitempty"`
	RetainUntil time.Time `json:"retainUntil,omitzero"`
}

// Locked reports whether nobody may delete o at the given time. GOVERNANCE may
// be bypassed by those permitted to, COMPLIANCE by no one.
func (o Object) Locked(now time.Time) bool {
	return o.Mode == "COMPLIANCE" && now.Before(o.RetainUntil)
}

// PutObject writes an object, which takes the bucket's default lock.
func (c *Cloud) PutObject(bucket, key string, size int64) (Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := Object{Bucket: bucket, Key: key, Size: size}
	found, err := c.find("aws_s3_bucket", func(r Resource) bool { return r.ID == bucket })
	if err != nil {
		return o, err
	}
	if len(found) == 0 {
		return o, refuse("S3", "PutObject", "NoSuchBucket", "The specified bucket does not exist (%s)", bucket)
	}
	locks, err := c.find("aws_s3_bucket_object_lock_configuration", func(r Resource) bool { return r.ID == bucket })
	if err != nil {
		return o, err
	}
	if len(locks) > 0 {
		o.Mode, o.RetainUntil = defaultLock(locks[0].Props, c.options.Now().UTC())
	}
	data, err := json.Marshal(o)
	if err != nil {
		return o, err
	}
	return o, c.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(objectsBucket).Put(objectKey(bucket, key), data) })
}

func objectKey(bucket, key string) []byte { return []byte(bucket + "\x00" + key) }

// defaultLock reads a bucket's default retention, which counts in days or years.
func defaultLock(props map[string]any, now time.Time) (mode string, until time.Time) {
	rule, _ := props["rule"].(map[string]any)
	retention, _ := rule["defaultRetention"].(map[string]any)
	mode, _ = retention["mode"].(string)
	days, _ := retention["days"].(float64)
	years, _ := retention["years"].(float64)
	return mode, now.AddDate(int(years), 0, int(days))
}

// DeleteObject removes an object for good, if its lock allows.
func (c *Cloud) DeleteObject(bucket, key string) error {
	objects, err := c.Objects(bucket)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.Key == key && o.Locked(c.options.Now()) {
			return refuse("S3", "DeleteObject", "AccessDenied", "Access Denied because object protected by object lock: %s/%s until %s.",
				bucket, key, o.RetainUntil.Format(time.RFC3339))
		}
	}
	return c.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(objectsBucket).Delete(objectKey(bucket, key)) })
}

// Objects lists a bucket's objects by key.
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
	objects, err := c.Objects(bucket)
	if err != nil {
		return err
	}
	return c.db.Update(func(tx *bbolt.Tx) error {
		for _, o := range objects {
			if err := tx.Bucket(objectsBucket).Delete(objectKey(o.Bucket, o.Key)); err != nil {
				return err
			}
		}
		return nil
	})
}
