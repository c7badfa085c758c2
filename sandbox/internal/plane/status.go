package plane

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// State is the plane for a person or a program to look at; it has no password.
type State struct {
	Running bool         `json:"running"`
	Lag     string       `json:"lag"` // what links hold things for
	Dead    []string     `json:"dead,omitempty"`
	Stores  []StoreState `json:"stores"`
	Links   []LinkState  `json:"links"`
}

// StoreState is one store.
type StoreState struct {
	Kind   string `json:"kind"`
	Global string `json:"global"`
	Name   string `json:"name"`
	Writer string `json:"writer"` // region
	// Turning says from where to where the roles are changing now; "" is not.
	Turning string        `json:"turning,omitempty"`
	Hung    bool          `json:"hung,omitempty"`
	Members []MemberState `json:"members"`
}

// MemberState is one server.
type MemberState struct {
	Region string `json:"region"`
	ID     string `json:"id"`
	Role   string `json:"role"` // RoleWriter, RoleStandby, RoleNew, RoleLost
	PID    int    `json:"pid,omitempty"`
	Port   int    `json:"port"`
	Alive  bool   `json:"alive"`
	// Lag is a follower's, or why it is not known.
	Lag string `json:"lag,omitempty"`
}

// LinkState is the way from a writer's region to a follower's.
type LinkState struct {
	Global string `json:"global"`
	From   string `json:"from"`
	To     string `json:"to"`
	Port   int    `json:"port"`
	Delay  string `json:"delay"`
	Cut    bool   `json:"cut"`
	Held   int    `json:"held"` // chunks on their way
}

// lookWithin bounds what State asks of servers.
const lookWithin = 5 * time.Second

// State looks at everything. It waits for no change under way.
func (p *Plane) State() State {
	ctx, cancel := within(context.Background(), lookWithin)
	defer cancel()
	stores := p.stores()
	out := State{Running: p.Running(), Lag: p.delay().String(), Stores: make([]StoreState, len(stores)), Links: []LinkState{}}
	var wg sync.WaitGroup
	for i, s := range stores {
		st := &out.Stores[i]
		*st = StoreState{Kind: s.Kind, Global: s.Global, Name: s.Name, Writer: s.Writer, Members: make([]MemberState, len(s.Members))}
		if s.Turn != nil {
			st.Turning = s.Turn.From + " to " + s.Turn.To
		}
		for j, m := range s.Members {
			wg.Go(func() { st.Members[j] = p.memberState(ctx, s, m) })
		}
	}
	wg.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	out.Dead = append(out.Dead, p.rec.Dead...)
	for i := range out.Stores {
		out.Stores[i].Hung = p.hung[out.Stores[i].Global]
	}
	for _, l := range p.rec.Links {
		ls := LinkState{Global: l.Global, From: l.From, To: l.To, Port: l.Port, Cut: p.rec.cut(l.From, l.To)}
		if k := p.links[linkKey{l.Global, l.From, l.To}]; k != nil {
			ls.Held = k.held()
		}
		ls.Delay = p.rec.Lag.String()
		out.Links = append(out.Links, ls)
	}
	return out
}

func (p *Plane) memberState(ctx context.Context, s *storeRecord, m *memberRecord) MemberState {
	n := p.node(s, m)
	pid := n.pid()
	out := MemberState{Region: m.Region, ID: m.ID, Role: m.Role, PID: pid, Port: m.Port, Alive: pid != 0}
	if m.Role == RoleStandby && out.Alive {
		lag, err := p.Lag(ctx, s.Global, m.Region)
		if out.Lag = lag.Round(time.Millisecond).String(); err != nil {
			out.Lag = err.Error()
		}
	}
	return out
}

func (p *Plane) delay() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rec.Lag
}

// Lag is how far the member in a region follows behind the writer. That it is not known is
// an error.
func (p *Plane) Lag(ctx context.Context, global, region string) (time.Duration, error) {
	s, m, err := p.lookMember(global, region)
	if err != nil {
		return 0, err
	}
	if s.Writer == region {
		return 0, nil
	}
	if m.Role != RoleStandby {
		return 0, fmt.Errorf("%s in %s: its lag is not known: it is %q and does not follow", global, region, m.Role)
	}
	return p.engine(s.Kind).lag(ctx, p.node(s, m), p.node(s, s.member(s.Writer)), p.delay())
}

// WriterOf is the region whose member of a store writes.
func (p *Plane) WriterOf(global string) (string, error) {
	s, err := p.look(global)
	if err != nil {
		return "", err
	}
	return s.Writer, nil
}

// Endpoint is a region's own member, as the master user knows it.
func (p *Plane) Endpoint(global, region string) (Endpoint, error) {
	s, m, err := p.lookMember(global, region)
	if err != nil {
		return Endpoint{}, err
	}
	e := Endpoint{Host: loopback, Port: m.Port, User: s.User, Password: s.Password}
	if s.Kind == Postgres {
		e.Database = s.Name
	}
	return e, nil
}

// ServiceEndpoint is the same as the services' own user knows it, who may write but not
// change what the database allows.
func (p *Plane) ServiceEndpoint(global, region string) (Endpoint, error) {
	e, err := p.Endpoint(global, region)
	if err != nil || e.Database == "" {
		return e, err // Redis has one user
	}
	s, err := p.look(global)
	if err == nil {
		e.User, e.Password = serviceUser, s.Service
	}
	return e, err
}
