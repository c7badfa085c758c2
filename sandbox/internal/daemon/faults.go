package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitboss/sandbox/internal/casino"
)

// Fault is something to break, or to mend.
type Fault struct {
	// Kind is one of FaultKinds.
	Kind string `json:"kind"`
	// Region is of kill-region, restore-region, sour and alarm.
	Region string `json:"region,omitempty"`
	// Store is whose promotions hang: "ledger".
	Store string `json:"store,omitempty"`
	// Seconds is how late everything arrives in the other region.
	Seconds float64 `json:"seconds,omitempty"`
	// Indicator sours; see ledger.Indicators.
	Indicator string `json:"indicator,omitempty"`
	// Action is what IAM denies: "rds:SwitchoverGlobalCluster", "rds:*".
	Action string `json:"action,omitempty"`
	// Name is an alarm's, or that of a replicator or Kafka cluster that is behind by Records.
	Name    string  `json:"name,omitempty"`
	Records float64 `json:"records,omitempty"`
	// On is false to mend it.
	On bool `json:"on"`
}

var faultKinds = map[string]func(*dataPlane, context.Context, Fault) error{
	"kill-region":    (*dataPlane).killRegion,
	"restore-region": (*dataPlane).restoreRegion,
	"lag":            (*dataPlane).lag,
	"cut":            (*dataPlane).cut,
	"hang":           (*dataPlane).hang,
	"sour":           (*dataPlane).sour,
	"deny":           (*dataPlane).deny,
	"alarm":          (*dataPlane).alarm,
	"behind":         (*dataPlane).behind,
}

// FaultKinds names the faults that there are.
func FaultKinds() []string {
	return []string{"kill-region", "restore-region", "lag", "cut", "hang", "sour", "deny", "alarm", "behind"}
}

func (d *dataPlane) fault(ctx context.Context, f Fault) (struct{}, error) {
	do, ok := faultKinds[f.Kind]
	if !ok {
		return struct{}{}, fmt.Errorf("%q is no fault: choose one of %s", f.Kind, strings.Join(FaultKinds(), ", "))
	}
	return struct{}{}, do(d, ctx, f)
}

// regions are those that have a cluster, and are the market's.
func (d *dataPlane) regions() (out []string, err error) {
	m, err := d.readMarket(d.running())
	for _, r := range m.regions {
		out = append(out, r.Name)
	}
	return out, err
}

func (d *dataPlane) checkRegion(region string) error {
	regions, err := d.regions()
	if err == nil && !slices.Contains(regions, region) {
		err = fmt.Errorf("%q is no region of the market: choose one of %s", region, strings.Join(regions, ", "))
	}
	return err
}

// playing is the casino, or why there is none.
func (d *dataPlane) playing() (*casino.Casino, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.casino == nil {
		return nil, errors.New("the data plane is off: `sandbox data up` starts it")
	}
	return d.casino, nil
}

// killRegion takes everything of a region away at once. From the first step on the front
// hangs up for it.
func (d *dataPlane) killRegion(_ context.Context, f Fault) error {
	if err := d.checkRegion(f.Region); err != nil {
		return err
	}
	c, err := d.playing()
	if err != nil {
		return err
	}
	return errors.Join(d.plane.KillRegion(f.Region), c.KillRegion(f.Region), d.clusters.stopRegion(f.Region))
}

func (d *dataPlane) restoreRegion(ctx context.Context, f Fault) error {
	if err := d.checkRegion(f.Region); err != nil {
		return err
	}
	c, err := d.playing()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, dataWithin)
	defer cancel()
	// Its clusters count as dead until the plane says otherwise, and start then.
	return errors.Join(d.plane.RestoreRegion(ctx, f.Region), d.clusters.restart(ctx), c.RestoreRegion(f.Region))
}

func (d *dataPlane) lag(_ context.Context, f Fault) error {
	if f.Seconds < 0 || f.Seconds > 3600 {
		return fmt.Errorf("a lag of %v seconds: choose one from 0 to 3600", f.Seconds)
	}
	if !f.On {
		f.Seconds = 0
	}
	d.plane.SetLag(time.Duration(f.Seconds * float64(time.Second)))
	return nil
}

func (d *dataPlane) cut(_ context.Context, f Fault) error {
	regions, err := d.regions()
	if err != nil {
		return err
	}
	for i, a := range regions {
		for _, b := range regions[i+1:] {
			d.plane.Cut(a, b, f.On)
		}
	}
	return nil
}

func (d *dataPlane) hang(_ context.Context, f Fault) error {
	m, err := d.readMarket(d.running())
	if err != nil {
		return err
	}
	var known []string
	for _, s := range m.stores {
		if s.Name == f.Store || s.Global == f.Store {
			d.plane.Hang(s.Global, f.On)
			return nil
		}
		known = append(known, s.Name)
	}
	return fmt.Errorf("%q is no store of the market: choose one of %s", f.Store, strings.Join(known, ", "))
}

func (d *dataPlane) sour(ctx context.Context, f Fault) error {
	c, err := d.playing()
	if err != nil {
		return err
	}
	return c.Sour(ctx, f.Region, f.Indicator, f.On)
}

// with adds a word to a list, or takes it off.
func with(list []string, word string, on bool) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(w string) bool { return w == word })
	if on {
		list = append(list, word)
	}
	return list
}

func (d *dataPlane) deny(_ context.Context, f Fault) error {
	if service, action, ok := strings.Cut(f.Action, ":"); !ok || service == "" || action == "" {
		return fmt.Errorf("%q is no action of IAM: they are like rds:SwitchoverGlobalCluster or rds:*", f.Action)
	}
	faults := d.front.Faults()
	faults.Deny = with(faults.Deny, f.Action, f.On)
	d.front.SetFaults(faults)
	return nil
}

func (d *dataPlane) alarm(_ context.Context, f Fault) error {
	alarms, err := d.cloud.OfType("aws_cloudwatch_metric_alarm")
	if err != nil {
		return err
	}
	var known []string
	for _, a := range alarms {
		if f.Region == "" || a.Region == f.Region {
			known = append(known, a.ID)
		}
	}
	if f.On && !slices.Contains(known, f.Name) {
		return fmt.Errorf("there is no alarm %q in %q: choose one of %s", f.Name, f.Region, strings.Join(known, ", "))
	}
	name := f.Name
	if f.Region != "" {
		name = f.Region + "/" + f.Name
	}
	faults := d.front.Faults()
	faults.Alarms = with(faults.Alarms, name, f.On)
	d.front.SetFaults(faults)
	return nil
}

func (d *dataPlane) behind(_ context.Context, f Fault) error {
	if f.Name == "" || f.Records < 0 {
		return errors.New("behind needs the name of a replicator or of a Kafka cluster, and how many records: from 0 up")
	}
	faults := d.front.Faults()
	next := map[string]float64{f.Name: f.Records}
	for name, n := range faults.Behind {
		if name != f.Name {
			next[name] = n
		}
	}
	if !f.On {
		delete(next, f.Name)
	}
	faults.Behind = next
	d.front.SetFaults(faults)
	return nil
}
