package cloud

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// ObjectWrite is a PutObject of S3.
type ObjectWrite struct {
	// Object is what is written. A Mode with its RetainUntil replaces the bucket's
	// default lock; Version and Written are the cloud's to decide.
	Object
	// IfNone writes only if there is no object of that key: If-None-Match: *.
	IfNone bool
	// Store puts the contents where they belong, once the version is decided and
	// before anybody sees it; nil is nothing to store.
	Store func(Object) error
}

// WriteObject writes a version of an object; in a bucket without versions it
// replaces the object.
func (c *Cloud) WriteObject(w ObjectWrite) (Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const op = "PutObject"
	o := w.Object
	lock, versioned, err := c.bucketKeeps(op, o.Bucket)
	if err != nil {
		return o, err
	}
	now := c.options.Now().UTC()
	switch {
	case (o.Mode == "") != o.RetainUntil.IsZero():
		return o, refuse("S3", op, "InvalidArgument", "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied")
	case o.Mode != "" && lock == nil:
		return o, refuse("S3", op, "InvalidRequest", "Bucket is missing Object Lock Configuration")
	case o.Mode != "" && o.Mode != "COMPLIANCE" && o.Mode != "GOVERNANCE":
		return o, refuse("S3", op, "InvalidArgument", "Unknown wormMode directive: %q; it is COMPLIANCE or GOVERNANCE", o.Mode)
	case o.Mode != "" && !now.Before(o.RetainUntil):
		return o, refuse("S3", op, "InvalidArgument", "The retain until date must be in the future!")
	case o.Mode == "" && lock != nil:
		o.Mode, o.RetainUntil = defaultLock(lock, now)
	}
	if w.IfNone {
		if _, err := c.FindObject(o.Bucket, o.Key, ""); err == nil {
			return o, refuse("S3", op, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
		} else if !isNoKey(err) {
			return o, err
		}
	}
	o.Written = now
	if versioned {
		o.Version = versionOf(o)
	}
	if w.Store != nil {
		if err := w.Store(o); err != nil {
			return o, err
		}
	}
	return o, c.writeObject(o)
}

// versionOf makes the versions of an object sort by their age.
func versionOf(o Object) string {
	return fmt.Sprintf("%016x%s", o.Written.UnixNano(), hexID(16, o.Bucket, o.Key, o.Written))
}

func (c *Cloud) writeObject(o Object) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return c.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(objectsBucket).Put(objectKey(o.Bucket, o.Key, o.Version), data)
	})
}

// bucketKeeps is a bucket's lock configuration, nil if it has none, and whether it
// keeps versions. The caller need not hold mu.
func (c *Cloud) bucketKeeps(operation, bucket string) (lock map[string]any, versioned bool, err error) {
	if _, err := c.BucketRegion(operation, bucket); err != nil {
		return nil, false, err
	}
	locks, err := c.find("aws_s3_bucket_object_lock_configuration", func(r Resource) bool { return r.ID == bucket })
	if err != nil {
		return nil, false, err
	}
	if len(locks) > 0 {
		return locks[0].Props, true, nil // a lock needs versions
	}
	versions, err := c.find("aws_s3_bucket_versioning", func(r Resource) bool {
		return r.ID == bucket && r.at("versioningConfiguration.status") == "Enabled"
	})
	return nil, len(versions) > 0, err
}

// BucketRegion is the region of a bucket, of whatever account.
func (c *Cloud) BucketRegion(operation, bucket string) (string, error) {
	found, err := c.find("aws_s3_bucket", func(r Resource) bool { return r.ID == bucket })
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", refuse("S3", operation, "NoSuchBucket", "The specified bucket does not exist (%s)", bucket)
	}
	return found[0].Region, nil
}

// FindObject is a version of an object, the newest if version is "".
func (c *Cloud) FindObject(bucket, key, version string) (Object, error) {
	objects, err := c.Objects(bucket)
	if err != nil {
		return Object{}, err
	}
	var newest *Object
	for i, o := range objects {
		if o.Key == key && (version == "" || version == cmp.Or(o.Version, "null")) && (newest == nil || !o.Written.Before(newest.Written)) {
			newest = &objects[i]
		}
	}
	switch {
	case newest == nil && version != "":
		return Object{}, refuse("S3", "GetObject", "NoSuchVersion", "The specified version does not exist. (%s/%s %s)", bucket, key, version)
	case newest == nil || newest.Marker && version == "":
		return Object{}, refuse("S3", "GetObject", "NoSuchKey", "The specified key does not exist. (%s/%s)", bucket, key)
	}
	return *newest, nil
}

func isNoKey(err error) bool {
	refused, ok := err.(*APIError)
	return ok && refused.Code == "NoSuchKey"
}

// RemoveObject is a DeleteObject of S3. Without a version it hides the key behind a
// delete marker, if the bucket keeps versions; with one it removes that version for
// good, unless it is locked. bypass is leave to pass by GOVERNANCE. It returns what
// was written or removed.
func (c *Cloud) RemoveObject(bucket, key, version string, bypass bool) (Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, versioned, err := c.bucketKeeps("DeleteObject", bucket)
	if err != nil {
		return Object{}, err
	}
	now := c.options.Now().UTC()
	if version == "" && versioned {
		o := Object{Bucket: bucket, Key: key, Marker: true, Written: now}
		o.Version = versionOf(o)
		return o, c.writeObject(o)
	}
	o, err := c.FindObject(bucket, key, version)
	if err != nil {
		return Object{}, notHere(err)
	}
	if o.Locked(now) || o.Mode == "GOVERNANCE" && !bypass && now.Before(o.RetainUntil) {
		return o, lockedObject(o)
	}
	return o, c.removeWhere(bucket, func(other Object) bool { return other.Key == key && other.Version == o.Version })
}

// notHere: removing what is not there is no error.
func notHere(err error) error {
	if refused, ok := err.(*APIError); ok && (refused.Code == "NoSuchKey" || refused.Code == "NoSuchVersion") {
		return nil
	}
	return err
}

// Time is the cloud's clock, which locks go by.
func (c *Cloud) Time() time.Time { return c.options.Now().UTC() }
