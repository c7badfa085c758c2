package cloud

import (
	"fmt"
	"io"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"pitboss/sandbox/internal/awsschema"
)

// Options are what a cloud works with.
type Options struct {
	// Schema is the resource types' shapes. Required.
	Schema func() (*awsschema.Schema, error)
	// Clusters runs control planes. Required.
	Clusters Clusters
	// Speed is how many times faster than AWS the cloud changes roles; zero means
	// DefaultSpeed.
	Speed float64
	// Now is the time; nil means time.Now.
	Now func() time.Time
	// Data is what global databases and datastores really hold; nil is nothing: the clock
	// alone changes roles, then.
	Data Data
	// Log is told what no caller waits for; nil is nowhere.
	Log io.Writer
}

// Open opens or makes the cloud's memory at path.
func Open(path string, o Options) (*Cloud, error) {
	if o.Speed == 0 {
		o.Speed = DefaultSpeed
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 3 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("open the simulated cloud %s: %w; is another sandboxd running on it?", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{resourcesBucket, objectsBucket, buriedBucket} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	c := &Cloud{db: db, options: o, held: map[string]bool{}, moving: newMoving()}
	c.busy = sync.NewCond(&c.mu)
	return c, nil
}

// Close releases the cloud's memory.
func (c *Cloud) Close() error {
	c.Pause()
	return c.db.Close()
}
