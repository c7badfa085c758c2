package servertest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"pitboss/sandbox/internal/casino/ledger"
)

// A Sessions is one Redis: a real one where there is one in PATH, else as much of one as a
// login takes.
type Sessions struct {
	// Endpoint is where it answers.
	Endpoint ledger.Endpoint
	// Real says that it is.
	Real bool
	// Follow makes it follow another, or write again.
	Follow func(on bool)
}

// Redis starts one.
func Redis(t testing.TB) *Sessions {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		return fakeRedis(t)
	}
	s := &Sessions{Real: true, Endpoint: ledger.Endpoint{Host: "127.0.0.1", Port: freePort(t), Password: "hush"}}
	cmd := exec.Command(binary, "--port", strconv.Itoa(s.Endpoint.Port), "--bind", "127.0.0.1", "--save", "", "--requirepass", s.Endpoint.Password, "--dir", t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	check(t, cmd.Start())
	client := redis.NewClient(&redis.Options{Addr: s.Endpoint.Address(), Password: s.Endpoint.Password})
	t.Cleanup(func() {
		_ = client.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for until := time.Now().Add(5 * time.Second); client.Ping(t.Context()).Err() != nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("Redis does not answer")
		}
	}
	s.Follow = func(on bool) {
		to := []string{"NO", "ONE"}
		if on {
			to = []string{"127.0.0.1", "1"} // nobody there: a replica all the same
		}
		check(t, client.SlaveOf(context.Background(), to[0], to[1]).Err())
	}
	return s
}

// fakeRedis knows SET, and that a replica refuses it.
func fakeRedis(t testing.TB) *Sessions {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = l.Close() })
	var follows atomic.Bool
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serveRedis(conn, &follows)
		}
	}()
	return &Sessions{Endpoint: ledger.Endpoint{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}, Follow: func(on bool) { follows.Store(on) }}
}

func serveRedis(conn net.Conn, follows *atomic.Bool) {
	defer conn.Close() //nolint:errcheck // the client is gone
	in := bufio.NewReader(conn)
	for {
		words, err := readCommand(in)
		if err != nil || len(words) == 0 {
			return
		}
		say := "+OK\r\n"
		switch verb := strings.ToUpper(words[0]); {
		case verb == "SET" && follows.Load():
			say = "-READONLY You can't write against a read only replica.\r\n"
		case verb == "HELLO":
			say = "-ERR unknown command 'HELLO'\r\n"
		}
		if _, err := io.WriteString(conn, say); err != nil {
			return
		}
	}
}

// readCommand reads an array of strings.
func readCommand(in *bufio.Reader) ([]string, error) {
	count, err := readNumber(in, '*')
	if err != nil {
		return nil, err
	}
	out := make([]string, count)
	for i := range out {
		n, err := readNumber(in, '$')
		if err != nil {
			return nil, err
		}
		data := make([]byte, n+2) // its end is \r\n
		if _, err := io.ReadFull(in, data); err != nil {
			return nil, err
		}
		out[i] = string(data[:n])
	}
	return out, nil
}

func readNumber(in *bufio.Reader, mark byte) (int, error) {
	text, err := in.ReadString('\n')
	if err != nil {
		return 0, err
	}
	if text[0] != mark {
		return 0, fmt.Errorf("%q where a %q was due", text, mark)
	}
	return strconv.Atoi(strings.TrimSpace(text[1:]))
}
