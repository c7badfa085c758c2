package plane

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"regexp"
	"strconv"
	"time"
)

// loopback is where everything of the plane listens.
const loopback = "127.0.0.1"

// plainName is what may be part of a path.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

func validate(stores []Store) error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, s := range stores {
		if s.Kind != Postgres && s.Kind != Redis {
			bad("store %q: kind %q: it is %q or %q", s.Global, s.Kind, Postgres, Redis)
		}
		if !plainName.MatchString(s.Global) {
			bad("store %q: its identifier has to be letters, digits, _, . and -", s.Global)
		}
		if s.Password == "" {
			bad("store %q has no password", s.Global)
		}
		if s.Kind == Postgres && (s.Name == "" || s.User == "" || s.User == serviceUser || s.User == internalUser) {
			bad("store %q: it needs a database name and a master user, who is not %s or %s: found %q and %q", s.Global, serviceUser, internalUser, s.Name, s.User)
		}
		writers := 0
		for _, m := range s.Members {
			writers += boolInt(m.Writer)
			if !plainName.MatchString(m.Region) {
				bad("store %q has a member in %q, which is no region", s.Global, m.Region)
			}
		}
		if writers != 1 {
			bad("store %q has %d writers of %d members: it has to be 1", s.Global, writers, len(s.Members))
		}
	}
	return errors.Join(problems...)
}

// adopt makes the state know the stores, and that the plane is up.
func (p *Plane) adopt(stores []Store) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ports portPicker
	ports.avoid(p.rec)
	var failed error
	pick := func() int {
		port, err := ports.pick()
		failed = errors.Join(failed, err)
		return port
	}
	err := p.changeLocked(func(r *record) {
		r.Running = true
		for _, s := range stores {
			to := r.store(s.Global)
			if to == nil {
				to = &storeRecord{Kind: s.Kind, Global: s.Global, Service: rand.Text(), Internal: rand.Text()}
				r.Stores = append(r.Stores, to)
			}
			to.Name, to.User, to.Password = s.Name, s.User, s.Password
			for _, m := range s.Members {
				if m.Writer && to.Writer == "" {
					to.Writer = m.Region
				}
				mine := to.member(m.Region)
				if mine == nil {
					mine = &memberRecord{Region: m.Region, Port: pick(), Role: RoleNew}
					to.Members = append(to.Members, mine)
				}
				mine.ID, mine.ARN = m.ID, m.ARN
			}
			for _, a := range to.Members {
				for _, b := range to.Members {
					if a.Region != b.Region && r.linkPort(to.Global, a.Region, b.Region) == 0 {
						r.Links = append(r.Links, linkRecord{Global: to.Global, From: a.Region, To: b.Region, Port: pick()})
					}
				}
			}
		}
	})
	return errors.Join(err, failed)
}

// startStore brings every member of a store up whose region lives. Its turn is held.
func (p *Plane) startStore(ctx context.Context, global string) error {
	if err := p.settle(ctx, global); err != nil {
		return err
	}
	s, err := p.look(global)
	if err != nil {
		return err
	}
	e, w := p.engine(s.Kind), s.member(s.Writer)
	writer := p.node(s, w)
	alive := !p.Dead(s.Writer)
	if alive {
		if w.Role == RoleNew {
			if err := os.RemoveAll(writer.dir); err != nil { // of a start that was cut short
				return err
			}
			if err := e.begin(ctx, writer); err != nil {
				return fmt.Errorf("%s: make it: %w", writer, err)
			}
			if err := p.changeStore(global, func(s *storeRecord) { s.member(w.Region).Role = RoleWriter }); err != nil {
				return err
			}
		}
		if err := e.start(ctx, writer, 0); err != nil {
			return err
		}
		if err := e.users(ctx, writer); err != nil {
			return fmt.Errorf("%s: users: %w", writer, err)
		}
	}
	for _, m := range s.Members {
		if m.Region == s.Writer || p.Dead(m.Region) {
			continue
		}
		n := p.node(s, m)
		switch {
		case m.Role == RoleNew && alive:
			err = p.followAgain(ctx, s, m.Region)
		case m.Role == RoleStandby:
			err = e.start(ctx, n, p.upstream(s, m.Region))
		default: // one that was lost waits for Rejoin
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: start: %w", n, err)
		}
	}
	return nil
}

// portPicker picks ports below those that the kernel gives to outgoing connections: a
// server that is down for a while finds its own free again.
type portPicker struct{ taken map[int]bool }

const firstPort, lastPort = 15000, 31999

func (k *portPicker) avoid(r *record) {
	k.taken = map[int]bool{}
	for _, s := range r.Stores {
		for _, m := range s.Members {
			k.taken[m.Port] = true
		}
	}
	for _, l := range r.Links {
		k.taken[l.Port] = true
	}
}

func (k *portPicker) pick() (int, error) {
	for range 200 {
		n, err := rand.Int(rand.Reader, big.NewInt(lastPort-firstPort+1))
		if err != nil {
			return 0, err
		}
		port := firstPort + int(n.Int64())
		if k.taken[port] {
			continue
		}
		l, err := net.Listen("tcp", address(port))
		if err != nil {
			continue
		}
		_ = l.Close()
		k.taken[port] = true
		return port, nil
	}
	return 0, fmt.Errorf("no free port of %s between %d and %d in 200 tries", loopback, firstPort, lastPort)
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

// within bounds a step.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}
