package plane

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Kinds of stores.
const (
	Postgres = "postgres"
	Redis    = "redis"
)

// Roles of members.
const (
	// RoleWriter takes writes.
	RoleWriter = "writer"
	// RoleStandby follows the writer.
	RoleStandby = "standby"
	// RoleNew has no data yet.
	RoleNew = "new"
	// RoleLost was deposed, or left behind: Rejoin makes it follow again.
	RoleLost = "lost"
)

// record is the state file: everything that outlives the process that holds a Plane.
type record struct {
	Running bool           `json:"running"`
	Stores  []*storeRecord `json:"stores"`
	Links   []linkRecord   `json:"links"`
	Dead    []string       `json:"dead,omitempty"` // regions
	Cuts    [][2]string    `json:"cuts,omitempty"` // pairs of regions
	Lag     time.Duration  `json:"lag,omitempty"`
}

type storeRecord struct {
	Kind     string `json:"kind"`
	Global   string `json:"global"`
	Name     string `json:"name"`
	User     string `json:"user"`
	Password string `json:"password"`
	// Service is the password of the services' own user, Internal that of the plane's.
	Service  string `json:"service"`
	Internal string `json:"internal"`
	Writer   string `json:"writer"` // region
	// Turn is the change of roles under way: whoever finds it after a crash asks To's data
	// whether it was promoted.
	Turn    *turnRecord     `json:"turn,omitempty"`
	Members []*memberRecord `json:"members"`
}

type turnRecord struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Lossy bool   `json:"lossy"`
}

type memberRecord struct {
	Region string `json:"region"`
	ID     string `json:"id"`
	ARN    string `json:"arn"`
	Port   int    `json:"port"`
	Role   string `json:"role"`
}

// linkRecord is where the member of From listens for a store's stream out of To.
type linkRecord struct {
	Global string `json:"global"`
	From   string `json:"from"` // the writer's region
	To     string `json:"to"`   // the follower's
	Port   int    `json:"port"`
}

func (r *record) store(global string) *storeRecord {
	for _, s := range r.Stores {
		if s.Global == global {
			return s
		}
	}
	return nil
}

func (s *storeRecord) member(region string) *memberRecord {
	for _, m := range s.Members {
		if m.Region == region {
			return m
		}
	}
	return nil
}

func (s *storeRecord) clone() *storeRecord {
	c := *s
	c.Members = nil
	for _, m := range s.Members {
		d := *m
		c.Members = append(c.Members, &d)
	}
	if s.Turn != nil {
		t := *s.Turn
		c.Turn = &t
	}
	return &c
}

func (r *record) cut(a, b string) bool {
	return slices.ContainsFunc(r.Cuts, func(c [2]string) bool {
		return c == [2]string{a, b} || c == [2]string{b, a}
	})
}

func readState(path string) (*record, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return &record{}, nil
	} else if err != nil {
		return nil, err
	}
	r := &record{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s is not the data plane's state: %w; remove its folder to begin anew", path, err)
	}
	return r, nil
}

// writeFile puts data where a reader sees the old content or the new, and nobody else sees
// either.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// change alters the state and saves it. An error says that it is not saved: it is in force,
// but a restart will not find it.
func (p *Plane) change(f func(*record)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changeLocked(f)
}

func (p *Plane) changeLocked(f func(*record)) error {
	f(p.rec)
	data, err := json.MarshalIndent(p.rec, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.o.Dir, 0o700); err != nil {
		return err
	}
	return writeFile(p.statePath(), data)
}

// changeStore alters one store.
func (p *Plane) changeStore(global string, f func(*storeRecord)) error {
	return p.change(func(r *record) {
		if s := r.store(global); s != nil {
			f(s)
		}
	})
}

// look is a copy of a store as it is now.
func (p *Plane) look(global string) (*storeRecord, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.rec.store(global)
	if s == nil {
		var known []string
		for _, s := range p.rec.Stores {
			known = append(known, s.Global)
		}
		return nil, fmt.Errorf("the data plane holds no store %q: it holds %q", global, known)
	}
	return s.clone(), nil
}

func (p *Plane) lookMember(global, region string) (*storeRecord, *memberRecord, error) {
	s, err := p.look(global)
	if err != nil {
		return nil, nil, err
	}
	m := s.member(region)
	if m == nil {
		var known []string
		for _, m := range s.Members {
			known = append(known, m.Region)
		}
		return nil, nil, fmt.Errorf("%s has no member in %q: it has them in %q", global, region, known)
	}
	return s, m, nil
}

func (p *Plane) statePath() string { return filepath.Join(p.o.Dir, "state.json") }
