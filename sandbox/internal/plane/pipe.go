package plane

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// A chunk is what was read at once, and when it may arrive. Without data it is the end.
type chunk struct {
	due  time.Time
	data []byte
}

// A pipe is one connection through a link.
type pipe struct {
	link           *link
	client, server net.Conn
	queue          chan chunk
	done           chan struct{}
	once           sync.Once

	mu      sync.Mutex
	streams bool // the client has said hot
}

// fill reads from the server into the queue.
func (p *pipe) fill() {
	buf := make([]byte, 32<<10)
	for {
		n, err := p.server.Read(buf)
		at := time.Now()
		if p.isStream() {
			at = at.Add(p.link.wait())
		}
		if n > 0 && !p.put(chunk{at, bytes.Clone(buf[:n])}) {
			return
		}
		if err != nil {
			p.put(chunk{due: at})
			return
		}
	}
}

func (p *pipe) put(c chunk) bool {
	select {
	case p.queue <- c:
		return true
	case <-p.done:
		return false
	}
}

// drain writes the queue to the client, each chunk when it is due. A delay that got shorter
// lets nothing overtake: the queue is in order.
func (p *pipe) drain() {
	for {
		var c chunk
		select {
		case c = <-p.queue:
		case <-p.done:
			return
		}
		timer := time.NewTimer(time.Until(c.due))
		select {
		case <-timer.C:
		case <-p.done:
			timer.Stop()
			return
		}
		if len(c.data) == 0 {
			p.end()
			return
		}
		if _, err := p.client.Write(c.data); err != nil {
			p.end()
			return
		}
	}
}

// ask carries the client's words to the server, undelayed.
func (p *pipe) ask() {
	buf := make([]byte, 32<<10)
	var before []byte // the end of the last chunk: hot may be cut in two
	for {
		n, err := p.client.Read(buf)
		if n > 0 && !p.isStream() {
			seen := append(before, buf[:n]...)
			if bytes.Contains(seen, p.link.hot) {
				p.mu.Lock()
				p.streams = true
				p.mu.Unlock()
			}
			before = bytes.Clone(seen[max(0, len(seen)-len(p.link.hot)):])
		}
		if n > 0 {
			if _, werr := p.server.Write(buf[:n]); werr != nil {
				return // the server's last words may still be in the queue
			}
		}
		if err != nil {
			p.end()
			return
		}
	}
}

func (p *pipe) isStream() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.streams
}

// end closes both sides, politely, and forgets the pipe.
func (p *pipe) end() {
	p.close(net.Conn.Close)
	p.link.mu.Lock()
	defer p.link.mu.Unlock()
	delete(p.link.pipes, p)
}

func (p *pipe) drop() { p.close(reset) }

func (p *pipe) close(how func(net.Conn) error) {
	p.once.Do(func() {
		close(p.done)
		_ = how(p.client)
		_ = how(p.server)
	})
}

// reset closes at once and sends nothing that is still buffered.
func reset(c net.Conn) error {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	return c.Close()
}
