package plane

import (
	"net"
	"sync"
	"time"
)

// ahead is how many chunks a link holds before it makes the sender wait: enough for seconds
// of a busy stream, so a delay costs latency and not throughput.
const ahead = 8192

// A link carries one member's connections to another region's member.
type link struct {
	listener net.Listener
	target   string
	// hot is what the client says when replication begins. Only what the server sends from
	// then on is delayed: the lag is the stream's, and to connect again is quick.
	hot []byte

	mu     sync.Mutex
	delay  time.Duration
	closed bool // refuses connections
	pipes  map[*pipe]struct{}
}

// openLink listens on address.
func openLink(address, target, hot string) (*link, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	k := &link{listener: l, target: target, hot: []byte(hot), pipes: map[*pipe]struct{}{}}
	go k.serve()
	return k, nil
}

func (k *link) serve() {
	for {
		c, err := k.listener.Accept()
		if err != nil {
			return // the listener is closed
		}
		go k.connect(c)
	}
}

func (k *link) connect(client net.Conn) {
	if k.refuses() {
		_ = reset(client)
		return
	}
	server, err := net.DialTimeout("tcp", k.target, 2*time.Second)
	if err != nil {
		_ = reset(client)
		return
	}
	p := &pipe{link: k, client: client, server: server, queue: make(chan chunk, ahead), done: make(chan struct{})}
	k.mu.Lock()
	if k.closed {
		k.mu.Unlock()
		p.drop()
		return
	}
	k.pipes[p] = struct{}{}
	k.mu.Unlock()
	go p.fill()
	go p.drain()
	p.ask()
}

func (k *link) refuses() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.closed
}

func (k *link) wait() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.delay
}

// setDelay is in force for what arrives from now on.
func (k *link) setDelay(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.delay = d
}

// setClosed makes the link refuse connections and drops those it has, or opens it again.
func (k *link) setClosed(closed bool) {
	k.mu.Lock()
	k.closed = closed
	k.mu.Unlock()
	if closed {
		k.drop()
	}
}

// drop ends every connection now: what the link still holds is lost.
func (k *link) drop() {
	k.mu.Lock()
	pipes := k.pipes
	k.pipes = map[*pipe]struct{}{}
	k.mu.Unlock()
	for p := range pipes {
		p.drop()
	}
}

// held is how many chunks are on their way.
func (k *link) held() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for p := range k.pipes {
		n += len(p.queue)
	}
	return n
}

func (k *link) close() {
	_ = k.listener.Close()
	k.setClosed(true)
}
