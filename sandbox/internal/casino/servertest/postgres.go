// Package servertest runs real servers for the casino's tests, as the data plane runs them
// in the sandbox. Only tests import it.
package servertest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitboss/sandbox/internal/casino/ledger"
)

// A Server is one PostgreSQL.
type Server struct {
	// Endpoint is where it answers.
	Endpoint ledger.Endpoint

	t    testing.TB
	dir  string
	cmd  *exec.Cmd
	gone chan struct{} // closed when cmd has ended
}

// Postgres starts a new one.
func Postgres(t testing.TB) *Server {
	t.Helper()
	s := server(t)
	s.run("initdb", "-D", s.dir, "-U", s.Endpoint.User, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
	s.Start()
	s.exec("postgres", `CREATE DATABASE ledger`)
	return s
}

// Follower starts one that follows s.
func (s *Server) Follower() *Server {
	s.t.Helper()
	f := server(s.t)
	f.run("pg_basebackup", "-D", f.dir, "-h", s.Endpoint.Host, "-p", fmt.Sprint(s.Endpoint.Port), "-U", s.Endpoint.User, "-R", "-c", "fast", "--no-sync")
	f.Start()
	return f
}

func server(t testing.TB) *Server {
	t.Helper()
	// Not t.TempDir: its path holds the test's name, and a server that is still dying
	// would keep it from being removed.
	dir, err := os.MkdirTemp("", "casino-pg-")
	check(t, err)
	s := &Server{t: t, dir: filepath.Join(dir, "data"), Endpoint: ledger.Endpoint{Host: "127.0.0.1", Port: freePort(t), User: "casino", Password: "casino", Database: "ledger"}}
	t.Cleanup(func() {
		s.Kill()
		_ = os.RemoveAll(dir)
	})
	return s
}

// Start starts it, again after Kill, and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if s.cmd == nil {
			s.cmd = s.command("postgres", "-D", s.dir, "-p", fmt.Sprint(s.Endpoint.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
				"-c", "shared_buffers=16MB", "-c", "max_connections=60")
			check(s.t, s.cmd.Start())
			cmd, gone := s.cmd, make(chan struct{})
			s.gone = gone
			go func() {
				defer close(gone)
				_ = cmd.Wait()
			}()
		}
		conn, err := s.connect("postgres")
		if err == nil {
			_ = conn.Close(s.t.Context())
			return
		}
		if time.Now().After(until) {
			s.t.Fatalf("PostgreSQL does not answer: %v", err)
		}
		select {
		case <-s.gone: // the one before was still dying: once more
			s.cmd = nil
		default:
		}
	}
}

// Kill ends it as a power cut does: with what PostgreSQL calls an immediate shutdown, which
// writes nothing more and is over when no session is left. Killing the first of its
// processes leaves sessions that may answer once more.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-s.gone:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
	}
	s.cmd = nil
}

// Exec runs a statement in the ledger's database.
func (s *Server) Exec(sql string) {
	s.t.Helper()
	s.exec(s.Endpoint.Database, sql)
}

// Promote makes a follower a server that writes.
func (s *Server) Promote() {
	s.t.Helper()
	s.exec("postgres", `SELECT pg_promote()`)
}

func (s *Server) exec(database, sql string) {
	s.t.Helper()
	conn, err := s.connect(database)
	check(s.t, err)
	defer conn.Close(s.t.Context()) //nolint:errcheck // the statement was answered
	_, err = conn.Exec(s.t.Context(), sql)
	check(s.t, err)
}

func (s *Server) connect(database string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Second)
	defer cancel()
	e := s.Endpoint
	e.Database = database
	return pgx.Connect(ctx, e.URL())
}

func (s *Server) run(name string, args ...string) {
	s.t.Helper()
	if out, err := s.command(name, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// command is a program of PostgreSQL's. It refuses to be root, so root lends it another
// name for itself: a user namespace in which the user is nobody special.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	s.t.Helper()
	path, err := exec.LookPath(name)
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		path, err = slices.Max(found), nil
	}
	check(s.t, err)
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		const other = 1000
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: other, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: other, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close() //nolint:errcheck // only its number is wanted
	return l.Addr().(*net.TCPAddr).Port
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
