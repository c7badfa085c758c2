package daemon

import (
	"context"

	"pitboss/sandbox/internal/awsfront"
	"pitboss/sandbox/internal/casino"
	"pitboss/sandbox/internal/plane"
)

// DataUp says of which market the data plane is to be; "" is the only one there is.
type DataUp struct {
	Market string `json:"market"`
}

// DataDown ends the data plane; Forget removes what it held.
type DataDown struct {
	Forget bool `json:"forget"`
}

// DataStatus is how the data plane is.
type DataStatus struct {
	Up     bool            `json:"up"`
	Market string          `json:"market,omitempty"`
	Plane  plane.State     `json:"plane"`
	Casino *casino.Status  `json:"casino,omitempty"`
	Faults awsfront.Faults `json:"faults"`
}

func (d *dataPlane) status(ctx context.Context, _ struct{}) (DataStatus, error) {
	d.mu.Lock()
	c, name := d.casino, d.market
	d.mu.Unlock()
	s := DataStatus{Up: c != nil && d.plane.Running(), Market: name, Plane: d.plane.State(), Faults: d.front.Faults()}
	if c != nil {
		now := c.Status(ctx)
		s.Casino = &now
	}
	return s, nil
}
