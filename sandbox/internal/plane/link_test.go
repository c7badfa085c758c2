package plane

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// far is a server behind a link, and the client's end of a connection to it.
func far(t *testing.T) (k *link, client, server net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", address(0))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	k, err = openLink(address(0), l.Addr().String(), "BEGIN")
	require.NoError(t, err)
	t.Cleanup(k.close)
	client, err = net.Dial("tcp", k.listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	server, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return k, client, server
}

// begin says the word, in two pieces, and waits until the server has it.
func begin(t *testing.T, client, server net.Conn) {
	t.Helper()
	for _, word := range []string{"please BE", "GIN"} {
		_, err := client.Write([]byte(word))
		require.NoError(t, err)
		_, err = io.ReadFull(server, make([]byte, len(word)))
		require.NoError(t, err)
	}
}

func read(t *testing.T, c net.Conn, want string) time.Time {
	t.Helper()
	require.NoError(t, c.SetReadDeadline(time.Now().Add(5*time.Second)))
	got := make([]byte, len(want))
	_, err := io.ReadFull(c, got)
	require.NoError(t, err)
	require.Equal(t, want, string(got))
	return time.Now()
}

func TestALinkDelaysTheStreamAndNotTheTalkBefore(t *testing.T) {
	const delay = 200 * time.Millisecond
	k, client, server := far(t)
	k.setDelay(delay)
	sent := time.Now()
	fmt.Fprint(server, "hello")
	require.Less(t, read(t, client, "hello").Sub(sent), delay)
	begin(t, client, server)
	sent = time.Now()
	fmt.Fprint(server, "data")
	took := read(t, client, "data").Sub(sent)
	require.GreaterOrEqual(t, took, delay)
	require.Less(t, took, 2*delay)
}

func TestADelayKeepsOrderAndThroughput(t *testing.T) {
	const delay = 150 * time.Millisecond
	k, client, server := far(t)
	begin(t, client, server)
	k.setDelay(delay)
	var want bytes.Buffer
	go func() {
		for i := range 500 {
			fmt.Fprintf(server, "%06d\n", i)
			if i == 250 {
				k.setDelay(0) // overtakes nothing
			}
			time.Sleep(100 * time.Microsecond)
		}
	}()
	for i := range 500 {
		fmt.Fprintf(&want, "%06d\n", i)
	}
	started := time.Now()
	read(t, client, want.String())
	require.Less(t, time.Since(started), 20*delay, "500 chunks wait together, not one after another")
}

func TestAnEndedStreamArrivesWhole(t *testing.T) {
	k, client, server := far(t)
	begin(t, client, server)
	k.setDelay(100 * time.Millisecond)
	fmt.Fprint(server, "last words")
	require.NoError(t, server.Close())
	require.NoError(t, client.SetReadDeadline(time.Now().Add(5*time.Second)))
	got, err := io.ReadAll(client)
	require.NoError(t, err)
	require.Equal(t, "last words", string(got))
}

func TestDropLosesWhatIsHeld(t *testing.T) {
	k, client, server := far(t)
	begin(t, client, server)
	fmt.Fprint(server, "before")
	read(t, client, "before")
	k.setDelay(time.Minute)
	fmt.Fprint(server, strings.Repeat("x", 1000))
	require.Eventually(t, func() bool { return k.held() > 0 || len(k.pipes) == 1 }, 5*time.Second, time.Millisecond)
	time.Sleep(50 * time.Millisecond)
	k.drop()
	require.NoError(t, client.SetReadDeadline(time.Now().Add(5*time.Second)))
	got, err := io.ReadAll(client)
	require.Error(t, err, "the connection is reset, not ended")
	require.Empty(t, got)
	_, err = io.ReadAll(server)
	require.Error(t, err)
}

func TestACutLinkRefusesUntilItIsHealed(t *testing.T) {
	k, client, _ := far(t)
	answers := func() bool {
		c, err := net.Dial("tcp", k.listener.Addr().String())
		if err != nil {
			return false // it may be reset as early as this
		}
		defer c.Close()
		require.NoError(t, c.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
		_, err = c.Read(make([]byte, 1))
		e, ok := err.(net.Error)
		return ok && e.Timeout() // it is open, and silent
	}
	require.True(t, answers())
	k.setClosed(true)
	require.NoError(t, client.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, err := client.Read(make([]byte, 1))
	require.Error(t, err)
	require.False(t, answers())
	k.setClosed(false)
	require.True(t, answers())
}
